/** Rules that need no account: rows, tags, definitions, memory. */
import type { Attribute, Group } from '../../lib/utils/cleverreach/types';
import { AuthorisationError, RecordError, TemporaryError } from '../../lib/utils/errors';
import { createDirectory } from '../../lib/utils/writing/directory';
import { isAddress, parseRow } from '../../lib/utils/writing/row';
import { normalisedTag, tagChanges } from '../../lib/utils/writing/tags';

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

  it.each(['a@b.de', 'a.b+c@x-y.example.org', 'ü@bücher.de'])('may have the address %s', (email) => {
    expect(isAddress(email)).toBe(true);
  });

  it.each(['a@b', '@b.de', 'a@', 'a b@c.de', 'a@b..de', 'a@.de', 'a@b.de.'])('may not have the address %s', (email) => {
    expect(isAddress(email)).toBe(false);
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
  ])('%j for somebody with %j comes to %j', (wanted, present, sent) => {
    expect(tagChanges(wanted, present)).toEqual(sent);
  });
});

describe('a directory', () => {
  const make = (fail?: Error) => {
    const asked: string[] = [];
    let now = 0;
    const ask = <T>(what: string, answer: T): Promise<T> => {
      asked.push(what);
      return fail && asked.length === 1 ? Promise.reject(fail) : Promise.resolve(answer);
    };
    const directory = createDirectory(
      {
        groups: () => ask<Group[]>('groups', []),
        attributes: () => ask<Attribute[]>('account', []),
        groupAttributes: (id) => ask<Attribute[]>(id, []),
      },
      { now: () => now },
    );
    return { asked, directory, at: (time: number) => (now = time) };
  };

  it('asks once a minute, also when many ask at the same time', async () => {
    const { asked, directory, at } = make();
    await Promise.all([directory.groups(), directory.groups()]);
    at(59_999);
    await directory.groups();
    expect(asked).toHaveLength(1);
    at(60_000);
    await directory.groups();
    expect(asked).toHaveLength(2);
  });

  it('keeps the groups apart and the number of them bounded', async () => {
    const { asked, directory } = make();
    for (let id = 0; id < 300; id += 1) await directory.definitions(String(id));
    expect(asked.filter((what) => what === 'account')).toHaveLength(1);
    await directory.definitions('299');
    expect(asked).toHaveLength(301);
    await directory.definitions('0');
    expect(asked).toHaveLength(302);
  });

  it.each([
    [new TemporaryError('down'), 2],
    [new AuthorisationError('no'), 1],
  ])('keeps a refusal and forgets a failure that passes (%s)', async (error, times) => {
    const { asked, directory } = make(error);
    await expect(directory.groups()).rejects.toBe(error);
    await directory.groups().catch(() => undefined);
    expect(asked).toHaveLength(times);
  });

  it('tells what is news, and does not remember for ever', () => {
    const { directory } = make();
    expect([directory.isNews('a'), directory.isNews('a')]).toEqual([true, false]);
    for (let n = 0; n < 1_000; n += 1) directory.isNews(String(n));
    expect(directory.isNews('a')).toBe(true);
  });
});
