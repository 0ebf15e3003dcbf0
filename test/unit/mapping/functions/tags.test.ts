import { categories, tags } from '../../../../lib/mapping/functions/tags';

describe('tags', () => {
  it.each([
    [
      [' a ', 'b', 'a', '', null, {}],
      ['a', 'b'],
    ],
    ['a', ['a']],
    [7, ['7']],
  ])('are categories, each once: %j', (list, names) => {
    expect(categories(list)).toStrictEqual(names.map((name) => ({ name, label: name })));
  });

  it.each([[undefined], [null], [[]], [['', ' ']], [[{ name: 'a' }]]])('of %j are no categories', (list) => {
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
  ])('of categories are never those that take a tag away: %j', (list, names) => {
    expect(tags(list)).toStrictEqual(names);
  });
});
