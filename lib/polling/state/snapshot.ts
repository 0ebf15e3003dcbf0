/**
 * The snapshot that a polling trigger stores between two polls: its format and its size limit.
 *
 * ```
 * { version: 2, lastUpdated: 1764000000, scope: "1046",
 *   sketch: "…",                                  all receivers as they were emitted (`sketch/sketch.ts`), with changes
 *                                                 of their state after lastUpdated undone
 *   full: { at, horizon, requests, rows },        the last complete read
 *   filterOffUntil: 1764086400,                   no quick polls before this time
 *   quickUntil: 1764000300,                       quick polls have looked for changes of state up to this time
 *   untraced: true,                               changes without a trace in the history have been seen
 *   seen:  { "1046": "70211=hash3 70212=hash7" }, receivers whose state changed after lastUpdated, as they were emitted, or
 *                                                 filtered out (`changes/emissionNotes.ts`)
 *   retry: { "1046": "70213=u" },                 receivers that have to be emitted, and why (`retryList.ts`)
 *   unlisted: "…",                                only if `retry` is full: a filter for the other receivers
 *   groups: "1046 1047",                          for all groups: the groups that were read completely (`knownGroups.ts`)
 *   read: { … } }                                 only during a full read: its position, and its two sketches
 * ```
 *
 * The sketches use the space that the other members leave. A sketch that is folded to half its size holds the same entries
 * but reveals fewer differences.
 */

import type { UnixSeconds } from '../../cleverreach/types';
import type { RuntimeKind } from '../../platform/runtimeContext';
import { ConfigurationError, TemporaryError } from '../../utils/errors';
import { isObject } from '../../utils/objects';
import { MIN_CELLS, type Sketch } from '../sketch/sketch';
import type { Position } from '../pagination/position';
import { emptyRetry, emptySeen, type BoundedNotes, type PackedNotes } from './boundedNotes';
import type { KnownGroups } from './knownGroups';
import type { BloomFilter } from './bloomFilter';
import { earlierShape, firstProblem, ownShape, versionOneShape } from './snapshotSchema';

/** How much a platform can store. */
export interface SnapshotRoom {
  /** Bytes of JSON. */
  bytes: number;
  /** Bytes of the filter `unlisted`. */
  filterBytes: number;
  /** Cells of a sketch, and their maximum number; the sketch grows with the account if there is room. */
  cells: number;
  maxCells: number;
}

/** elastic.io allows 5 KB, some of which the platform uses; OIH stores a snapshot in a document of at most 16 MB. */
export const SNAPSHOT_ROOM: Record<RuntimeKind, SnapshotRoom> = {
  'elastic.io': { bytes: 4_000, filterBytes: 900, cells: 256, maxCells: 256 },
  oih: { bytes: 4_000_000, filterBytes: 24_000, cells: 4_096, maxCells: 65_536 },
};

/** Bytes that the sketches leave free for `seen`. */
const KEPT_FOR_SEEN = 300;

/** The position of a read of the groups in their order: the group that is being read, and the position in it. */
export interface ReadPosition extends Position {
  groupId: string;
}

/** Which receivers a full read emits: all; those modified since a time; those whose state or content changed. */
type Basis = 'all' | 'since' | 'changes';
/**
 * `history` and `all` come after a first pass whose sketch could not identify the differences, `hashed` after one that
 * identified ids only by hash.
 */
export type Pass = 'first' | 'hashed' | 'history' | 'all';

/** A full read in progress. */
export interface ReadState {
  /** CleverReach's clock when it began, in Unix seconds. */
  startedAt: UnixSeconds;
  /** The horizon of the sketch that it makes. */
  horizon: UnixSeconds;
  basis: Basis;
  /** `since`: receivers modified later are emitted; `changes`: the horizon of the sketch that it compares with. */
  from: UnixSeconds;
  pass: Pass;
  /** How many of the receivers that were emitted or filtered out a timestamp or the history shows as changed. */
  explained: number;
  /** How many rows were read. */
  rows: number;
  /** How many requests its pages took, without the look-ups of what was found. */
  requests: number;
  /** The sketch of the last read, minus the rows that were read. */
  difference: Sketch;
  /** The sketch that this read makes, plus `difference`. */
  total: Sketch;
  /** The sketch that this read makes, if it is to be larger than the last one. */
  larger?: Sketch | undefined;
  /** Whether all rows were read, and the receivers that differ are being looked up. */
  resolving?: true | undefined;
  /** Its position; missing before the first row. */
  at?: ReadPosition | undefined;
}

/** The last complete read. */
interface FullRead {
  /** CleverReach's clock when it began, in Unix seconds. */
  at: UnixSeconds;
  /** The horizon of the sketch that it made; quick polls have moved `PollState.horizon` since. */
  horizon: UnixSeconds;
  /** How many requests its pages took. */
  requests: number;
  rows: number;
}

/** What is known between two polls. */
export interface PollState {
  /** All changes of state up to and including this second were emitted; 0 if none were. In Unix seconds. */
  horizon: UnixSeconds;
  /** The groups of the state: the id of one group, or `all`. */
  scope: string;
  /** Missing before the first complete read. */
  sketch?: Sketch | undefined;
  full?: FullRead | undefined;
  filterOffUntil?: UnixSeconds | undefined;
  /** Quick polls have found all changes of state up to and including this second, if the filter is correct. */
  quickUntil?: UnixSeconds | undefined;
  /** Whether the account has shown a change that leaves neither a timestamp nor an entry in the history. */
  untraced?: true | undefined;
  seen: BoundedNotes;
  retry: BoundedNotes;
  unlisted?: BloomFilter | undefined;
  groups?: KnownGroups | undefined;
  read?: ReadState | undefined;
}

type PackedRead = Omit<ReadState, 'difference' | 'total' | 'larger'> & {
  difference: string;
  total: string;
  larger?: string;
};

export interface Snapshot {
  version: 2;
  lastUpdated: UnixSeconds;
  scope: string;
  sketch?: string;
  full?: FullRead;
  filterOffUntil?: UnixSeconds;
  quickUntil?: UnixSeconds;
  untraced?: true;
  seen?: PackedNotes;
  retry?: PackedNotes;
  unlisted?: string;
  groups?: string;
  read?: PackedRead;
}

/** What a stored snapshot contains; those of the earlier connector do not name their groups. */
export type StoredState = Omit<PollState, 'scope'> & { scope?: string };

/**
 * Reads what the platform has stored: nothing, a snapshot of this version, of version 1, or of the earlier CleverReach
 * connector (`{lastUpdated}` in seconds or milliseconds, as a number or a string).
 * @returns undefined if nothing was stored
 * @throws ConfigurationError if it cannot be understood; if it were read as "nothing", every receiver would be emitted
 *   again
 */
export function parseSnapshot(stored: unknown): StoredState | undefined {
  if (isNothing(stored)) return undefined;
  const isFirstVersion = isObject(stored) && stored['version'] === 1;
  const own = (isFirstVersion ? versionOneShape : ownShape).safeParse(stored);
  if (own.success) {
    const { lastUpdated, ...rest } = own.data;
    return { horizon: lastUpdated, ...rest };
  }
  const earlier = earlierShape.safeParse(stored);
  if (earlier.success) return { horizon: earlier.data.lastUpdated, seen: emptySeen(), retry: emptyRetry() };
  throw new ConfigurationError(
    `The snapshot of this step cannot be read (${problemOf(stored, own.error)}). Nothing was read from CleverReach. ` +
      'To start again, reset the snapshot of the step to {}: every receiver is then sent again. To continue from a certain time, ' +
      'set the snapshot to {"lastUpdated": <unix seconds>}.',
  );
}

/**
 * The snapshot of a state, within the size limit of the platform. Sketches are folded until they fit; notes in `seen` that
 * do not fit are dropped, and then a few receivers are emitted twice.
 * @throws TemporaryError if the next poll could not read it; the stored snapshot, which it would replace, is readable
 */
export function toSnapshot(state: PollState, room: SnapshotRoom): Snapshot {
  const snapshot = packedState(state, room);
  const { success, error } = ownShape.safeParse(snapshot);
  if (success) return snapshot;
  throw new TemporaryError(
    `The snapshot was not stored because the next poll could not read it (${firstProblem(error)}). The next poll continues from the ` +
      'previous snapshot and sends again what was sent since then. If that fails too, report it as a bug in the component.',
  );
}

function packedState(state: PollState, room: SnapshotRoom): Snapshot {
  const { horizon, scope, full, filterOffUntil, quickUntil, untraced, retry, unlisted, groups, read } = state;
  const base: Snapshot = {
    version: 2,
    lastUpdated: horizon,
    scope,
    ...(full && { full }),
    ...(filterOffUntil !== undefined && { filterOffUntil }),
    ...(quickUntil !== undefined && { quickUntil }),
    ...(untraced && { untraced }),
    ...(retry.size > 0 && { retry: retry.pack() }),
    ...(unlisted && { unlisted: unlisted.pack() }),
    ...(groups && { groups: groups.pack() }),
  };
  const withSketches = (cells: number, larger?: Sketch): Snapshot => ({
    ...base,
    ...(state.sketch && !read && { sketch: foldedTo(state.sketch, cells).pack() }),
    ...(read && { read: packedRead({ ...read, larger }, cells) }),
  });
  const isTooLarge = (one: Snapshot): boolean => bytesOf(one) > room.bytes - KEPT_FOR_SEEN;
  let cells = (read?.difference ?? state.sketch)?.cells ?? MIN_CELLS;
  let snapshot = withSketches(cells, read?.larger);
  if (isTooLarge(snapshot)) snapshot = withSketches(cells);
  while (cells > MIN_CELLS && isTooLarge(snapshot)) snapshot = withSketches((cells /= 2));
  if (state.seen.size === 0) return snapshot;
  const seen = state.seen.pack(room.bytes - bytesOf(snapshot) - '"seen":{},'.length);
  return { ...snapshot, seen };
}

function packedRead({ difference, total, larger, at, ...read }: ReadState, cells: number): PackedRead {
  const sketches = { difference: foldedTo(difference, cells).pack(), total: foldedTo(total, cells).pack() };
  return { ...read, ...sketches, ...(larger && { larger: larger.pack() }), ...(at && { at }) };
}

function foldedTo(sketch: Sketch, cells: number): Sketch {
  return sketch.cells <= cells ? sketch : foldedTo(sketch.folded(), cells);
}

/** In bytes: the id of a group may have any characters. */
const bytesOf = (snapshot: Snapshot): number => Buffer.byteLength(JSON.stringify(snapshot));

function hasNoMember(value: object): boolean {
  for (const name in value) if (Object.hasOwn(value, name)) return false;
  return true;
}

function isNothing(stored: unknown): boolean {
  return stored === undefined || stored === null || (typeof stored === 'object' && hasNoMember(stored));
}

/** Without a version, it can only be a snapshot of the earlier connector, which has one known member. */
function problemOf(stored: unknown, error: Parameters<typeof firstProblem>[0]): string {
  if (!isObject(stored)) return 'it is not an object';
  if ('version' in stored) return firstProblem(error);
  const { lastUpdated } = stored;
  return lastUpdated === undefined
    ? 'it has no "lastUpdated"'
    : '"lastUpdated" is neither a unix time nor an ISO date-time';
}
