/** Whatever a platform stored, and whatever happened to it there: it is read in a short time, or refused with a remedy. */

import fc from 'fast-check';
import { ConfigurationError } from '../../lib/utils/errors';
import { ContentSweep } from '../../lib/polling/changes/contentSweep';
import { parseSnapshot, stateFor, toSnapshot } from '../../lib/polling/state/snapshot';
import { TimestampSweep } from '../../lib/polling/changes/timestampSweep';
import { effort } from '../support/effort';
import { examples } from '../support/runs';
import { receiver } from '../support/receiver';

const NOW = 1_764_000_000;

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

/** Snapshots that the component writes itself. */
function valid(): unknown[] {
  const at = { groupId: '9', offset: 2, anchors: ['6~abcdef', '7~abcdef'] };
  return [TimestampSweep, ContentSweep].flatMap((Sweep) => {
    const run = new Sweep(stateFor(undefined, 'all', undefined), NOW);
    for (const id of ['5', '7', '128', 'odd', '999999999999']) run.sent('9', receiver(id, { registered: NOW }));
    run.failed('9', receiver('6', { registered: NOW - 1000 }));
    return [toSnapshot(run.checkpoint(at)), toSnapshot({ ...run.finish(), clockOffset: 2 })];
  });
}

/** What a hostile or a broken store may put in the place of any value. */
const strange = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>,
  fc.double(),
  fc.constantFrom<unknown>(
    Number.MAX_SAFE_INTEGER,
    -1,
    1e300,
    0.5,
    '',
    '%E0%A4',
    '1=% 2=%FF',
    '\ud800',
    'x'.repeat(300_000),
    'a '.repeat(150_000),
    '%'.repeat(300_000),
    '9'.repeat(300_000),
    'A'.repeat(300_000),
    Buffer.alloc(150, 0x80).toString('base64'),
    Buffer.alloc(225_000, 0xff).toString('base64'),
    nested(5_000),
    Array.from({ length: 10_000 }, (_, index) => `${index}~abcdef`),
  ),
  fc.constant(null).map(() => JSON.parse('{"__proto__": {"x": 1}, "constructor": 5, "toString": "x"}') as unknown),
);

/** A path to some value of a snapshot: the member at each step is chosen by a number. */
const mutation = fc.record({ path: fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 5 }), value: strange });

function mutate(snapshot: unknown, path: readonly number[], value: unknown): void {
  let at = snapshot as Record<string, unknown>;
  for (const [depth, step] of path.entries()) {
    const keys = Object.keys(at);
    const key = keys[step % Math.max(1, keys.length)] ?? '__proto__';
    // never into a prototype, which all objects share
    const next = Object.hasOwn(at, key) ? at[key] : undefined;
    if (depth === path.length - 1 || typeof next !== 'object' || next === null) {
      if (step === 13) Reflect.deleteProperty(at, key);
      else
        Object.defineProperty(at, step === 17 ? '__proto__' : key, {
          value,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      return;
    }
    at = next as Record<string, unknown>;
  }
}

function expectRead(stored: unknown): void {
  const spent = effort();
  try {
    const state = stateFor(parseSnapshot(stored), 'all', undefined);
    // what was read can be stored, and read again
    parseSnapshot(JSON.parse(JSON.stringify(toSnapshot(state))));
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    const { message } = error as ConfigurationError;
    expect(message).toMatch(/cannot be read.*Reset the snapshot/);
    expect(message.length).toBeLessThan(1_000);
  }
  expect(spent()).toBeLessThan(200);
}

describe('a stored snapshot', () => {
  it('that was modified anywhere is read, or quickly refused with an error that states what to do', () => {
    fc.assert(
      fc.property(fc.nat({ max: 3 }), fc.array(mutation, { minLength: 1, maxLength: 3 }), (which, mutations) => {
        const stored = JSON.parse(JSON.stringify(valid()[which])) as unknown;
        for (const { path, value } of mutations) mutate(stored, path, value);
        expectRead(stored);
      }),
      examples(300),
    );
  });

  it('that is any JSON is read, or refused with an error that states what to do', () => {
    fc.assert(fc.property(strange, expectRead), examples(100));
    for (const lastUpdated of ['a@'.repeat(100_000), 'Bearer '.repeat(50_000), nested(5_000)])
      expectRead({ lastUpdated });
  });

  it('with 150 bytes of fingerprints that expand endlessly is refused immediately', () => {
    const numeric = Buffer.alloc(150, 0xff).toString('base64');
    expectRead({ version: 1, lastUpdated: NOW, scope: '9', fingerprints: { 9: { numeric } } });
  });

  const many = (count: number, value: unknown): Record<string, unknown> =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [index.toString(36), value]));
  const own = { version: 1, lastUpdated: NOW, scope: '9' };

  it.each<[string, unknown, string]>([
    ['seen, wrong', { ...own, seen: many(300_000, 0) }, '"seen": it has a member that is not a string'],
    ['seen, valid', { ...own, seen: many(300_000, '7') }, '"seen": it has more than 65536 characters'],
    ['retry, one group', { ...own, retry: { 9: '7 '.repeat(100_000) } }, '"retry": it has more than 65536 characters'],
    ['fingerprints, wrong', { ...own, fingerprints: many(300_000, 0) }, '"fingerprints.0": '],
    [
      'fingerprints of a group, wrong',
      { ...own, fingerprints: { 9: { numeric: '', other: many(300_000, 'x') } } },
      '"fingerprints.9": "other" has a member that is not a fingerprint',
    ],
    ['groups', { ...own, groups: '1 '.repeat(300_000) }, '"groups": '],
    [
      'anchors',
      {
        ...own,
        sweep: { startedAt: 1, newest: 1, at: { groupId: '9', offset: 1, anchors: new Array(300_000).fill(0) } },
      },
      '"sweep.at.anchors": ',
    ],
  ])('that is large is refused about as quickly as its JSON is parsed: %s', (_, stored, where) => {
    const text = JSON.stringify(stored);
    const parsing = effort();
    const parsed = JSON.parse(text) as unknown;
    const once = parsing();
    const refusing = effort();
    expect(() => parseSnapshot(parsed)).toThrow(`cannot be read (${where}`);
    expect(refusing()).toBeLessThan(3 * once + 25);
  });

  it('with the fingerprints of many receivers, under ids of any kind, takes time in proportion to them', () => {
    const effortAt = (scale: number): number => {
      const numeric = Buffer.from('01000000000a'.repeat(50_000 * scale), 'hex').toString('base64');
      const stored = { ...own, fingerprints: { 9: { numeric, other: many(20_000 * scale, 7) } } };
      const spent = effort();
      expect(parseSnapshot(stored)?.fingerprints?.get('9')?.size).toBeGreaterThan(60_000 * scale);
      return spent();
    };
    // in proportion would be ten times, its square a hundred times as long
    expect(effortAt(10)).toBeLessThan(40 * (effortAt(1) + 1));
  });

  it('keeps notes of a group of any length that the component writes', () => {
    const retry = Array.from({ length: 100 }, (_, index) => String(70_000 + index)).join(' ');
    const state = parseSnapshot({ ...own, seen: { 9: '5=abc' }, retry: { 9: retry } });
    expect(state?.seen.get({ groupId: '9', id: '5' })).toBe('abc');
    expect(state?.retry.has({ groupId: '9', id: '70005' })).toBe(true);
  });

  it('with notes that cannot be decoded gives an error that names them', () => {
    const stored = { version: 1, lastUpdated: NOW, scope: '9', seen: { 9: '%E0%A4=x' } };
    expect(() => parseSnapshot(stored)).toThrow(/"seen"/);
  });
});

describe('a snapshot to store', () => {
  it('that the next poll could not read is an error, so that it does not replace a valid one', () => {
    const state = stateFor(undefined, '9', undefined);
    expect(() => toSnapshot({ ...state, cursor: 1_700_000_000.5 })).toThrow(
      /could not be read by the next one \("lastUpdated"/,
    );
  });
});
