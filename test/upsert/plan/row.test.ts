/** Rules that need no account: rows and tags. */
import { RecordError } from '../../../lib/utils/errors';
import { parseRow } from '../../../lib/upsert/plan/row';
import { normalisedTag, tagChanges, tidyTag } from '../../../lib/upsert/plan/tags';

describe('a row', () => {
  it('takes what may be written and nothing else', () => {
    const mapped = {
      email: ' A@B.de ',
      attributes: { N: 1, t: true, u: undefined, x: null, e: '' },
      tags: 'a',
      id: 'x',
      source: 's',
    };
    expect(parseRow(mapped, 'it')).toEqual({
      email: 'a@b.de',
      givenEmail: ' A@B.de ',
      attributes: { n: '1', t: 'true', e: '' },
      global_attributes: {},
      tags: ['a'],
      doidata: {},
    });
  });

  it.each([
    { email: 5 },
    { email: 'a@@b.de' },
    { email: `${'a'.repeat(250)}@b.de` },
    { attributes: { a: [] } },
    { attributes: { a: Number.NaN } },
    { attributes: 'a:b' },
    { tags: [{ tag: 'a' }] },
  ])('with %j is refused', (mapped) => {
    expect(() => parseRow(mapped, 'record no. 1')).toThrow(RecordError);
    expect(() => parseRow(mapped, 'record no. 1')).toThrow(/record no. 1/);
  });
});

describe('tags', () => {
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
  ])('%j for somebody with %j comes to %j', (wanted, present, sent) => {
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
  expect(tidyTag(given)).toBe(tidy);
  expect(parseRow({ tags: [given] }, 'x').tags).toEqual([tidy]);
});
