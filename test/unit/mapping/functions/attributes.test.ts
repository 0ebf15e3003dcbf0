import { attribute, attributes, attributesOf, valueIn, write } from '../../../../lib/mapping/functions/attributes';

describe('an attribute', () => {
  const holder = { attributes: { a: ' ', b: 'B', c: 7 }, global_attributes: { a: 'A', b: 'other' } };

  it.each([
    ['a', 'A'],
    ['a, b', 'B'],
    [' b ,c', 'B'],
    ['c,b', '7'],
    [',b,', 'B'],
    [['c', 'b'], '7'],
    [[7, 'c'], '7'],
    ['d', undefined],
    ['', undefined],
    [[], undefined],
    [undefined, undefined],
    [7, undefined],
    ['toString', undefined],
  ])('is found under the first name that has a value, in the group first: %j', (names, found) => {
    expect(attribute(holder, names)).toBe(found);
    expect(valueIn(attributesOf(holder), names)).toBe(found);
  });

  it.each([undefined, null, {}, { attributes: 'x' }, { attributes: ['x'], global_attributes: null }])(
    'is not found in %j',
    (value) => {
      expect(attribute(value, 'length, x')).toBeUndefined();
      expect(attributesOf(value)).toEqual([]);
    },
  );

  it('is written under every one of its names, without blanks', () => {
    expect(attributes({ 'a, b': ' x ', c: 7, d: ' ' })).toStrictEqual({ a: 'x', b: 'x', c: '7' });
    expect(attributes({ 'a,, ': 'x' })).toStrictEqual({ a: 'x' });
    expect(attribute({ attributes: { '': 'x' } }, 'a,')).toBeUndefined();
    expect(attributes({ a: '' })).toBeUndefined();
    expect(attributes('a')).toBeUndefined();
    const map = {};
    write(map, 'a', ' ');
    write(map, ['b', 7, 'c'], 'x');
    expect(map).toStrictEqual({ b: 'x', c: 'x' });
  });

  it('is found however many lists of names a mapping generates', () => {
    for (let count = 0; count < 600; count += 1)
      expect(attribute({ attributes: { [`n${count}`]: 'x' } }, `m${count}, n${count}`)).toBe('x');
  });
});
