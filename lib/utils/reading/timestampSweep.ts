/**
 * Changes by the stamps that CleverReach records about a receiver.
 *
 * The next cursor is the newest change that was met, but never later than the beginning of the sweep less a lookback: what
 * happened in the seconds around the beginning may not have been visible yet. That caps the cursor only; newer changes are
 * sent all the same, and noted, so that the next poll does not send them again while their content is the same.
 *
 * CleverReach's clock may be ahead of the one that makes the timestamps. So the second of the newest change may not be over, whatever
 * the clock says: those that were changed in it are noted too, and the cursor stays before it. Where the snapshot has no room for
 * them, as after an import, the next poll sends them once more, and then the cursor is that second.
 */

import type { Receiver, UnixSeconds } from '../cleverreach/types';
import { changeHash, contentFingerprint, contentHash, isAsNoted, modifiedAt, UNKNOWN_CONTENT } from './changes';
import { Failures } from './failures';
import { LOOKBACK } from './horizon';
import { MemberFilter } from './memberFilter';
import { emptySeen, Notes, type MemberKey } from './memory';
import { NOTES_ROOM, UNLISTED_BYTES, type PollState, type Sweep, type SweepPlace } from './snapshot';
import type { SweepRun, Verdict } from './sweepRun';

/** How far CleverReach's clock may be ahead of the one that makes the timestamps, in seconds. */
const LARGEST_LEAD = 3_600;

export class TimestampSweep implements SweepRun {
  private readonly sweep: Sweep;
  private readonly failures: Failures;
  /** Sent by earlier polls; what this sweep does not meet is forgotten. */
  private readonly seenBefore: Notes;
  /** Sent already, for the next poll to know. */
  private readonly seen: Notes;
  /** Sent already, and changed in the second of the newest change; those of an earlier leg are among `seen`. */
  private newest = new Notes(NOTES_ROOM);

  constructor(
    private readonly before: PollState,
    now: UnixSeconds,
    unlistedBytes = UNLISTED_BYTES['elastic.io'],
  ) {
    const resumed = before.sweep !== undefined;
    this.sweep = before.sweep ? { ...before.sweep } : { startedAt: now, newest: 0 };
    this.failures = new Failures(before.retry, resumed, this.sweep.heldBelow, before.unlisted, () =>
      MemberFilter.ofSize(unlistedBytes),
    );
    const stored = before.seen.mergedWith(emptySeen());
    // the first leg of a sweep may have met any of the receivers that a resumed one finds noted
    [this.seenBefore, this.seen] = resumed ? [emptySeen(), stored] : [stored, emptySeen()];
  }

  judge(groupId: string, receiver: Receiver): Verdict {
    const key = { groupId, id: receiver.id };
    if (this.failures.has(key)) return 'due';
    const stamp = modifiedAt(receiver);
    const isNewGroup = this.before.groups?.has(groupId) === false;
    const isBehind = stamp <= this.from && this.before.cursor > 0 && !this.before.fingerprints;
    if (isBehind && !isNewGroup) return 'unchanged';
    if (this.compare(key, receiver) !== 'same') return 'due';
    this.pass(key, receiver, stamp);
    return 'known';
  }

  isOutdated(groupId: string, receiver: Receiver): boolean {
    return this.compare({ groupId, id: receiver.id }, receiver) === 'different';
  }

  forget(groupId: string, { id }: Receiver): void {
    const key = { groupId, id };
    this.seen.delete(key);
    this.newest.delete(key);
    this.seenBefore.delete(key);
    this.before.fingerprints?.get(groupId)?.delete(id);
  }

  sent(groupId: string, receiver: Receiver): void {
    const key = { groupId, id: receiver.id };
    this.failures.solved(key);
    // an older note must not stay in force, also where there is no room for the new one or no need of it
    this.forget(groupId, receiver);
    this.pass(key, receiver, modifiedAt(receiver));
  }

  failed(groupId: string, receiver: Receiver): void {
    this.failures.add({ groupId, id: receiver.id }, modifiedAt(receiver));
  }

  /** Timestamps do not show which receivers are gone. */
  missing(): [] {
    return [];
  }

  forgetMissing(): void {
    // none is missing
  }

  gone(): void {
    // none is missing
  }

  keep(): void {
    // none is missing
  }

  checkpoint(at: SweepPlace | undefined): PollState {
    return {
      ...this.before,
      seen: this.seen.mergedWith(this.newest).mergedWith(this.seenBefore),
      retry: this.failures.all(),
      unlisted: this.failures.allUnlisted(),
      sweep: { ...this.sweep, heldBelow: this.failures.heldBelow, ...(at && { at }) },
    };
  }

  finish(): PollState {
    const { scope, clockOffset } = this.before;
    const [retry, unlisted] = [this.failures.left(), this.failures.leftUnlisted()];
    const room = NOTES_ROOM - retry.used - (unlisted?.pack().length ?? 0);
    const isNoted = this.sweep.isNewestNoted === true && this.seen.used + this.newest.used <= room;
    const newest = isNoted || this.mayGoOn ? Math.max(1, this.sweep.newest - 1) : this.sweep.newest;
    const cursor = this.failures.limit(Math.max(this.from, newest));
    const seen = isNoted ? this.seen.mergedWith(this.newest) : this.seen;
    return { cursor, scope, clockOffset, seen, retry, unlisted };
  }

  /**
   * Whether the second of the newest change may not have been over when it was read: an earlier poll has not met it yet, and no clock is
   * so far ahead that it is surely over.
   */
  private get mayGoOn(): boolean {
    const { newest, startedAt } = this.sweep;
    return newest > this.from + 1 && startedAt - newest < LARGEST_LEAD;
  }

  /** What the next cursor may reach at the most. */
  private get cap(): UnixSeconds {
    return Math.max(0, this.sweep.startedAt - LOOKBACK);
  }

  /**
   * Changes up to here are behind us; after a poll by content, none, as fingerprints tell what was sent, and its cursor goes by
   * CleverReach's clock. A cursor beyond the cap stems from a clock that has been set back since.
   */
  private get from(): UnixSeconds {
    return this.before.fingerprints ? 0 : Math.min(this.before.cursor, this.cap);
  }

  /** What is noted of a receiver as last sent, compared with what it is now. */
  private compare(key: MemberKey, receiver: Receiver): 'same' | 'different' | 'not noted' {
    const noted = this.seen.get(key) ?? this.newest.get(key) ?? this.seenBefore.get(key);
    if (noted !== undefined) return isAsNoted(noted, receiver) ? 'same' : 'different';
    // left by a poll that compared contents
    const fingerprint = this.before.fingerprints?.get(key.groupId)?.get(key.id);
    if (fingerprint === undefined || fingerprint === UNKNOWN_CONTENT) return 'not noted';
    return fingerprint === contentFingerprint(receiver) ? 'same' : 'different';
  }

  private pass(key: MemberKey, receiver: Receiver, stamp: UnixSeconds): void {
    if (stamp > this.cap) {
      this.seen.set(key, contentHash(receiver));
      return;
    }
    // 1, because a cursor of 0 stands for "nothing has been read"
    const second = Math.max(stamp, 1);
    if (second > this.sweep.newest) {
      this.sweep.newest = second;
      this.sweep.isNewestNoted = second > this.from;
      this.newest = new Notes(NOTES_ROOM);
    }
    if (second < this.sweep.newest || !this.sweep.isNewestNoted) return;
    this.sweep.isNewestNoted = this.newest.set(key, changeHash(receiver));
    if (!this.sweep.isNewestNoted) this.newest = new Notes(NOTES_ROOM);
  }
}
