import { entriesOf, firstText, property, rowsOf, text, unlessEmpty } from '../../../lib/utils/text';

const NO_OBJECTS = [undefined, null, 'text', 7, true, ['x'], [{ a: 1 }]];
const BLANKS = [undefined, null, '', ' \t\n', true, {}, ['x', 'y'], [], Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53];

describe('text', () => {
  it.each([
    ['a', 'a'],
    [' a b\n', 'a b'],
    ['0', '0'],
    [0, '0'],
    [-1.5, '-1.5'],
    [['a '], 'a'],
    [[null, [[7]]], '7'],
    [{ 0: 'a' }, 'a'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  ])('of %j is %j', (value, found) => {
    expect(text(value)).toBe(found);
  });

  it.each(BLANKS)('of a blank is undefined: %p', (value) => {
    expect(text(value)).toBeUndefined();
  });

  it('of several values is the first one that is not blank', () => {
    expect(firstText(...BLANKS, ' a ', 'b')).toBe('a');
    expect(firstText(...BLANKS)).toBeUndefined();
    expect(firstText()).toBeUndefined();
  });
});

describe('an object', () => {
  it('has its own properties only', () => {
    expect(property({ a: 1 }, 'a')).toBe(1);
    expect(property({ a: 1 }, 'b')).toBeUndefined();
    expect(property({}, 'toString')).toBeUndefined();
    expect(property(Object.create({ a: 1 }), 'a')).toBeUndefined();
    expect(entriesOf({ a: 1, b: null })).toEqual([
      ['a', 1],
      ['b', null],
    ]);
  });

  it.each(NO_OBJECTS)('does not include %j', (value) => {
    expect(property(value, 'length')).toBeUndefined();
    expect(entriesOf(value)).toEqual([]);
    expect(rowsOf(value)).toEqual([]);
  });

  it('returns the same rows every time while it is frozen, else its current content', () => {
    const [fixed, open] = [Object.freeze({ a: 1 }), { a: 1 }];
    expect(rowsOf(fixed)).toEqual([['a', 1]]);
    expect(rowsOf(fixed)).toBe(rowsOf(fixed));
    expect(rowsOf(open)).not.toBe(rowsOf(open));
    open.a = 2;
    expect(rowsOf(open)).toEqual([['a', 2]]);
    const frozenList = Object.freeze(['x']);
    expect(rowsOf(frozenList)).toEqual([]);
  });
});

describe('a list', () => {
  it('that is empty is undefined', () => {
    expect(unlessEmpty([])).toBeUndefined();
    expect(unlessEmpty([undefined])).toEqual([undefined]);
  });
});
