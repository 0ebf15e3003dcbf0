/**
 * The receivers that differ from the last read for a reason that their rows do not show, and the notes that a full read
 * keeps about them after the look-up.
 */

import type { Receiver } from '../../cleverreach/types';
import type { RetryList } from '../state/retryList';
import type { PollState, ReadState } from '../state/snapshot';
import { MAX_VALUE } from '../sketch/sketch';
import type { ChangeDetector } from './changeDetector';
import type { ChangeFilter } from './changeFilter';
import type { EmissionNotes } from './emissionNotes';
import { DELETED, isAsNoted, isSent } from './note';
import type { ReadSketches } from './readSketches';
import { contentHash, idOf, keyOf, valueAt } from './receiverContent';
import type { ChangeList } from './stateChanges';

/** Maximum number of groups in which the deletion of one receiver is noted. */
const MAX_NOTED_GROUPS = 10;

/** A receiver in one group. */
export interface Member {
  groupId: string;
  receiver: Receiver;
}

/** What a full read knows; shared with {@link Reconciliation}. */
export interface ReadParts {
  before: PollState;
  read: ReadState;
  retries: RetryList;
  notes: EmissionNotes;
  sketches: ReadSketches;
  detector: ChangeDetector;
  filter: ChangeFilter;
}

export class Differences {
  /** Ids of receivers about which the look-up has not decided. */
  private readonly postponed = new Set<string>();

  /** @param groups those that are read */
  constructor(
    private readonly parts: ReadParts,
    private readonly groups: readonly { id: string }[],
  ) {}

  /** After all rows were read: the keys that differ in the sketch. */
  keys(): ReadonlySet<number> {
    return new Set(this.parts.sketches.peeled().values.keys());
  }

  /** Ids of receivers that differ in the sketch; empty if there are too many to identify them. */
  inSketch(): string[] {
    const { sketches, detector } = this.parts;
    const { values, isComplete } = sketches.peeled();
    if (!isComplete) return [];
    // if all rows are emitted anyway, only receivers that were not read matter: their values remain in the sketch and do
    // not exceed MAX_VALUE
    const isOfInterest = (value: number): boolean => detector.isCompared || value <= MAX_VALUE;
    return [...values].flatMap(([key, value]) => (isOfInterest(value) ? (idOf(key) ?? []) : []));
  }

  /**
   * Ids of all receivers to look up: those that differ in the sketch, and those in the retry list or with a note that the
   * read has not found.
   */
  ids(): string[] {
    const { retries, notes, filter } = this.parts;
    const listed = retries.notFound().map(({ id }) => id);
    return [...new Set([...this.inSketch(), ...listed, ...(filter.includesDeletions ? notes.notFound() : [])])];
  }

  /** Call this before receivers are looked up. From then on they are due, whatever happens to this run. */
  begin(ids: readonly string[]): void {
    const { read, notes, retries } = this.parts;
    if (ids.length > 0) read.resolving = true;
    for (const key of notes.doubt(new Set(ids))) {
      // the next step may have received something else than the note says
      if (retries.has(key)) notes.dropDoubted(key);
      else retries.addPending(key, []);
    }
  }

  /** Whether this run, or a poll before it, has emitted the receiver as it is. */
  isAsEmitted(groupId: string, receiver: Receiver): boolean {
    const { notes, retries } = this.parts;
    const key = { groupId, id: receiver.id };
    if (notes.hasEmitted(key, contentHash(receiver))) return true;
    const note = notes.get(key);
    return note !== undefined && !retries.has(key) && isAsNoted(note, receiver) && isSent(note);
  }

  /** Whether this run has filtered out the receiver. */
  wasFilteredOut(groupId: string, { id }: Receiver): boolean {
    return this.parts.notes.wasFilteredOut({ groupId, id });
  }

  /**
   * Why a receiver that was looked up is sent, the newest reason first; empty if it is filtered out.
   * @param isAlone whether it is in no other group that is read
   */
  wantedChanges(groupId: string, receiver: Receiver, isAlone: boolean): ChangeList {
    const { detector, filter } = this.parts;
    return filter.select(receiver, detector.ofDifference(groupId, receiver, isAlone));
  }

  /** Whether an earlier read has reported the deletion of a receiver that is being looked up and has not come back. */
  isDeletionReported(id: string): boolean {
    if (this.groups.length > MAX_NOTED_GROUPS) return false;
    return this.groups.some((group) => this.parts.notes.doubted({ groupId: group.id, id }) === DELETED);
  }

  /** The look-up has not decided about the receiver: the next full read looks it up again. */
  postpone(id: string): void {
    this.postponed.add(id);
  }

  /**
   * Receivers were looked up: those that differ were emitted, or their deletion was reported.
   * @param found those that exist
   */
  resolve(ids: readonly string[], found: readonly Member[]): void {
    for (const id of ids) {
      if (this.postponed.has(id)) this.keep(id);
      else {
        this.parts.retries.forget(id);
        this.resolveKey(
          keyOf(id),
          found.filter(({ receiver }) => receiver.id === id),
        );
      }
    }
  }

  /**
   * @param members the receivers that have this key, as they were emitted; empty if it was deleted, and this was reported if
   *   the step asks for it
   */
  resolveKey(key: number, members: readonly Member[]): void {
    const { sketches, notes, read } = this.parts;
    const isNoted = members.map(({ groupId, receiver }) =>
      notes.resolved({ groupId, id: receiver.id }, receiver, sketches.isResumed),
    );
    const values = members.map(({ groupId, receiver }) => valueAt(groupId, receiver, read.horizon));
    sketches.resolve(
      key,
      values.reduce((sum, value) => sum + value, 0),
    );
    if (!sketches.isResumed) return;
    // the rows that an earlier run has read are unknown: the notes say what was emitted, or the next read looks them up again
    if (members.length === 0) isNoted.push(this.noteDeletion(key));
    if (isNoted.includes(false)) sketches.mark(key);
  }

  /** Keeps what the flow knows of a receiver, so that the next full read finds the same difference. */
  private keep(id: string): void {
    const { sketches, notes, retries } = this.parts;
    const members = this.groups.map(({ id: groupId }) => ({ groupId, id }));
    if (this.inSketch().includes(id)) {
      // the next step may have received its row, and the receiver may then be changed back
      const isRowEmitted = sketches.isResumed || members.some((key) => notes.mayHaveEmitted(key));
      sketches.postpone(keyOf(id), isRowEmitted);
    }
    for (const key of [...members, ...retries.notFound().filter((listed) => listed.id === id)]) {
      if (notes.restore(key)) retries.solved(key);
      else if (retries.has(key)) retries.add(key, retries.changesOf(key));
    }
  }

  /** A deleted receiver may come back to any group. @returns whether there was room */
  private noteDeletion(key: number): boolean {
    const id = idOf(key);
    if (id === undefined || this.groups.length > MAX_NOTED_GROUPS) return false;
    return this.groups.every((group) => this.parts.notes.deleted({ groupId: group.id, id }));
  }
}
