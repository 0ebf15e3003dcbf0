/**
 * Changes by the stamps that CleverReach records about a receiver.
 *
 * The next cursor is the newest change that was met, but never later than the beginning of the sweep less a lookback: what
 * happened in the seconds around the beginning may not have been visible yet. That caps the cursor only; newer changes are
 * sent all the same, and noted, so that the next poll does not send them again while their content is the same.
 */

import type { Receiver, UnixSeconds } from '../cleverreach/types';
import { contentFingerprint, contentHash, modifiedAt } from './changes';
import { Failures } from './failures';
import { LOOKBACK } from './horizon';
import { emptySeen, type MemberKey, type Notes } from './memory';
import type { PollState, Sweep, SweepPlace } from './snapshot';
import type { SweepRun, Verdict } from './sweepRun';

export class TimestampSweep implements SweepRun {
  private readonly sweep: Sweep;
  private readonly failures: Failures;
  /** Sent by earlier polls; what this sweep does not meet is forgotten. */
  private readonly seenBefore: Notes;
  /** Sent already, for the next poll to know. */
  private readonly seen: Notes;

  constructor(
    private readonly before: PollState,
    now: UnixSeconds,
  ) {
    const resumed = before.sweep !== undefined;
    this.sweep = before.sweep ? { ...before.sweep } : { startedAt: now, newest: 0 };
    this.failures = new Failures(before.retry, resumed, this.sweep.heldBelow);
    const stored = before.seen.mergedWith(emptySeen());
    // the first leg of a sweep may have met any of the receivers that a resumed one finds noted
    [this.seenBefore, this.seen] = resumed ? [emptySeen(), stored] : [stored, emptySeen()];
  }

  judge(groupId: string, receiver: Receiver): Verdict {
    const key = { groupId, id: receiver.id };
    if (this.failures.has(key)) return 'due';
    const stamp = modifiedAt(receiver);
    if (stamp <= this.from && this.before.cursor > 0) return 'unchanged';
    if (!this.isNoted(key, receiver)) return 'due';
    this.pass(key, receiver, stamp);
    return 'known';
  }

  sent(groupId: string, receiver: Receiver): void {
    const key = { groupId, id: receiver.id };
    this.failures.solved(key);
    this.pass(key, receiver, modifiedAt(receiver));
  }

  failed(groupId: string, receiver: Receiver): void {
    this.failures.add({ groupId, id: receiver.id }, modifiedAt(receiver));
  }

  /** Stamps say nothing of who has gone. */
  missing(): [] {
    return [];
  }

  isElsewhere(): boolean {
    return false;
  }

  gone(): void {
    // nobody is remembered who could be gone
  }

  checkpoint(at: SweepPlace | undefined): PollState {
    return {
      ...this.before,
      seen: this.seen.mergedWith(this.seenBefore),
      retry: this.failures.all(),
      sweep: { ...this.sweep, heldBelow: this.failures.heldBelow, ...(at && { at }) },
    };
  }

  finish(): PollState {
    const { scope, clockOffset } = this.before;
    const cursor = this.failures.limit(Math.max(this.from, this.sweep.newest));
    return { cursor, scope, clockOffset, seen: this.seen, retry: this.failures.left() };
  }

  /** What the next cursor may reach at the most. */
  private get cap(): UnixSeconds {
    return Math.max(0, this.sweep.startedAt - LOOKBACK);
  }

  /** Changes up to here are behind us. A cursor beyond the cap stems from a clock that has been set back since. */
  private get from(): UnixSeconds {
    return Math.min(this.before.cursor, this.cap);
  }

  private isNoted(key: MemberKey, receiver: Receiver): boolean {
    const noted = this.seen.get(key) ?? this.seenBefore.get(key);
    if (noted !== undefined && noted === contentHash(receiver)) return true;
    // left by a poll that compared contents
    const fingerprint = this.before.fingerprints?.get(key.groupId)?.get(key.id);
    return fingerprint !== undefined && fingerprint === contentFingerprint(receiver);
  }

  private pass(key: MemberKey, receiver: Receiver, stamp: UnixSeconds): void {
    if (stamp > this.cap) this.seen.set(key, contentHash(receiver));
    // 1, because a cursor of 0 stands for "nothing has been read"
    else this.sweep.newest = Math.max(this.sweep.newest, stamp, 1);
  }
}
