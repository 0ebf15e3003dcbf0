import { isSameValue } from '../../../../lib/upsert/plan/attributeValues';

describe('two values are the same', () => {
  it.each([
    ['number', '5,0', '5'],
    ['number', ' 5.00 ', '5'],
    ['number', '1.234,50', '1234.5'],
    ['number', '1,234.50', '1234.5'],
    ['number', '1 234,5', '1234.5'],
    ['number', '1\u00A0234', '1234'],
    ['number', "1'234", '1234'],
    ['number', '1.234.567', '1234567'],
    ['number', '-0', '0'],
    ['number', '007', '7'],
    ['number', '0.500', '0.5'],
    ['number', '1234,500', '1234.5'],
    ['date', '1990-12-31T23:59:00Z', '1990-12-31'],
    ['date', '31.12.90', '31.12.1990'],
    ['unknown', '31.12.1990', '1990-12-31'],
    ['gender', 'Frau', 'female'],
    ['text', ' Ada\r\nKing ', 'Ada\nKing'],
    ['text', 'Mu\u0308ller', 'M\u00FCller'],
    ['text', '  ', ''],
    [undefined, 'a ', 'a'],
  ])('by their type, %s: %j and %j', (type, a, b) => {
    expect(isSameValue(a, b, type)).toBe(true);
    expect(isSameValue(b, a, type)).toBe(true);
  });

  it.each([
    ['number', '1,234', '1234'],
    ['number', '1,234', '1.234'],
    ['number', '1.234', '1234'],
    ['number', '1.000', '1'],
    ['number', '1,000', '1'],
    ['number', '12.500', '12.5'],
    ['number', '100.000', '100'],
    ['number', '0.500', '500'],
    ['number', '9007199254740993', '9007199254740992'],
    ['number', '1.234,50', '1234.05'],
    ['number', '1.23.456', '123456'],
    ['number', '5', '-5'],
    ['number', 'a', 'b'],
    ['number', '', '0'],
    ['date', '3/4/1990', '1990-04-03'],
    ['date', '', '0000-00-00'],
    ['gender', 'Frau', 'Herr'],
    ['gender', 'x', 'y'],
    ['text', '5,0', '5'],
    ['text', 'Frau', 'female'],
    ['text', 'Ada', 'ada'],
    ['text', 'a  b', 'a b'],
    ['unknown', '5,0', '5'],
  ])('but not, %s: %j and %j', (type, a, b) => {
    expect(isSameValue(a, b, type)).toBe(false);
    expect(isSameValue(b, a, type)).toBe(false);
  });
});
