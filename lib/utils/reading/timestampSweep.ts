/**
 * The state machine of a poll, without any I/O: which receivers are due, and what the next cursor is.
 *
 * The next cursor is the newest change that was met, but never later than the beginning of the sweep less a lookback: what
 * happened in the seconds around the beginning may not have been visible yet. That caps the cursor only; newer changes are
 * sent all the same, and noted, so that the next poll does not send them again while their content is the same.
 */

import type { Receiver, UnixSeconds } from '../cleverreach/types';
import { contentHash, modifiedAt } from './changes';
import type { MemberKey, Notes } from './memory';
import { emptyRetry, emptySeen, type PollState, type Sweep, type SweepPlace } from './snapshot';

/** How long a change may take to become visible in CleverReach's lists, in seconds. */
const LOOKBACK = 60;

export type Verdict = 'due' | 'unchanged' | 'known';

/** One poll through all groups of a scope. Begins a sweep, or goes on with the one that the state holds. */
export class SweepRun {
  private readonly sweep: Sweep;
  /** Notes of earlier polls about receivers that this sweep has not met yet; what it never meets is forgotten. */
  private readonly earlier: { seen: Notes; retry: Notes };
  /** Notes for the next poll. */
  private readonly next: { seen: Notes; retry: Notes };

  /** @param now CleverReach's clock, in unix seconds */
  constructor(
    private readonly before: PollState,
    now: UnixSeconds,
  ) {
    this.sweep = before.sweep ? { ...before.sweep } : { startedAt: now, newest: 0 };
    const stored = { seen: before.seen.mergedWith(emptySeen()), retry: before.retry.mergedWith(emptyRetry()) };
    const none = { seen: emptySeen(), retry: emptyRetry() };
    // the first leg of a sweep may have met any of the receivers that a resumed one finds noted
    [this.earlier, this.next] = before.sweep ? [none, stored] : [stored, none];
  }

  /** Whether a receiver has to be sent. */
  judge(groupId: string, receiver: Receiver): Verdict {
    const key = { groupId, id: receiver.id };
    if (this.earlier.retry.has(key) || this.next.retry.has(key)) return 'due';
    const stamp = modifiedAt(receiver);
    if (stamp <= this.from && this.before.cursor > 0) return 'unchanged';
    const noted = this.next.seen.get(key) ?? this.earlier.seen.get(key);
    if (noted === undefined || noted !== contentHash(receiver)) return 'due';
    this.pass(key, receiver, stamp);
    return 'known';
  }

  /** The receiver was sent, and the broker has confirmed it. */
  sent(groupId: string, receiver: Receiver): void {
    const key = { groupId, id: receiver.id };
    this.earlier.retry.delete(key);
    this.next.retry.delete(key);
    this.pass(key, receiver, modifiedAt(receiver));
  }

  /** The receiver could not be sent; the next poll tries it again. */
  failed(groupId: string, receiver: Receiver): void {
    const key = { groupId, id: receiver.id };
    this.earlier.retry.delete(key);
    const room = this.next.retry.capacity - this.next.retry.size - this.earlier.retry.size;
    if ((this.next.retry.has(key) || room > 0) && this.next.retry.set(key)) return;
    const stamp = modifiedAt(receiver);
    this.sweep.heldBelow = Math.min(this.sweep.heldBelow ?? stamp, stamp);
  }

  /**
   * The state while the sweep is under way; the cursor has not moved.
   * @param at the place up to which everything is dealt with; undefined when this run has dealt with nothing
   */
  checkpoint(at: SweepPlace | undefined): PollState {
    return {
      ...this.before,
      seen: this.next.seen.mergedWith(this.earlier.seen),
      retry: this.next.retry.mergedWith(this.earlier.retry),
      sweep: at === undefined ? this.sweep : { ...this.sweep, at },
    };
  }

  /** The state after the sweep has met every receiver. */
  finish(): PollState {
    const { newest, heldBelow } = this.sweep;
    const reached = Math.max(this.from, newest);
    const cursor = heldBelow === undefined ? reached : Math.max(0, Math.min(reached, heldBelow - 1));
    return { cursor, scope: this.before.scope, seen: this.next.seen, retry: this.next.retry };
  }

  /** What the next cursor may reach at the most. */
  private get cap(): UnixSeconds {
    return Math.max(0, this.sweep.startedAt - LOOKBACK);
  }

  /** Changes up to here are behind us. A cursor beyond the cap stems from a clock that has been set back since. */
  private get from(): UnixSeconds {
    return Math.min(this.before.cursor, this.cap);
  }

  private pass(key: MemberKey, receiver: Receiver, stamp: UnixSeconds): void {
    if (stamp > this.cap) this.next.seen.set(key, contentHash(receiver));
    // 1, because a cursor of 0 stands for "nothing has been read"
    else this.sweep.newest = Math.max(this.sweep.newest, stamp, 1);
  }
}
