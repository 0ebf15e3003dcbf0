/**
 * Determines which receivers a full read has to emit, as a state machine without I/O.
 *
 * The rows usually come without history. A change of state shows in the timestamps of the row. Every other change,
 * and every deletion, shows in a sketch: the sketch of the last read minus the rows of this read contains exactly the
 * receivers that differ. `valueAt` ignores changes of state after the horizon, so that they need no space in the
 * sketch.
 *
 * If there are more differences than the sketch can identify, a second pass reads the history and emits what was
 * modified since the last read. If that does not explain the differences either, a third pass emits everything.
 * Receivers may then be emitted twice, but none is lost.
 */

import { detail, type Receiver, type UnixSeconds } from '../../cleverreach/types';
import { EmissionNotes } from './emissionNotes';
import { BloomFilter } from '../state/bloomFilter';
import type { MemberKey } from '../state/boundedNotes';
import { RetryList } from '../state/retryList';
import type { Pass, PollState, ReadPosition, ReadState, SnapshotRoom } from '../state/snapshot';
import { ChangeFilter } from './changeFilter';
import type { ChangeList } from './stateChanges';
import { ReadSketches } from './readSketches';
import { ChangeDetector } from './changeDetector';
import { Differences, type Member } from './differences';
import {
  contentHash,
  hasChangedAfter,
  idOf,
  isRegisteredAfter,
  keyOf,
  LOOKBACK,
  modifiedAt,
  valueAt,
} from './receiverContent';
import { Sketch } from '../sketch/sketch';

/**
 * A sketch identifies all differences up to about this number per cell. If the history explains that many changes, the
 * changes themselves are the reason why the sketch cannot identify them.
 */
const EXPLAINED = 0.75;
/** With this many receivers per cell, the sketch grows, if the platform has room. */
const RECEIVERS_PER_CELL = 8;

/**
 * `due`: has to be emitted. `filtered`: has changed in a way that the step does not ask for. `known`: was already emitted
 * or filtered out after the horizon, and has not changed since.
 */
export type Verdict = 'due' | 'filtered' | 'unchanged' | 'known';

/** `changes`: why the receiver is sent, the newest reason first; empty unless it is due. */
export interface Judgement {
  verdict: Verdict;
  changes: ChangeList;
}

export class Reconciliation {
  readonly read: ReadState;
  readonly retries: RetryList;
  private readonly notes: EmissionNotes;
  private readonly sketches: ReadSketches;
  readonly detector: ChangeDetector;
  readonly differences: Differences;
  private readonly hashedMembers = new Map<number, Member[]>();
  /** Keys of what was read before a restart and not since, if they are known. */
  private readBefore: ReadonlySet<number> | undefined;

  /**
   * Starts a full read, or continues the one in the state.
   * @param now CleverReach's clock, in Unix seconds
   * @param groups those that are read
   */
  constructor(
    private readonly before: PollState,
    now: UnixSeconds,
    room: SnapshotRoom,
    private readonly filter: ChangeFilter,
    groups: readonly { id: string }[],
  ) {
    const isResumed = before.read !== undefined;
    this.read = readStateOf(before, now, room);
    const { horizon, basis, pass } = this.read;
    this.retries = new RetryList(before, isResumed, () => BloomFilter.ofSize(room.filterBytes));
    this.notes = new EmissionNotes(before.seen, isResumed, horizon, basis === 'changes');
    this.sketches = new ReadSketches(this.read, isResumed);
    const { read, retries, notes, sketches } = this;
    this.detector = new ChangeDetector(before, read, now, { retries, notes, sketches }, filter.includesEdits);
    const { detector } = this;
    this.differences = new Differences({ before, read, retries, notes, sketches, detector, filter }, groups);
    if (pass === 'hashed') detector.hashedKeys = this.differences.keys();
    if (isResumed && !detector.isCompared) this.readBefore = sketches.readBefore();
  }

  /** What the rows of this pass contain in addition to their own members, as a bit mask. */
  get detail(): number {
    const { basis, pass } = this.read;
    const needsHistory = pass === 'history' || (basis === 'since' && pass === 'first');
    return needsHistory ? detail.events | detail.tags : detail.tags;
  }

  judge(groupId: string, receiver: Receiver): Judgement {
    const key = { groupId, id: receiver.id };
    const reasons = this.detector.ofRow(groupId, receiver);
    const isListed = this.retries.has(key);
    const note = isListed ? undefined : this.notes.get(key);
    if (!isListed && reasons.length === 0) return { verdict: note === undefined ? 'unchanged' : 'known', changes: [] };
    const mayBeKnown = !isListed && note === undefined && this.read.pass !== 'first';
    if (mayBeKnown && this.notes.hasEmitted(key, contentHash(receiver))) return { verdict: 'known', changes: [] };
    const changes = this.filter.select(receiver, reasons);
    return { verdict: changes.length > 0 ? 'due' : 'filtered', changes };
  }

  /**
   * Whether the receiver must be in the retry list before it is emitted, because the next step may know an earlier version
   * of it. If the run crashes and the receiver changes back, neither the timestamps nor the sketch show the emission.
   */
  mustBeListed(groupId: string, receiver: Receiver): boolean {
    const key = { groupId, id: receiver.id };
    if (this.retries.has(key)) return false;
    if (this.notes.get(key) !== undefined) return true;
    const { basis, pass, from } = this.read;
    const isKnown = this.detector.isKnownGroup(groupId);
    return basis === 'changes' && pass === 'first' && isKnown && !isRegisteredAfter(receiver, from);
  }

  /** Call this after a row was read and, if it was due, emitted. */
  addRow(groupId: string, receiver: Receiver): void {
    const { read } = this;
    this.notes.markFound({ groupId, id: receiver.id }, receiver);
    if (read.pass === 'hashed') {
      const key = keyOf(receiver.id);
      if (this.detector.hashedKeys.has(key))
        this.hashedMembers.set(key, [...(this.hashedMembers.get(key) ?? []), { groupId, receiver }]);
      return;
    }
    read.rows += 1;
    const { before, after } = this.valuesOf(groupId, receiver);
    this.sketches.add(keyOf(receiver.id), before, after);
  }

  delivered(groupId: string, receiver: Receiver): void {
    const key = { groupId, id: receiver.id };
    this.handled(key, receiver);
    this.notes.delivered(key, receiver);
  }

  /** The receiver is filtered. */
  filteredOut(groupId: string, receiver: Receiver): void {
    const key = { groupId, id: receiver.id };
    this.handled(key, receiver);
    this.notes.filteredOut(key, receiver);
  }

  failed(groupId: string, receiver: Receiver, changes: ChangeList): void {
    this.retries.add({ groupId, id: receiver.id }, changes);
  }

  /** The next pass after all rows of all groups were read; undefined if none is needed. */
  nextPass(): Exclude<Pass, 'first'> | undefined {
    const { basis, pass } = this.read;
    if (pass === 'hashed') this.resolveHashed();
    if (basis !== 'changes' || pass === 'hashed' || pass === 'all') return undefined;
    if (pass === 'history') return this.isExplained ? undefined : 'all';
    if (!this.sketches.peeled().isComplete) return 'history';
    return [...this.differences.keys()].some((key) => idOf(key) === undefined) ? 'hashed' : undefined;
  }

  begin(pass: Exclude<Pass, 'first'>): void {
    Object.assign(this.read, { pass, at: undefined, explained: 0 });
    if (pass === 'hashed') this.detector.hashedKeys = this.differences.keys();
    else {
      this.sketches.clear();
      this.read.rows = 0;
    }
  }

  /**
   * Reads from the first group again, because the position where an earlier run stopped cannot be found.
   * @returns whether the deletion of receivers that were read so far will be found
   */
  restart(): boolean {
    const { read } = this;
    read.at = undefined;
    if (read.pass === 'hashed') return true;
    const hadRows = read.rows > 0;
    let isComplete = true;
    if (this.detector.isCompared) this.sketches.restart(read.resolving === true);
    else ({ keys: this.readBefore, isComplete } = this.sketches.restartWithRows());
    read.resolving = undefined;
    read.rows = 0;
    return this.detector.isCompared || isComplete || !hadRows;
  }

  /**
   * Resolves keys that are hashes of ids: the pass has found the receivers, or they were deleted and their ids are
   * unknown.
   */
  private resolveHashed(): void {
    for (const key of this.detector.hashedKeys)
      if (idOf(key) === undefined) this.differences.resolveKey(key, this.hashedMembers.get(key) ?? []);
  }

  /** The state while the read is in progress. */
  checkpoint(at: ReadPosition | undefined): PollState {
    return {
      ...this.before,
      ...this.retries.all(),
      // quick polls look for changes after the horizon of this read, because the read may already have passed those rows
      horizon: this.before.read ? this.before.horizon : this.read.horizon,
      seen: this.notes.all(),
      read: { ...this.read, at },
    };
  }

  /** The state after the read has found every receiver. */
  finish(): PollState {
    const { horizon, startedAt, requests, rows } = this.read;
    return {
      ...this.before,
      ...this.retries.remaining(),
      horizon,
      sketch: this.sketches.result(),
      full: { at: startedAt, horizon, requests, rows },
      seen: this.notes.remaining(),
      read: undefined,
    };
  }

  private handled(key: MemberKey, receiver: Receiver): void {
    if (modifiedAt(receiver) > this.detector.sinceFullRead) this.read.explained += 1;
    this.retries.solved(key);
  }

  /** Whether the history explains why there are more differences than the sketch can identify. */
  private get isExplained(): boolean {
    return this.before.untraced !== true && this.read.explained >= EXPLAINED * this.sketches.cells;
  }

  /** The value of a receiver in the last sketch if it has not changed, and in the new sketch. */
  private valuesOf(groupId: string, receiver: Receiver): { before: number; after: number } {
    const { from, horizon } = this.read;
    // if the clock was set back, receivers registered after the new horizon stay in the sketch: no note shows their deletion
    const isSetBack = horizon < from && isRegisteredAfter(receiver, horizon) && !isRegisteredAfter(receiver, from);
    const after = valueAt(groupId, receiver, isSetBack ? from : horizon);
    if (!this.detector.isCompared) {
      // after a restart, earlier rows that are not read again are left in the sketch; other rows must not fill the sketch
      const wasRead = this.readBefore === undefined || this.readBefore.has(keyOf(receiver.id));
      return { before: wasRead ? after : 0, after };
    }
    if (!this.detector.isKnownGroup(groupId)) return { before: 0, after };
    const isSame = !hasChangedAfter(receiver, from) && !hasChangedAfter(receiver, horizon);
    return { before: isSame ? after : valueAt(groupId, receiver, from), after };
  }
}

/**
 * The read of a state, which may be changed in place; a new one if none is in progress.
 * @param now CleverReach's clock, in Unix seconds
 */
function readStateOf(state: PollState, now: UnixSeconds, room: SnapshotRoom): ReadState {
  return state.read ? resumed(state.read) : begun(state, now, room);
}

function resumed({ difference, total, larger, ...read }: ReadState): ReadState {
  return { ...read, difference: difference.copy(), total: total.copy(), larger: larger?.copy() };
}

function begun({ horizon, sketch, full }: PollState, now: UnixSeconds, room: SnapshotRoom): ReadState {
  const cells = sizeFor(full?.rows ?? 0, room);
  const before = sketch ?? Sketch.ofSize(cells);
  return {
    startedAt: now,
    horizon: Math.max(1, now - LOOKBACK),
    basis: sketch ? 'changes' : horizon > 0 ? 'since' : 'all',
    from: horizon,
    pass: 'first',
    explained: 0,
    rows: 0,
    requests: 0,
    difference: before.copy(),
    total: before.copy(),
    larger: before.cells < cells ? Sketch.ofSize(cells) : undefined,
  };
}

function sizeFor(rows: number, { cells, maxCells }: SnapshotRoom): number {
  let size = cells;
  while (size < maxCells && size * RECEIVERS_PER_CELL < rows) size *= 2;
  return size;
}
