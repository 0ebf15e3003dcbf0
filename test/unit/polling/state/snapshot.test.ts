import { ConfigurationError, TemporaryError } from '../../../../lib/utils/errors';
import { Sketch } from '../../../../lib/polling/sketch/sketch';
import { emptyRetry, emptySeen, type BoundedNotes } from '../../../../lib/polling/state/boundedNotes';
import { KnownGroups } from '../../../../lib/polling/state/knownGroups';
import { BloomFilter } from '../../../../lib/polling/state/bloomFilter';
import {
  parseSnapshot,
  SNAPSHOT_ROOM,
  toSnapshot,
  type PollState,
  type ReadState,
} from '../../../../lib/polling/state/snapshot';
import { stateFor } from '../../../../lib/polling/state/startState';

const NOW = 1_764_000_000;
const SMALL = SNAPSHOT_ROOM['elastic.io'];
const LARGE = SNAPSHOT_ROOM.oih;

/** A sketch of some entries. */
function sketchOf(cells: number, ...keys: number[]): Sketch {
  const sketch = Sketch.ofSize(cells);
  for (const key of keys) sketch.add(key, key * 3);
  return sketch;
}

function notesOf(notes: BoundedNotes, ids: readonly string[], value: string): BoundedNotes {
  for (const id of ids) notes.set({ groupId: String(1000 + (Number(id) % 7)), id }, value);
  return notes;
}

const many = Array.from({ length: 3_000 }, (_, index) => String(7_000_000 + index));
const ANCHORS = ['99999999~abcdef', '99999998~abcdef', '99999997~abcdef'];

const idle: PollState = { horizon: NOW, scope: 'all', seen: emptySeen(), retry: emptyRetry() };
const read: ReadState = {
  ...{ startedAt: NOW, horizon: NOW - 60, basis: 'changes', from: NOW - 900, pass: 'first' },
  ...{ explained: 3, rows: 99_999_999, requests: 12, at: { groupId: '1001', offset: 99_999_999, anchors: ANCHORS } },
  ...{ difference: sketchOf(256, 5), total: sketchOf(256, 5, 6) },
};
/** A state with the maximum of every part. */
const fullest = (cells: number, larger?: Sketch): PollState => ({
  ...idle,
  full: { at: NOW, horizon: NOW, requests: 99_999, rows: 99_999_999 },
  filterOffUntil: NOW,
  sketch: sketchOf(cells, 5),
  seen: notesOf(emptySeen(), many, 'abcdefgh'),
  retry: notesOf(emptyRetry(), many, ''),
  unlisted: BloomFilter.ofSize(SMALL.filterBytes),
  groups: new KnownGroups(new Set(many)),
  read: { ...read, difference: sketchOf(cells, 5), total: sketchOf(cells, 5, 6), larger },
});

const bytesOf = (snapshot: object): number => Buffer.byteLength(JSON.stringify(snapshot));
const wire = (snapshot: object): unknown => JSON.parse(JSON.stringify(snapshot));

describe('a stored snapshot', () => {
  it.each([undefined, null, {}, [], Object.create({ lastUpdated: NOW }) as object])(
    'of %p is a first poll',
    (stored) => {
      expect(parseSnapshot(stored)).toBeUndefined();
    },
  );

  it.each([
    ['seconds', 1_598_960_975],
    ['milliseconds', 1_598_960_975_123],
    ['seconds as a string', '1598960975'],
    ['milliseconds as a string', ' 1598960975999 '],
    ['an ISO date', '2020-09-01T11:49:35.000Z'],
    ['an ISO date of another zone', '2020-09-01T13:49:35+02:00'],
  ])('of the earlier connector is continued: %s', (_, lastUpdated) => {
    expect(stateFor(parseSnapshot({ lastUpdated }), '17', undefined)).toMatchObject({
      horizon: 1_598_960_975,
      scope: '17',
    });
  });

  it.each([
    [99_999_999_999, 99_999_999_999],
    [100_000_000_000, 100_000_000],
    [1.9, 1],
  ])('of the earlier connector is in milliseconds from the year 5138 on: %d', (lastUpdated, horizon) => {
    expect(parseSnapshot({ lastUpdated })).toMatchObject({ horizon });
  });

  it.each([
    ['by timestamps', { clockOffset: -7, lead: 40, sweep: { startedAt: NOW, newest: 0, heldBelow: 5 } }],
    [
      'by content',
      { fingerprints: { 9: { numeric: 'gA==' } }, sweep: { startedAt: NOW, newest: 0, content: 'adopt' } },
    ],
  ])(
    'of version 1 is continued, %s: time, notes, retry list, filter and groups are kept, the rest is not',
    (_, rest) => {
      const filter = BloomFilter.ofSize(8);
      filter.add({ groupId: '9', id: '3' });
      const kept = { lastUpdated: NOW, scope: '9', seen: { 9: '1=abc' }, retry: { 9: '2' }, groups: '9 10' };
      const stored = parseSnapshot({ version: 1, ...kept, unlisted: filter.pack(), ...rest });
      const state = stateFor(stored, '9', undefined);
      expect(toSnapshot(state, SMALL)).toEqual({ version: 2, ...kept, unlisted: filter.pack() });
    },
  );

  it.each([
    ['x', 'it is not an object)'],
    [[1], 'it is not an object)'],
    [{ foo: 1 }, 'it has no "lastUpdated")'],
    [{ lastUpdated: 'gestern' }, '"lastUpdated" is neither a unix time nor an ISO date-time)'],
    [{ lastUpdated: -5 }, '"lastUpdated" is neither a unix time nor an ISO date-time)'],
    [{ version: 3, lastUpdated: NOW, scope: 'all' }, '"version": '],
    [{ version: 2, lastUpdated: 'x', scope: 'all' }, '"lastUpdated": '],
    [{ version: 1, lastUpdated: 'x', scope: 'all' }, '"lastUpdated": '],
    [{ version: 1, lastUpdated: NOW }, '"scope": '],
    [{ version: 2, lastUpdated: NOW, scope: 'all', read: { startedAt: NOW } }, '"read.horizon": '],
    [{ version: 2, lastUpdated: NOW, scope: 'all', sketch: 'gA==' }, '"sketch": The sketch has an invalid length.'],
    [{ version: 2, lastUpdated: NOW, scope: 'all', full: { at: NOW } }, '"full.horizon": '],
    [
      { version: 2, lastUpdated: NOW, scope: 'all', seen: { 9: 'x'.repeat(70_000) } },
      '"seen": it has more than 65536 ',
    ],
  ])('that cannot be read is an error that names the field: %j', (stored, where) => {
    expect(() => parseSnapshot(stored)).toThrow(`The snapshot of this step cannot be read (${where}`);
  });

  it('with two sketches of different sizes cannot be read', () => {
    const stored = toSnapshot({ ...idle, read }, LARGE);
    const total = sketchOf(128).pack();
    expect(() => parseSnapshot({ ...stored, read: { ...stored.read, total } })).toThrow(
      'the two sketches differ in size',
    );
  });

  it.each(['x1598960975', '1598960975 or so'])('with the time %j cannot be read', (lastUpdated) => {
    expect(() => parseSnapshot({ lastUpdated })).toThrow(ConfigurationError);
  });

  it.each([
    ['a string', 'lastUpdated'],
    ['a list', [1]],
    ['a number', 5],
    ['a string for a time', { lastUpdated: 'yesterday' }],
    ['a negative time', { lastUpdated: -5 }],
    ['a time that is not a number', { lastUpdated: null }],
    ['a time after the year 9999', { lastUpdated: 8_640_000_000_001_000 }],
    ['an unknown version', { version: 7, lastUpdated: NOW, scope: 'all' }],
    ['no time', { cursor: 5 }],
    ['a broken place', { version: 2, lastUpdated: NOW, scope: 'all', read: { startedAt: 'x' } }],
    ['broken notes', { version: 2, lastUpdated: NOW, scope: 'all', seen: { 1: 5 } }],
  ])('that holds %s is an error that says how to start again, never a silent full read', (_, stored) => {
    expect(() => parseSnapshot(stored)).toThrow(ConfigurationError);
    expect(() => parseSnapshot(stored)).toThrow(
      /cannot be read.*reset the snapshot of the step to \{\}: every receiver is then sent again\. To continue from a certain time, set the snapshot to \{"lastUpdated": <unix seconds>\}\.$/,
    );
  });

  it('of another group does not apply to this one', () => {
    const stored = parseSnapshot({ version: 2, lastUpdated: NOW, scope: '17', sketch: sketchOf(16).pack() });
    expect(stateFor(stored, '18', undefined)).toEqual({
      horizon: 0,
      scope: '18',
      seen: emptySeen(),
      retry: emptyRetry(),
    });
    expect(stateFor(stored, '17', undefined)).toMatchObject({ horizon: NOW, sketch: sketchOf(16) });
  });

  it('is not replaced by a start time, which is for the first poll only', () => {
    expect(stateFor(parseSnapshot({ lastUpdated: NOW }), '17', NOW + 500).horizon).toBe(NOW);
    expect(stateFor(undefined, '17', NOW).horizon).toBe(NOW - 1);
    expect(stateFor(undefined, '17', 0).horizon).toBe(0);
  });
});

describe('a snapshot', () => {
  it.each<[string, PollState]>([
    ['of a first poll', idle],
    ['between two polls', { ...fullest(16), read: undefined }],
    ['during a full read', { ...fullest(16), sketch: undefined }],
    ['before the first row', { ...idle, read: { ...read, at: undefined } }],
  ])('is read back as it was written, %s', (_, state) => {
    const snapshot = toSnapshot(state, LARGE);
    expect(toSnapshot(stateFor(parseSnapshot(wire(snapshot)), 'all', undefined), LARGE)).toStrictEqual(snapshot);
  });

  it('contains every property that has a value', () => {
    const full = { at: NOW, horizon: NOW - 60, requests: 5, rows: 7 };
    const filter = BloomFilter.ofSize(9);
    const [sketch, groups] = [sketchOf(16, 5), new KnownGroups(new Set(['9', '10']))];
    const times = { filterOffUntil: NOW + 1, quickUntil: NOW - 1 };
    const state: PollState = { ...idle, sketch, full, ...times, untraced: true, unlisted: filter, groups };
    state.seen = notesOf(emptySeen(), ['7'], 'abcdefgh3');
    state.retry = notesOf(emptyRetry(), ['8'], 'u');
    const members = {
      ...{ version: 2, lastUpdated: NOW, scope: 'all', full, ...times, untraced: true },
      ...{ retry: { 1001: '8=u' }, unlisted: filter.pack(), groups: '9 10', seen: { 1000: '7=abcdefgh3' } },
    };
    expect(toSnapshot(state, SMALL)).toStrictEqual({ ...members, sketch: sketch.pack() });
    const { difference, total, ...others } = { ...read, resolving: true as const };
    const packed = { ...others, difference: difference.pack(), total: total.pack() };
    const reading = { ...state, read: { ...read, resolving: true as const, larger: sketch } };
    expect(toSnapshot(reading, LARGE)).toStrictEqual({ ...members, read: { ...packed, larger: sketch.pack() } });
  });

  it('uses all of the room but for 300 bytes, and keeps a sketch of eight cells in any case', () => {
    const state = { ...idle, sketch: sketchOf(32, 5) };
    const bytes = bytesOf(toSnapshot(state, LARGE)) + 300;
    const cellsIn = (room: number): number | undefined =>
      parseSnapshot(wire(toSnapshot(state, { ...SMALL, bytes: room })))?.sketch?.cells;
    expect([cellsIn(bytes), cellsIn(bytes - 1), cellsIn(10)]).toEqual([32, 16, 8]);
  });

  it('contains no properties without a value', () => {
    expect(toSnapshot(idle, SMALL)).toStrictEqual({ version: 2, lastUpdated: NOW, scope: 'all' });
    expect(toSnapshot({ ...idle, read: { ...read, at: undefined } }, SMALL).read).not.toHaveProperty('at');
  });

  it('during a full read omits the sketch of the last one, which its difference contains', () => {
    expect(toSnapshot({ ...idle, sketch: sketchOf(16, 5), read }, SMALL)).not.toHaveProperty('sketch');
  });

  it('keeps ids of any kind', () => {
    const key = { groupId: 'group one', id: 'a b=c"ü' };
    const seen = emptySeen();
    seen.set(key, 'hash');
    const stored = wire(toSnapshot({ ...idle, seen }, SMALL));
    expect(parseSnapshot(stored)?.seen.get(key)).toBe('hash');
  });

  it.each([
    ['between two polls', false],
    ['during a full read', true],
  ])('stays below 4,000 bytes on elastic.io %s, and uses them', (_, isReading) => {
    const state = fullest(256);
    const snapshot = toSnapshot(isReading ? state : { ...state, read: undefined }, SMALL);
    expect(bytesOf(snapshot)).toBeLessThanOrEqual(4_000);
    expect(bytesOf(snapshot)).toBeGreaterThan(3_900);
  });

  it('stays below 4,000 bytes where the id of a group takes several bytes for each character', () => {
    const retry = emptyRetry();
    retry.set({ groupId: 'ü'.repeat(60), id: '1' });
    const state = { ...fullest(256), scope: 'ü'.repeat(200), retry };
    expect(bytesOf(toSnapshot(state, SMALL))).toBeLessThanOrEqual(4_000);
  });

  it('has room for a sketch of 256 cells on elastic.io, and for notes beside it', () => {
    const state = { ...fullest(256), read: undefined, retry: emptyRetry(), unlisted: undefined, groups: undefined };
    const snapshot = toSnapshot(state, SMALL);
    expect(parseSnapshot(wire(snapshot))?.sketch?.cells).toBe(256);
    expect(parseSnapshot(wire(snapshot))?.seen.size).toBeGreaterThan(20);
  });

  it('folds both sketches of a read until they fit, without a loss of entries', () => {
    const { difference, total } = parseSnapshot(wire(toSnapshot(fullest(256), SMALL)))?.read ?? {};
    expect(difference?.cells).toBeLessThan(256);
    expect(total?.cells).toBe(difference?.cells);
    expect([...(difference?.peel().values ?? [])]).toEqual([[5, 15]]);
    expect([...(total?.peel().values ?? [])].sort()).toEqual([
      [5, 15],
      [6, 18],
    ]);
  });

  it('gives up a larger sketch before it folds the others', () => {
    const state = { ...idle, read: { ...read, larger: sketchOf(4_096, 9) } };
    expect(toSnapshot(state, LARGE).read).toHaveProperty('larger');
    const small = parseSnapshot(wire(toSnapshot(state, { ...LARGE, bytes: 8_000 })))?.read;
    expect([small?.larger, small?.difference.cells]).toEqual([undefined, 256]);
  });

  it('has room for two of the largest sketches and a list of thousands on OIH', () => {
    const snapshot = toSnapshot(fullest(65_536), LARGE);
    expect(bytesOf(snapshot)).toBeLessThanOrEqual(LARGE.bytes);
    expect(parseSnapshot(wire(snapshot))?.read?.difference.cells).toBe(65_536);
  });

  it('that the next poll could not read is not stored', () => {
    const broken = { ...idle, horizon: Number.NaN };
    expect(() => toSnapshot(broken, SMALL)).toThrow(TemporaryError);
    expect(() => toSnapshot(broken, SMALL)).toThrow(
      /^The snapshot was not stored because .*"lastUpdated": .* The next poll continues from the previous snapshot and sends again what was sent since then\. If that fails too, report it as a bug in the component\.$/,
    );
  });
});
