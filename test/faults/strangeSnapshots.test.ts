/** Whatever a platform has stored, the snapshot is read in a short time, or refused with a remedy. */

import fc from '../support/fastCheck';
import { ConfigurationError } from '../../lib/utils/errors';
import { reconciliationOf } from '../support/polling/reconciliation';
import { Sketch } from '../../lib/polling/sketch/sketch';
import { parseSnapshot, SNAPSHOT_ROOM, toSnapshot, type PollState } from '../../lib/polling/state/snapshot';
import { stateFor } from '../../lib/polling/state/startState';
import { effort } from '../support/effort';
import { examples } from '../support/runs';
import { receiver } from '../support/receiver';

const NOW = 1_764_000_000;

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

const ROOM = SNAPSHOT_ROOM['elastic.io'];

/** Snapshots that the component writes itself: during and after the first read, during and after the second read. */
function valid(): unknown[] {
  const at = { groupId: '9', offset: 2, anchors: ['6~abcdef', '7~abcdef'] };
  const rows = ['5', '7', '128', 'odd', '999999999999'].map((id) => receiver(id, { registered: NOW }));
  const read = (before: PollState, now: number): PollState[] => {
    const run = reconciliationOf(before, now, ROOM);
    for (const row of rows) {
      run.addRow('9', row);
      run.delivered('9', row);
    }
    run.failed('9', receiver('6', { registered: NOW - 1000 }), ['new']);
    return [run.checkpoint(at), run.finish()];
  };
  const first = read(stateFor(undefined, 'all', undefined), NOW);
  const second = read({ ...(first[1] ?? stateFor(undefined, 'all', undefined)), filterOffUntil: NOW + 9 }, NOW + 900);
  return [...first, ...second].map((state) => toSnapshot(state, ROOM));
}

/** Values that a hostile or broken store may put in the place of any value. */
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
    Buffer.alloc(1_000_000, 0xa5).toString('base64'),
    Sketch.ofSize(16).pack(),
    nested(5_000),
    Array.from({ length: 10_000 }, (_, index) => `${index}~abcdef`),
  ),
  fc.constant(null).map(() => JSON.parse('{"__proto__": {"x": 1}, "constructor": 5, "toString": "x"}') as unknown),
);

/** A path to some value of a snapshot: the property at each step is chosen by a number. */
const mutation = fc.record({ path: fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 5 }), value: strange });

function mutate(snapshot: unknown, path: readonly number[], value: unknown): void {
  let at = snapshot as Record<string, unknown>;
  for (const [depth, step] of path.entries()) {
    const keys = Object.keys(at);
    const key = keys[step % Math.max(1, keys.length)] ?? '__proto__';
    // never into a prototype, because all objects share it
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
    parseSnapshot(JSON.parse(JSON.stringify(toSnapshot(state, ROOM))));
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    const { message } = error as ConfigurationError;
    expect(message).toMatch(/cannot be read.*reset the snapshot of the step to \{\}/);
    expect(message.length).toBeLessThan(1_000);
  }
  expect(spent()).toBeLessThan(200);
}

const many = (count: number, value: unknown): Record<string, unknown> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [index.toString(36), value]));

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

  it('of version 1 is read whatever its fingerprints are, since they are not looked at', () => {
    const numeric = Buffer.alloc(150, 0xff).toString('base64');
    for (const fingerprints of [{ 9: { numeric } }, 'x', many(300_000, 0), nested(5_000)]) {
      const spent = effort();
      const state = parseSnapshot({ version: 1, lastUpdated: NOW, scope: '9', fingerprints, sweep: fingerprints });
      expect(state).toMatchObject({ horizon: NOW, scope: '9' });
      expect(spent()).toBeLessThan(50);
    }
  });

  const own = { version: 2, lastUpdated: NOW, scope: '9' };
  const sketch = Sketch.ofSize(16).pack();
  const read = {
    startedAt: 1,
    horizon: 1,
    basis: 'all',
    from: 0,
    pass: 'first',
    explained: 0,
    rows: 0,
    requests: 0,
    difference: sketch,
    total: sketch,
  };

  it.each<[string, unknown, string]>([
    ['seen, wrong', { ...own, seen: many(300_000, 0) }, '"seen": it has a member that is not a string'],
    ['seen, valid', { ...own, seen: many(300_000, '7') }, '"seen": it has more than 65536 characters'],
    ['retry, one group', { ...own, retry: { 9: '7 '.repeat(100_000) } }, '"retry": it has more than 65536 characters'],
    ['sketch, one character too many', { ...own, sketch: 'A'.repeat(4_000_001) }, '"sketch": '],
    ['sketch, of no valid size', { ...own, sketch: 'A'.repeat(4_000_000) }, '"sketch": '],
    ['sketches of a read', { ...own, read: { ...read, total: 'x'.repeat(300_000) } }, '"read.total": '],
    ['groups', { ...own, groups: '1 '.repeat(300_000) }, '"groups": '],
    [
      'anchors',
      { ...own, read: { ...read, at: { groupId: '9', offset: 1, anchors: new Array(300_000).fill(0) } } },
      '"read.at.anchors": ',
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

  it('with a large sketch takes time in proportion to it', () => {
    const effortAt = (cells: number): number => {
      const large = Sketch.ofSize(cells);
      for (let key = 1; key < 1_000; key += 1) large.add(key, key);
      const stored = { ...own, sketch: large.pack() };
      const spent = effort();
      expect(parseSnapshot(stored)?.sketch?.cells).toBe(cells);
      return spent();
    };
    // linear time would be sixteen times as long, quadratic time 256 times
    expect(effortAt(65_536)).toBeLessThan(64 * (effortAt(4_096) + 1));
  });

  it('with sketches of different sizes for one read is refused', () => {
    const larger = Sketch.ofSize(32).pack();
    expect(() => parseSnapshot({ ...own, read: { ...read, total: larger } })).toThrow(
      '"read": the two sketches differ in size',
    );
    expect(parseSnapshot({ ...own, read })?.read?.total.cells).toBe(16);
  });

  it('keeps notes of a group of any length that the component writes', () => {
    const retry = Array.from({ length: 100 }, (_, index) => String(70_000 + index)).join(' ');
    const state = parseSnapshot({ ...own, seen: { 9: '5=abc' }, retry: { 9: retry } });
    expect(state?.seen.get({ groupId: '9', id: '5' })).toBe('abc');
    expect(state?.retry.has({ groupId: '9', id: '70005' })).toBe(true);
  });

  it('with notes that cannot be decoded gives an error that names them', () => {
    const stored = { ...own, seen: { 9: '%E0%A4=x' } };
    expect(() => parseSnapshot(stored)).toThrow(/"seen"/);
  });
});

describe('a snapshot to store', () => {
  it('that the next poll could not read is an error, so that it does not replace a valid one', () => {
    const state = stateFor(undefined, '9', undefined);
    expect(() => toSnapshot({ ...state, horizon: 1_700_000_000.5 }, ROOM)).toThrow(
      /the next poll could not read it \("lastUpdated"/,
    );
  });
});
