import { newTags, tagChanges, tagEffect, normalisedTag, trimmedTag } from '../../../../lib/upsert/plan/tags';
import { effort } from '../../../support/effort';
import { parseRow } from '../../../../lib/upsert/plan/row';

describe('tags', () => {
  it('that are sent are added and removed, whatever is stored', () => {
    const present = ['shop.a', 'shop.b', 'c', 'Just_the_best'];
    expect(tagEffect(['new one', '-shop.*', '-Just the best', '-gone'], present)).toEqual({
      add: ['new_one'],
      remove: ['shop.a', 'shop.b', 'Just_the_best'],
    });
  });

  it.each([
    [['xc'], ['c'], []],
    [['-crm.*x'], ['crm.x', 'crm._x'], ['crm._x']],
    [['- crm.* '], ['crm.x', 'c'], ['crm.x']],
    [['-crm'], ['crm.x'], []],
  ])('%j remove from %j only %j', (changes, present, removed) => {
    expect(tagEffect(changes, present).remove).toEqual(removed);
  });

  it('that are removed in two spellings are listed once', () => {
    expect(tagChanges(['-é.*', '-è.*', '-ü', '-ä'], ['_.a', '_'])).toEqual(['-é.*', '-ü']);
  });

  it.each([
    ['one by one', (n: number) => `-a${n}`, (n: number) => `a${n}`],
    ['by origin', (n: number) => `-o${n}.*`, (n: number) => `o${n}.a`],
    ['by one origin again and again', () => '-o.*', (n: number) => `o.a${n}`],
  ])('are compared in linear time, removed %s', (_, wanted, present) => {
    const [entries, stored] = [wanted, present].map((make) => Array.from({ length: 15_000 }, (__, n) => make(n)));
    const spent = effort();
    tagEffect(tagChanges(entries ?? [], stored ?? []), stored ?? []);
    expect(spent()).toBeLessThan(200);
  });

  it('of a new receiver are those that are added', () => {
    expect(newTags(['a', '-b', 'a', 'x.y'])).toEqual(['a', 'x.y']);
  });

  it.each([
    ['Just the best', 'Just_the_best'],
    ['origin.a.b', 'origin.a_b'],
    ['.a', '_a'],
    [' o . t ', 'o.t'],
  ])('%j is compared as %s', (tag, normalised) => {
    expect(normalisedTag(tag)).toBe(normalised);
  });

  it.each([
    [['a', 'b'], ['a'], ['b']],
    [['a b', 'a_b'], [], ['a b']],
    [['-a'], [], []],
    [['-a'], ['a'], ['-a']],
    [['-a b'], ['a_b'], ['-a b']],
    [['a', '-a'], [], []],
    [['a', '-a'], ['a'], ['-a']],
    [['-o.*'], ['o.a', 'o'], ['-o.*']],
    [['-o.*', 'o.a'], ['o.a'], []],
    [['-o.*', 'o.a'], ['o.a', 'o.b'], ['-o.b']],
    [['-o.*', '-o.*'], ['o.b'], ['-o.*']],
    [['- o.*'], ['o.b', 'x'], ['- o.*']],
    [['-a'], ['a', 'b'], ['-a']],
    [['-a', 'c'], ['b'], ['c']],
    [
      ['-o.*', '-x'],
      ['o.a', 'x'],
      ['-o.*', '-x'],
    ],
    [['-a.b.*'], ['a.b_c', 'b.c'], []],
    [['-o.*x'], ['o.a', 'o._x'], ['-o.*x']],
    [['x', '-x', 'x'], ['x'], []],
    [['-a', 'xa'], ['a', 'xa'], ['-a']],
    [['-a', '-gone', '-gone.*'], ['a', 'b'], ['-a']],
    [
      ['-o.*', 'o.y'],
      ['o.x', 'p.x'],
      ['-o.x', 'o.y'],
    ],
  ])('%j for a receiver with %j result in %j', (wanted, present, sent) => {
    expect(tagChanges(wanted, present)).toEqual(sent);
  });
});

it.each([
  ['- vip', '-vip'],
  [' -\tvip ', '-vip'],
  ['- crm . *', '-crm.*'],
  ['crm . new one', 'crm.new one'],
  ['crm .new', 'crm.new'],
  ['. new', '. new'],
  ['a.b . c', 'a.b . c'],
  ['a - b', 'a - b'],
])('a tag has no blanks around it, its minus and the dot of its origin: %j', (given, tidy) => {
  expect(trimmedTag(given)).toBe(tidy);
  expect(parseRow({ tags: [given] }, 'x').tags).toEqual([tidy]);
});
