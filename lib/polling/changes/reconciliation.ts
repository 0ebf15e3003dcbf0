/**
 * Which receivers a full read has to emit, as a state machine without I/O.
 *
 * The rows of a full read carry no history. A change of state shows in the timestamps of the row. Every other change, and
 * every deletion, shows in a sketch: the sketch of the last read, minus the rows of this read, holds exactly the receivers
 * that differ. `valueAt` ignores changes of state after the horizon, so that they need no space in the sketch.
 *
 * If there are more differences than the sketch can name, a second pass reads the history and emits what was modified since
 * the last read. If that does not explain the differences either, a third pass emits everything. Receivers may then be
 * emitted twice, but none is lost.
 */

import { detail, type Receiver, type UnixSeconds } from '../../cleverreach/types';
import { EmissionNotes } from './emissionNotes';
import { BloomFilter } from '../state/bloomFilter';
import { isKnownGroup } from '../state/knownGroups';
import { RetryList } from '../state/retryList';
import type { Pass, PollState, ReadPosition, ReadState, SnapshotRoom } from '../state/snapshot';
import { minus } from '../sketch/primeField';
import { ReadSketches } from './readSketches';
import { readStateOf } from './readState';
import { Resolution, type Member } from './resolution';
import {
  contentHash,
  hasChangedAfter,
  hasChangedBetween,
  idOf,
  isRegisteredAfter,
  keyOf,
  modifiedAt,
  valueAt,
} from './receiverContent';
import { MAX_VALUE } from '../sketch/sketch';

/**
 * A sketch names all differences up to about this many for each cell. If the history explains as many, it explains why the
 * sketch cannot.
 */
const EXPLAINED = 0.75;
/** How far CleverReach's clock may be ahead of its timestamps, in seconds, for example with a wrong time zone. */
const MAX_LEAD = 10_800;

/** `due`: has to be emitted. `known`: was emitted after the horizon, and is the same. */
export type Verdict = 'due' | 'unchanged' | 'known';

export class Reconciliation {
  readonly read: ReadState;
  readonly retries: RetryList;
  private readonly notes: EmissionNotes;
  private readonly sketches: ReadSketches;
  private readonly resolution: Resolution;
  /** Keys that a pass looks for, whose ids are not known. */
  private hashedKeys: ReadonlySet<number> = new Set();
  private readonly hashedMembers = new Map<number, Member[]>();
  /** Keys of what was read before a restart, if they are known. */
  private readBefore: ReadonlySet<number> | undefined;

  /**
   * Begins a full read, or continues that of the state.
   * @param now CleverReach's clock, in Unix seconds
   * @param groups those that are read
   */
  constructor(
    private readonly before: PollState,
    now: UnixSeconds,
    room: SnapshotRoom,
    groups: readonly { id: string }[] = [],
  ) {
    const isResumed = before.read !== undefined;
    this.read = readStateOf(before, now, room);
    const { horizon, basis, pass } = this.read;
    this.retries = new RetryList(before, isResumed, () => BloomFilter.ofSize(room.filterBytes));
    this.notes = new EmissionNotes(before.seen, isResumed, horizon, basis === 'changes');
    this.sketches = new ReadSketches(this.read, isResumed);
    this.resolution = new Resolution(this.sketches, this.notes, horizon, groups);
    if (pass === 'hashed') this.hashedKeys = this.differingKeys();
  }

  /** What the rows of this pass contain in addition to their own members, as a bit mask. */
  get detail(): number {
    const { basis, pass } = this.read;
    const needsHistory = pass === 'history' || (basis === 'since' && pass === 'first');
    return needsHistory ? detail.events | detail.tags : detail.tags;
  }

  judge(groupId: string, receiver: Receiver): Verdict {
    const key = { groupId, id: receiver.id };
    if (this.retries.has(key)) return 'due';
    const note = this.notes.get(key);
    if (note !== undefined) return note === contentHash(receiver) ? 'known' : 'due';
    if (!this.isDueByPass(groupId, receiver)) return 'unchanged';
    return this.read.pass !== 'first' && this.notes.hasEmitted(key, contentHash(receiver)) ? 'known' : 'due';
  }

  /**
   * Whether the next step may know the receiver as it was before, so that its emission has to be announced: if the run dies
   * and the receiver changes back, neither timestamps nor sketch show that it was emitted.
   */
  mustBeAnnounced(groupId: string, receiver: Receiver): boolean {
    const key = { groupId, id: receiver.id };
    if (this.retries.has(key)) return false;
    if (this.notes.get(key) !== undefined) return true;
    const { basis, pass, from } = this.read;
    return basis === 'changes' && pass === 'first' && this.isKnownGroup(groupId) && !isRegisteredAfter(receiver, from);
  }

  /** The row was read, and emitted if it was due. */
  met(groupId: string, receiver: Receiver): void {
    const { read } = this;
    this.notes.met({ groupId, id: receiver.id }, receiver);
    if (read.pass === 'hashed') {
      const key = keyOf(receiver.id);
      if (this.hashedKeys.has(key))
        this.hashedMembers.set(key, [...(this.hashedMembers.get(key) ?? []), { groupId, receiver }]);
      return;
    }
    read.rows += 1;
    const { before, after } = this.valuesOf(groupId, receiver);
    this.sketches.add(keyOf(receiver.id), before, after);
  }

  delivered(groupId: string, receiver: Receiver): void {
    const key = { groupId, id: receiver.id };
    if (modifiedAt(receiver) > this.sinceFullRead) this.read.explained += 1;
    this.retries.solved(key);
    this.notes.delivered(key, receiver);
  }

  failed(groupId: string, receiver: Receiver): void {
    this.retries.add({ groupId, id: receiver.id });
  }

  /** Whether this run, or a poll before it, has emitted the receiver as it is. */
  isAsEmitted(groupId: string, receiver: Receiver): boolean {
    const key = { groupId, id: receiver.id };
    const content = contentHash(receiver);
    if (this.notes.hasEmitted(key, content)) return true;
    return !this.retries.has(key) && this.notes.get(key) === content;
  }

  /**
   * Whether quick polls should have found the change of state of this due receiver. If quick polls found other changes,
   * they moved the horizon, and the sketch shows the missed change. Otherwise, the timestamps of the row show it.
   */
  isMissedByQuickPolls(groupId: string, receiver: Receiver): boolean {
    const { full, quickUntil } = this.before;
    const { basis, pass, from } = this.read;
    const key = { groupId, id: receiver.id };
    if (full === undefined || quickUntil === undefined || basis !== 'changes' || pass !== 'first') return false;
    if (this.retries.has(key) || this.notes.get(key) !== undefined || !this.isKnownGroup(groupId)) return false;
    if (hasChangedBetween(receiver, from, quickUntil)) return true;
    const expected = minus(valueAt(groupId, receiver, full.horizon), valueAt(groupId, receiver, from));
    return expected !== 0 && this.sketches.residueOf(keyOf(receiver.id)) === expected;
  }

  /** After all rows of all groups were read: the pass that has to follow; undefined if none has. */
  nextPass(): Exclude<Pass, 'first'> | undefined {
    const { basis, pass } = this.read;
    if (pass === 'hashed') this.resolveHashed();
    if (basis !== 'changes' || pass === 'hashed' || pass === 'all') return undefined;
    if (pass === 'history') return this.isExplained ? undefined : 'all';
    if (!this.sketches.peeled().isComplete) return 'history';
    return [...this.differingKeys()].some((key) => idOf(key) === undefined) ? 'hashed' : undefined;
  }

  /** Ids of receivers that differ from the last read, or were deleted; empty if there are too many to name them. */
  differences(): string[] {
    const { values, isComplete } = this.sketches.peeled();
    if (!isComplete) return [];
    // if all rows are emitted anyway, only receivers that were not read matter: their values remain in the sketch and do
    // not exceed MAX_VALUE
    const isOfInterest = (value: number): boolean => this.isCompared || value <= MAX_VALUE;
    return [...values].flatMap(([key, value]) => (isOfInterest(value) ? (idOf(key) ?? []) : []));
  }

  /** Ids of receivers that were emitted recently but that the read has not found. */
  unmet(): string[] {
    return this.notes.unmet();
  }

  /** Call this before receivers are looked up. From then on they are due, whatever happens to this run. */
  beginResolving(ids: readonly string[]): void {
    if (ids.length > 0) this.read.resolving = true;
    for (const key of this.notes.doubt(new Set(ids))) this.retries.announce(key);
  }

  /**
   * Receivers were looked up: those that differ were emitted, or their deletion was reported.
   * @param found those that exist
   */
  resolved(ids: readonly string[], found: readonly Member[]): void {
    for (const id of ids) {
      const members = found.filter(({ receiver }) => receiver.id === id);
      this.retries.forget(id);
      this.resolution.resolve(keyOf(id), members);
    }
  }

  /** Whether an earlier read has announced the deletion of a receiver that is being looked up. */
  isDeletionAnnounced(id: string): boolean {
    return this.resolution.isDeletionAnnounced(id);
  }

  /** Whether neither a timestamp nor the history shows that a receiver that differs has changed. */
  isUntraced(receiver: Receiver): boolean {
    return this.read.basis === 'changes' && modifiedAt(receiver) <= this.sinceFullRead - MAX_LEAD;
  }

  /** The next full read looks the receiver up again. */
  searchAgain(id: string): void {
    this.retries.add({ groupId: this.before.scope, id });
  }

  begin(pass: Exclude<Pass, 'first'>): void {
    Object.assign(this.read, { pass, at: undefined, explained: 0 });
    if (pass === 'hashed') this.hashedKeys = this.differingKeys();
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
    if (this.isCompared) this.sketches.restart(read.resolving === true);
    else ({ keys: this.readBefore, isComplete } = this.sketches.restartWithRows());
    read.resolving = undefined;
    read.rows = 0;
    return this.isCompared || isComplete || !hadRows;
  }

  /** Receivers whose ids are not numbers were found by a pass, or were deleted: then their ids are not known. */
  private resolveHashed(): void {
    for (const key of this.hashedKeys)
      if (idOf(key) === undefined) this.resolution.resolve(key, this.hashedMembers.get(key) ?? []);
  }

  /** The state while the read is under way. */
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
      ...this.retries.left(),
      horizon,
      sketch: this.sketches.result(),
      full: { at: startedAt, horizon, requests, rows },
      seen: this.notes.left(),
      read: undefined,
    };
  }

  /** Whether the rows are compared with the last sketch. */
  private get isCompared(): boolean {
    const { basis, pass } = this.read;
    return basis === 'changes' && (pass === 'first' || pass === 'hashed');
  }

  /** Changes after it are not in the last sketch, even where quick polls have moved its horizon and missed some. */
  private get sinceFullRead(): UnixSeconds {
    return Math.min(this.read.from, this.before.full?.horizon ?? this.read.from);
  }

  /** Whether the history explains why there are more differences than the sketch can name. */
  private get isExplained(): boolean {
    return this.before.untraced !== true && this.read.explained >= EXPLAINED * this.sketches.cells;
  }

  private differingKeys(): ReadonlySet<number> {
    return new Set(this.sketches.peeled().values.keys());
  }

  /** The value of a receiver in the last sketch if it has not changed, and in the new sketch. */
  private valuesOf(groupId: string, receiver: Receiver): { before: number; after: number } {
    const { from, horizon } = this.read;
    const after = valueAt(groupId, receiver, horizon);
    if (!this.isCompared) {
      // what the read begins with is left in the sketch if it is not read again; other rows must not fill the sketch
      const wasRead = this.readBefore === undefined || this.readBefore.has(keyOf(receiver.id));
      return { before: wasRead ? after : 0, after };
    }
    if (!this.isKnownGroup(groupId)) return { before: 0, after };
    const isSame = !hasChangedAfter(receiver, from) && !hasChangedAfter(receiver, horizon);
    return { before: isSame ? after : valueAt(groupId, receiver, from), after };
  }

  private isDueByPass(groupId: string, receiver: Receiver): boolean {
    const { basis, pass, from } = this.read;
    if (pass === 'all' || !this.isKnownGroup(groupId)) return true;
    if (pass === 'hashed') return this.hashedKeys.has(keyOf(receiver.id));
    if (pass === 'history') return modifiedAt(receiver) > this.sinceFullRead - MAX_LEAD;
    if (basis === 'all') return true;
    return basis === 'since' ? modifiedAt(receiver) > from : hasChangedAfter(receiver, from);
  }

  private isKnownGroup(groupId: string): boolean {
    return isKnownGroup(this.before.groups, groupId);
  }
}
