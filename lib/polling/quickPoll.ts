/**
 * Finds changes of state without reading the groups, by the receivers that CleverReach's filter selects.
 *
 * The filter is not trusted. A full read finds what it misses (`ChangeDetector.isMissedByQuickPolls`). A refusal, or a
 * response with receivers that the filter must not select, turns off quick polls for a day.
 */

import type { Group, Receiver } from '../cleverreach/types';
import { messageOf, TemporaryError } from '../utils/errors';
import { CHANGED, changesAfter, changesNow, type ChangeList } from './changes/stateChanges';
import { asFound, changesSince, filteredNoteOf, noteOf } from './changes/note';
import { hasChangedAfter, hasChangedTwiceAfter, keyOf, MARK, valueAt, LOOKBACK } from './changes/receiverContent';
import type { PollReport } from './pollReport';
import type { PollIo, PollSettings } from './pollSettings';
import { filteredReceivers, type Row } from './filteredReceivers';
import { FILTER_OFF_TEXT, filterOffUntil } from './fullReadSchedule';
import { EmitQueue } from './emitQueue';
import { emptySeen, type BoundedNotes, type MemberKey } from './state/boundedNotes';
import { Checkpoints, repeatsOf } from './state/checkpoints';
import { BloomFilter } from './state/bloomFilter';
import { isKnownGroup } from './state/knownGroups';
import { RetryList } from './state/retryList';
import type { PollState } from './state/snapshot';

/** @returns the new state, already stored if the poll is complete; not complete if a full read has to follow */
export async function quickPoll(
  before: PollState,
  settings: PollSettings,
  io: PollIo,
  report: PollReport,
  isFullReadDue: boolean,
): Promise<{ state: PollState; isComplete: boolean }> {
  const found = await filteredReceivers(before, settings, io).catch((error: unknown) => {
    // a full read that is due must not wait until CleverReach answers these requests again
    if (!(error instanceof TemporaryError && isFullReadDue)) throw error;
    io.logger.warn(`The quick poll failed: ${messageOf(error)} A full read is due and runs anyway.`);
    return { problem: undefined };
  });
  if ('rows' in found) {
    return { state: await new QuickPoll(before, settings, io, report).run(found.rows), isComplete: true };
  }
  report.isComplete = false;
  if (found.problem === undefined) return { state: before, isComplete: false };
  io.logger.warn(`${found.problem} ${FILTER_OFF_TEXT}`);
  return { state: { ...before, filterOffUntil: filterOffUntil(settings.now) }, isComplete: false };
}

class QuickPoll {
  private readonly retries: RetryList;
  private readonly seen: BoundedNotes;
  private readonly queue: EmitQueue;
  private readonly checkpoints: Checkpoints;
  private readonly horizon: number;
  private readonly unnoted = new Set<string>();

  constructor(
    private readonly before: PollState,
    private readonly settings: PollSettings,
    io: PollIo,
    private readonly report: PollReport,
  ) {
    const { room, now, pageSize } = settings;
    this.retries = new RetryList(before, before.read !== undefined, () => BloomFilter.ofSize(room.filterBytes));
    this.seen = before.seen.mergedWith(emptySeen());
    this.queue = new EmitQueue(io.emitter, this, report);
    this.checkpoints = new Checkpoints(io, room, pageSize);
    this.horizon = Math.max(before.horizon, now - LOOKBACK);
  }

  async run(rows: readonly Row[]): Promise<PollState> {
    const size = repeatsOf(this.settings.pageSize);
    for (let from = 0; from < rows.length; from += size) await this.emit(rows.slice(from, from + size));
    // without rows, the sketch does not have to be moved
    const ended = rows.length === 0 ? { ...this.before, quickUntil: this.horizon } : this.end(rows);
    const state = { ...ended, filterOffUntil: undefined };
    await this.checkpoints.save(state);
    return state;
  }

  delivered(groupId: string, receiver: Receiver): void {
    const key = { groupId, id: receiver.id };
    if (!this.note(key, receiver, noteOf(receiver)) && this.mustBeNoted(groupId, receiver))
      this.unnoted.add(receiver.id);
  }

  failed(groupId: string, receiver: Receiver, changes: ChangeList): void {
    this.retries.add({ groupId, id: receiver.id }, changes);
  }

  private async emit(rows: readonly Row[]): Promise<void> {
    const due = rows.flatMap(({ group, receiver }) => {
      const changes = this.wantedChanges(group, receiver);
      return changes.length > 0 ? [{ group, receiver, changes }] : [];
    });
    for (const { group, receiver, changes } of due)
      this.retries.addPending({ groupId: group.id, id: receiver.id }, changes);
    if (due.length > 0) await this.checkpoints.save({ ...this.before, ...this.retries.all(), seen: this.seen });
    for (const { group, receiver, changes } of due) await this.queue.begin(group, receiver, changes);
    await this.queue.settle();
    // a Bloom filter left in the retry list would make the next poll a full read, which would send them all again
    this.retries.pendingAreDone();
  }

  /** Why the receiver is sent, the newest reason first; empty if it is not sent. */
  private wantedChanges({ id: groupId }: Group, receiver: Receiver): ChangeList {
    const key = { groupId, id: receiver.id };
    const note = this.seen.get(key);
    const changes = note === undefined ? this.changesSinceHorizon(receiver) : changesSince(note, receiver);
    const isListed = this.retries.has(key);
    if (changes.length === 0 && !isListed) {
      this.report.count(groupId, receiver.id, note === undefined ? 'unchanged' : 'known');
      return [];
    }
    const listed = isListed ? changesNow(this.retries.changesOf(key), receiver) : [];
    const wanted = this.settings.changeFilter.select(receiver, [...listed, ...changes]);
    if (wanted.length === 0) {
      this.note(key, receiver, filteredNoteOf(receiver, note));
      this.report.count(groupId, receiver.id, 'filtered');
    }
    return wanted;
  }

  private changesSinceHorizon(receiver: Receiver): ChangeList {
    const { horizon } = this.before;
    if (!hasChangedAfter(receiver, horizon)) return [];
    const changes = changesAfter(receiver, horizon, this.settings.now);
    return changes.length > 0 ? changes : CHANGED;
  }

  /** The receiver was sent, or filtered out. @returns whether there was room for a note, if one is needed */
  private note(key: MemberKey, receiver: Receiver, note: string): boolean {
    this.retries.solved(key);
    this.seen.delete(key);
    const isNeeded = this.mustBeNoted(key.groupId, receiver) || hasChangedAfter(receiver, this.horizon);
    // a full read in progress may have passed the row of the receiver, so the note says that it was found
    return !isNeeded || this.seen.set(key, asFound(note, this.before.read !== undefined));
  }

  /**
   * Whether the sketch does not say how the receiver was emitted: it holds a row that could not be emitted, or belongs to a
   * full read in progress, or the group is not in the sketch yet, or the timestamps do not show the state from which the
   * sketch has to be moved.
   */
  private mustBeNoted(groupId: string, receiver: Receiver): boolean {
    const { read, retry, groups, horizon } = this.before;
    const isInSketch = read === undefined && isKnownGroup(groups, groupId) && !retry.has({ groupId, id: receiver.id });
    return !isInSketch || hasChangedTwiceAfter(receiver, horizon);
  }

  /** Moves the horizon. The sketches of a full read in progress keep their own horizon. */
  private end(rows: readonly Row[]): PollState {
    const { before, horizon, seen } = this;
    const sketch = before.sketch?.copy();
    for (const { group, receiver } of rows) {
      const moved = valueAt(group.id, receiver, horizon) - valueAt(group.id, receiver, before.horizon);
      if (!before.read && isKnownGroup(before.groups, group.id)) sketch?.add(keyOf(receiver.id), moved);
      if (!this.mustBeNoted(group.id, receiver) && !hasChangedAfter(receiver, horizon))
        seen.delete({ groupId: group.id, id: receiver.id });
    }
    // receivers without a note: the sketch is changed so that the next full read finds them and emits them again
    for (const id of this.unnoted) if (!before.read) sketch?.add(keyOf(id), MARK);
    // a listed receiver that was not found may have been deleted: the next full read checks this
    return { ...before, ...this.retries.all(), horizon, quickUntil: horizon, sketch, seen };
  }
}
