/**
 * Determines why a full read has to emit a receiver; without a reason, it does not emit it. If several reasons are
 * possible, all of them are returned, so that no change that the step asks for is lost.
 */

import type { Receiver, UnixSeconds } from '../../cleverreach/types';
import { minus, PRIME } from '../sketch/primeField';
import { isKnownGroup } from '../state/knownGroups';
import type { RetryList } from '../state/retryList';
import type { PollState, ReadState } from '../state/snapshot';
import {
  CHANGED,
  changesAfter,
  changesAtFirst,
  changesOfState,
  changesNow,
  possibleChanges,
  UNKNOWN_BEFORE,
  type ChangeList,
} from './stateChanges';
import type { EmissionNotes } from './emissionNotes';
import { changesSince, isSent } from './note';
import type { ReadSketches } from './readSketches';
import {
  formerValue,
  hasChangedAfter,
  hasChangedBetween,
  isSameCount,
  hasContentOf,
  hasOtherState,
  keyOf,
  modifiedAt,
  stateIn,
  stateOf,
  valueAt,
  isOneMore,
  wasUnknown,
} from './receiverContent';

/** How far CleverReach's clock may be ahead of its timestamps, in seconds, for example with a wrong time zone. */
const MAX_LEAD = 10_800;
const NONE: ChangeList = [];

export class ChangeDetector {
  /** Keys with unknown ids that a pass looks for. */
  hashedKeys: ReadonlySet<number> = new Set();

  /**
   * @param now CleverReach's clock, in Unix seconds
   * @param asksForEdits whether the step asks for the type `changed`
   */
  constructor(
    private readonly before: PollState,
    private readonly read: ReadState,
    private readonly now: UnixSeconds,
    private readonly known: { retries: RetryList; notes: EmissionNotes; sketches: ReadSketches },
    private readonly asksForEdits: boolean,
  ) {}

  /** The reasons for a row of this read. */
  ofRow(groupId: string, receiver: Receiver): ChangeList {
    const { retries, notes } = this.known;
    const key = { groupId, id: receiver.id };
    const note = notes.get(key);
    const own = note === undefined ? this.byPass(groupId, receiver) : this.byNote(note, groupId, receiver);
    return retries.has(key) ? [...changesNow(retries.changesOf(key), receiver), ...own] : own;
  }

  /**
   * The reasons for a receiver that is looked up.
   * @param isAlone whether it is in no other group that is read
   */
  ofDifference(groupId: string, receiver: Receiver, isAlone: boolean): ChangeList {
    const { retries, notes } = this.known;
    const key = { groupId, id: receiver.id };
    const doubted = notes.doubted(key);
    // a receiver in doubt was listed only in case the run ends before it is looked up
    const listed = doubted === undefined && retries.has(key) ? changesNow(retries.changesOf(key), receiver) : NONE;
    if (this.isReadFirst(groupId)) return [...listed, ...changesAtFirst(receiver)];
    const note = doubted ?? notes.get(key);
    const own = note === undefined ? NONE : changesSince(note, receiver);
    const recent =
      note !== undefined && this.isFinal(note, groupId) ? NONE : changesAfter(receiver, this.read.from, this.now);
    const changes = [...listed, ...own, ...recent, ...this.bySketch(groupId, receiver, isAlone)];
    return changes.length > 0 ? changes : CHANGED;
  }

  /**
   * Whether quick polls should have found the change of state of this receiver. If quick polls found other changes,
   * they moved the horizon, and the sketch shows the missed change. Otherwise, the timestamps of the row show it.
   */
  isMissedByQuickPolls(groupId: string, receiver: Receiver): boolean {
    const { full, quickUntil } = this.before;
    const { basis, pass, from } = this.read;
    const { retries, notes, sketches } = this.known;
    const key = { groupId, id: receiver.id };
    if (full === undefined || quickUntil === undefined || basis !== 'changes' || pass !== 'first') return false;
    if (retries.has(key) || notes.get(key) !== undefined || !this.isKnownGroup(groupId)) return false;
    if (hasChangedBetween(receiver, from, quickUntil)) return true;
    const expected = minus(valueAt(groupId, receiver, full.horizon), valueAt(groupId, receiver, from));
    return expected !== 0 && sketches.residueOf(keyOf(receiver.id)) === expected;
  }

  /**
   * Whether a receiver differs from the last sketch only because of a change that quick polls have already sent. Quick
   * polls move the sketch from the previous state to the current one, and take both from the timestamps. The timestamps
   * show a wrong previous state in two cases: the change has overwritten an earlier timestamp, as a second subscription
   * does, or the receiver came into the group with an old date.
   * @param isAlone whether the receiver is in no other group that is read
   * @param isWanted whether the step asks for one of the changes
   */
  isSentByQuickPolls(
    groupId: string,
    receiver: Receiver,
    isAlone: boolean,
    isWanted: (changes: ChangeList) => boolean,
  ): boolean {
    const { full, quickUntil } = this.before;
    const { from } = this.read;
    const { retries, notes, sketches } = this.known;
    const key = { groupId, id: receiver.id };
    if (full === undefined || quickUntil === undefined || !this.isCompared || !isAlone) return false;
    if (retries.has(key) || (notes.doubted(key) ?? notes.get(key)) !== undefined) return false;
    if (!this.isKnownGroup(groupId) || !hasChangedBetween(receiver, full.horizon, from)) return false;
    const residue = sketches.residueOf(keyOf(receiver.id));
    const shown = valueAt(groupId, receiver, full.horizon);
    if (residue === undefined || shown === 0) return false;
    // quick polls cannot have sent what has changed since the row was read
    const row = sketches.rowValueOf(keyOf(receiver.id));
    if (this.sinceRow(row, groupId, receiver).length > 0) return false;
    if (wasUnknown(signed(residue), shown)) return isWanted(changesAfter(receiver, full.horizon, this.now));
    const former = formerValue(signed(residue), shown);
    return former !== undefined && hasContentOf(former, groupId, receiver);
  }

  /** Whether neither a timestamp nor the history shows that a receiver that differs has changed. */
  isUntraced(receiver: Receiver): boolean {
    return this.read.basis === 'changes' && modifiedAt(receiver) <= this.sinceFullRead - MAX_LEAD;
  }

  /**
   * The horizon of the last full read. A change after it may be missing from the last sketch, even if quick polls have
   * moved the horizon of the sketch: they may have missed the change.
   */
  get sinceFullRead(): UnixSeconds {
    return Math.min(this.read.from, this.before.full?.horizon ?? this.read.from);
  }

  /** Whether the rows are compared with the last sketch. */
  get isCompared(): boolean {
    const { basis, pass } = this.read;
    return basis === 'changes' && (pass === 'first' || pass === 'hashed');
  }

  isKnownGroup(groupId: string): boolean {
    return isKnownGroup(this.before.groups, groupId);
  }

  private isReadFirst(groupId: string): boolean {
    return this.read.basis === 'all' || !this.isKnownGroup(groupId);
  }

  private byNote(note: string, groupId: string, receiver: Receiver): ChangeList {
    const changes = changesSince(note, receiver);
    return this.isFinal(note, groupId) ? changes : [...changes, ...this.byPass(groupId, receiver)];
  }

  /**
   * Whether the note alone decides. The note of a receiver that a quick poll has filtered out does not decide alone if this
   * read began before that poll or is the first to read the group: then the read may know other reasons.
   */
  private isFinal(note: string, groupId: string): boolean {
    return isSent(note) || (this.before.read === undefined && !this.isReadFirst(groupId));
  }

  private byPass(groupId: string, receiver: Receiver): ChangeList {
    const { basis, pass, from } = this.read;
    if (this.isReadFirst(groupId)) return changesAtFirst(receiver);
    if (pass === 'hashed')
      return this.hashedKeys.has(keyOf(receiver.id)) ? this.ofDifference(groupId, receiver, true) : NONE;
    if (pass === 'history' || pass === 'all') {
      const horizon = this.sinceFullRead - MAX_LEAD;
      const isDue = pass === 'all' || modifiedAt(receiver) > horizon;
      return isDue ? this.anything(receiver, changesAfter(receiver, horizon, this.now)) : NONE;
    }
    const isDue = basis === 'since' ? modifiedAt(receiver) > from : hasChangedAfter(receiver, from);
    if (!isDue) return NONE;
    const changes = changesAfter(receiver, from, this.now);
    return changes.length > 0 ? changes : CHANGED;
  }

  /** The reasons that the difference between the last sketch and the rows shows. */
  private bySketch(groupId: string, receiver: Receiver, isAlone: boolean): ChangeList {
    const residue = this.known.sketches.residueOf(keyOf(receiver.id));
    if (residue === undefined) return NONE;
    const recent = changesAfter(receiver, this.sinceFullRead, this.now);
    if (!this.isCompared) return this.anything(receiver, recent);
    const value = valueAt(groupId, receiver, this.read.from);
    const difference = signed(residue);
    const row = this.known.sketches.rowValueOf(keyOf(receiver.id));
    if (this.wasNotInSketch(difference, row, groupId, receiver)) return [...recent, ...UNKNOWN_BEFORE];
    // it may have been added to any of its groups
    if (!isAlone && !isSameCount(difference)) return [...recent, ...UNKNOWN_BEFORE];
    if (!isAlone && !hasOtherState(difference)) return [...recent, ...CHANGED];
    const former = isAlone ? formerValue(difference, value) : undefined;
    if (former === undefined) return this.anything(receiver, recent);
    const changes: ChangeList = hasContentOf(former, groupId, receiver) ? NONE : CHANGED;
    const sinceRow = this.sinceRow(row, groupId, receiver);
    if (stateIn(former) === stateIn(value)) return [...changes, ...sinceRow];
    const ofState = [...changesOfState(stateIn(former), stateOf(receiver)), ...recent];
    return [...changes, ...ofState.filter((change) => change !== 'new'), ...sinceRow];
  }

  /**
   * Whether the last sketch did not contain the receiver. It may also have been edited since its row was read; if its address
   * has changed during the read, it may have two rows.
   */
  private wasNotInSketch(difference: number, row: number | undefined, groupId: string, receiver: Receiver): boolean {
    if (!this.known.sketches.isResumed) return isOneMore(difference) && row !== undefined;
    // the rows of earlier runs are unknown, and quick polls may have moved the sketch
    const { full } = this.before;
    const horizons = [this.read.from, ...(full === undefined ? [] : [full.horizon])];
    return horizons.some((horizon) => wasUnknown(difference, valueAt(groupId, receiver, horizon)));
  }

  /**
   * Every reason that is possible. A step that asks for edits receives the receiver in any case, and should not take the
   * edit of an unsubscribed receiver for an unsubscribe.
   * @param recent the changes of state that the timestamps show
   */
  private anything(receiver: Receiver, recent: ChangeList): ChangeList {
    return [...recent, ...(this.asksForEdits ? [] : possibleChanges(receiver)), 'changed'];
  }

  /**
   * The changes of state between the row of a receiver and its look-up. If CleverReach's clock is ahead of its timestamps,
   * the timestamps do not show them, and the former value contains them.
   * @param row the value of its one row; undefined if that is unknown
   */
  private sinceRow(row: number | undefined, groupId: string, receiver: Receiver): ChangeList {
    const now = valueAt(groupId, receiver, this.read.horizon);
    return row === undefined || now === 0 ? NONE : changesOfState(stateIn(row), stateIn(now));
  }
}

/** A residue as a whole number of any sign. */
function signed(residue: number): number {
  return residue > PRIME / 2 ? residue - PRIME : residue;
}
