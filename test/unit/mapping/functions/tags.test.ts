import { categories, tags } from '../../../../lib/mapping/functions/tags';

describe('tags', () => {
  it.each([
    [
      [' a ', 'b', 'a', '', null, {}],
      ['a', 'b'],
    ],
    ['a', ['a']],
    [7, ['7']],
  ])('become categories without duplicates: %j', (list, names) => {
    expect(categories(list)).toStrictEqual(names.map((name) => ({ name, label: name })));
  });

  it.each([[undefined], [null], [[]], [['', ' ']], [[{ name: 'a' }]]])('from %j become no categories', (list) => {
    expect(categories(list)).toBeUndefined();
  });

  it.each([
    [
      ['a', ' b ', 'a'],
      ['a', 'b'],
    ],
    [
      [{ name: 'a', label: 'x' }, { label: 'b' }, { name: ' ', label: 'c' }],
      ['a', 'b', 'c'],
    ],
    [
      ['-a', 'b-', 'c'],
      ['b-', 'c'],
    ],
    [{ name: 'a' }, ['a']],
    [[{}, null, 7], ['7']],
    [['-a'], undefined],
    [[], undefined],
    [undefined, undefined],
  ])('from categories never remove a tag: %j', (list, names) => {
    expect(tags(list)).toStrictEqual(names);
  });
});
