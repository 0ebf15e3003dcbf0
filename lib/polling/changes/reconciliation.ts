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
import type { MemberKey } from '../state/boundedNotes';
import { RetryList } from '../state/retryList';
import type { Pass, PollState, ReadPosition, ReadState, SnapshotRoom } from '../state/snapshot';
import { ChangeFilter } from './changeFilter';
import type { ChangeList } from './changeTypes';
import { isAsNoted, isSent } from './note';
import { ReadSketches } from './readSketches';
import { readStateOf } from './readState';
import { Reasons } from './reasons';
import { Resolution, type Member } from './resolution';
import { contentHash, hasChangedAfter, idOf, isRegisteredAfter, keyOf, modifiedAt, valueAt } from './receiverContent';
import { MAX_VALUE } from '../sketch/sketch';

/**
 * A sketch names all differences up to about this many for each cell. If the history explains as many, it explains why the
 * sketch cannot.
 */
const EXPLAINED = 0.75;

/** `due`: has to be emitted. `filtered`: has changed in a way that the step does not ask for. `known`: was emitted after the horizon, and is the same. */
export type Verdict = 'due' | 'filtered' | 'unchanged' | 'known';

export class Reconciliation {
  readonly read: ReadState;
  readonly retries: RetryList;
  private readonly notes: EmissionNotes;
  private readonly sketches: ReadSketches;
  private readonly resolution: Resolution;
  readonly reasons: Reasons;
  /** Ids of receivers of which it is not known whether they were deleted. */
  private readonly undecided = new Set<string>();
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
    private readonly filter: ChangeFilter,
    groups: readonly { id: string }[] = [],
  ) {
    const isResumed = before.read !== undefined;
    this.read = readStateOf(before, now, room);
    const { horizon, basis, pass } = this.read;
    this.retries = new RetryList(before, isResumed, () => BloomFilter.ofSize(room.filterBytes));
    this.notes = new EmissionNotes(before.seen, isResumed, horizon, basis === 'changes');
    this.sketches = new ReadSketches(this.read, isResumed);
    this.resolution = new Resolution(this.sketches, this.notes, horizon, groups);
    const { retries, notes, sketches } = this;
    this.reasons = new Reasons(before, this.read, now, { retries, notes, sketches });
    if (pass === 'hashed') this.reasons.hashedKeys = this.differingKeys();
  }

  /** What the rows of this pass contain in addition to their own members, as a bit mask. */
  get detail(): number {
    const { basis, pass } = this.read;
    const needsHistory = pass === 'history' || (basis === 'since' && pass === 'first');
    return needsHistory ? detail.events | detail.tags : detail.tags;
  }

  judge(groupId: string, receiver: Receiver): Verdict {
    const key = { groupId, id: receiver.id };
    const changes = this.reasons.ofRow(groupId, receiver);
    if (!this.retries.has(key)) {
      const note = this.notes.get(key);
      if (changes.length === 0) return note === undefined ? 'unchanged' : 'known';
      if (note === undefined && this.read.pass !== 'first' && this.notes.hasEmitted(key, contentHash(receiver)))
        return 'known';
    }
    return this.filter.wanted(receiver, changes).length > 0 ? 'due' : 'filtered';
  }

  /** Why a row that is due is sent, the newest reason first. */
  wantedChanges(groupId: string, receiver: Receiver): ChangeList {
    return this.filter.wanted(receiver, this.reasons.ofRow(groupId, receiver));
  }

  /**
   * The same of a receiver that is looked up; empty if it is filtered out.
   * @param isAlone whether it is in no other group that is read
   */
  wantedDifference(groupId: string, receiver: Receiver, isAlone: boolean): ChangeList {
    return this.filter.wanted(receiver, this.reasons.ofDifference(groupId, receiver, isAlone));
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
    const isKnown = this.reasons.isKnownGroup(groupId);
    return basis === 'changes' && pass === 'first' && isKnown && !isRegisteredAfter(receiver, from);
  }

  /** The row was read, and emitted if it was due, or left out if it was filtered. */
  met(groupId: string, receiver: Receiver): void {
    const { read } = this;
    this.notes.met({ groupId, id: receiver.id }, receiver);
    if (read.pass === 'hashed') {
      const key = keyOf(receiver.id);
      if (this.reasons.hashedKeys.has(key))
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
  leftOut(groupId: string, receiver: Receiver): void {
    const key = { groupId, id: receiver.id };
    this.handled(key, receiver);
    this.notes.leftOut(key, receiver);
  }

  /** Whether this run has filtered out the receiver. */
  wasLeftOut(groupId: string, { id }: Receiver): boolean {
    return this.notes.wasLeftOut({ groupId, id });
  }

  failed(groupId: string, receiver: Receiver, changes: ChangeList): void {
    this.retries.add({ groupId, id: receiver.id }, changes);
  }

  /** Whether this run, or a poll before it, has emitted the receiver as it is. */
  isAsEmitted(groupId: string, receiver: Receiver): boolean {
    const key = { groupId, id: receiver.id };
    const content = contentHash(receiver);
    if (this.notes.hasEmitted(key, content)) return true;
    const note = this.notes.get(key);
    return note !== undefined && !this.retries.has(key) && isAsNoted(note, receiver) && isSent(note);
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
    const isOfInterest = (value: number): boolean => this.reasons.isCompared || value <= MAX_VALUE;
    return [...values].flatMap(([key, value]) => (isOfInterest(value) ? (idOf(key) ?? []) : []));
  }

  /** Ids of receivers that were emitted recently but that the read has not found. */
  unmet(): string[] {
    return this.notes.unmet();
  }

  /** Call this before receivers are looked up. From then on they are due, whatever happens to this run. */
  beginResolving(ids: readonly string[]): void {
    if (ids.length > 0) this.read.resolving = true;
    for (const key of this.notes.doubt(new Set(ids))) this.retries.announce(key, []);
  }

  /**
   * Receivers were looked up: those that differ were emitted, or their deletion was reported.
   * @param found those that exist
   */
  resolved(ids: readonly string[], found: readonly Member[]): void {
    for (const id of ids) {
      const members = found.filter(({ receiver }) => receiver.id === id);
      this.retries.forget(id);
      this.resolution.resolve(keyOf(id), members, !this.undecided.has(id));
    }
  }

  /** Whether an earlier read has announced the deletion of a receiver that is being looked up. */
  isDeletionAnnounced(id: string): boolean {
    return this.resolution.isDeletionAnnounced(id);
  }

  /** The next full read looks the receiver up again. */
  searchAgain(id: string): void {
    this.undecided.add(id);
    this.retries.add({ groupId: this.before.scope, id }, ['changed']);
  }

  begin(pass: Exclude<Pass, 'first'>): void {
    Object.assign(this.read, { pass, at: undefined, explained: 0 });
    if (pass === 'hashed') this.reasons.hashedKeys = this.differingKeys();
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
    if (this.reasons.isCompared) this.sketches.restart(read.resolving === true);
    else ({ keys: this.readBefore, isComplete } = this.sketches.restartWithRows());
    read.resolving = undefined;
    read.rows = 0;
    return this.reasons.isCompared || isComplete || !hadRows;
  }

  /** Receivers whose ids are not numbers were found by a pass, or were deleted: then their ids are not known. */
  private resolveHashed(): void {
    for (const key of this.reasons.hashedKeys)
      if (idOf(key) === undefined) this.resolution.resolve(key, this.hashedMembers.get(key) ?? [], true);
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

  private handled(key: MemberKey, receiver: Receiver): void {
    if (modifiedAt(receiver) > this.reasons.sinceFullRead) this.read.explained += 1;
    this.retries.solved(key);
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
    // a clock that was set back does not remove receivers from the sketch: no note would show that they are deleted
    const isSetBack = isRegisteredAfter(receiver, horizon) && !isRegisteredAfter(receiver, from);
    const after = valueAt(groupId, receiver, isSetBack ? from : horizon);
    if (!this.reasons.isCompared) {
      // what the read begins with is left in the sketch if it is not read again; other rows must not fill the sketch
      const wasRead = this.readBefore === undefined || this.readBefore.has(keyOf(receiver.id));
      return { before: wasRead ? after : 0, after };
    }
    if (!this.reasons.isKnownGroup(groupId)) return { before: 0, after };
    const isSame = !hasChangedAfter(receiver, from) && !hasChangedAfter(receiver, horizon);
    return { before: isSame ? after : valueAt(groupId, receiver, from), after };
  }
}
