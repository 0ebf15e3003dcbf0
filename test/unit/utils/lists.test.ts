import { asList, asWords } from '../../../lib/utils/lists';

describe('a list', () => {
  it.each([
    [undefined, []],
    [null, []],
    ['a', ['a']],
    ['a, b', ['a, b']],
    [0, [0]],
    [false, [false]],
    ['', ['']],
    [{ a: 1 }, [{ a: 1 }]],
    [{}, [{}]],
    [[], []],
    [['a', null, undefined], ['a']],
    [[['a']], ['a']],
    [
      [[[{ a: 1 }]], 'b'],
      [{ a: 1 }, 'b'],
    ],
    [{ 0: 'a', 1: null, 2: ['b'] }, ['a', 'b']],
    [{ 3: { a: 1 } }, [{ a: 1 }]],
    [{ 0: 'a', length: 1 }, [{ 0: 'a', length: 1 }]],
  ])('of %j is %j', (value, list) => {
    expect(asList(value)).toStrictEqual(list);
  });

  it('is searched down to a maximum depth', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 'a' : [nested(depth - 1)]);
    expect(asList(nested(4))).toEqual(['a']);
    expect(asList(nested(6))).toEqual([nested(2)]);
    let deep: unknown = 'a';
    for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
    expect(asList(deep)).toHaveLength(1);
  });

  it.each([
    ['vip, kunde;x', ['vip', ' kunde', 'x']],
    ['vip', ['vip']],
    [['vip, kunde'], ['vip, kunde']],
    [null, []],
  ])('of words from %j is %j', (value, words) => {
    expect(asWords(value)).toEqual(words);
  });
});
