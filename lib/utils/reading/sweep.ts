/** One poll through all groups of a scope, as a state machine without any I/O: who has to be sent, and what is to be remembered. */

import { detail, type Receiver, type UnixSeconds } from '../cleverreach/types';
import { adopts, ContentSweep } from './contentSweep';
import type { MemberKey } from './memory';
import type { PollState, SweepPlace } from './snapshot';
import { TimestampSweep } from './timestampSweep';

/** How changes are seen: by what CleverReach records about a receiver, or by comparing all of its content. */
export type ChangeDetection = 'timestamps' | 'content';

/** `due`: has to be sent. `known`: has been sent by the poll before, and is the same. */
export type Verdict = 'due' | 'unchanged' | 'known';

export interface SweepRun {
  judge(groupId: string, receiver: Receiver): Verdict;
  /** The receiver was sent, and the broker has confirmed it. */
  sent(groupId: string, receiver: Receiver): void;
  /** The receiver could not be sent; the next poll tries it again. */
  failed(groupId: string, receiver: Receiver): void;
  /** Receivers that are remembered and that the complete sweep has not met. */
  missing(): MissingReceiver[];
  /** Whether another group of the scope is known to hold a missing receiver. */
  isElsewhere(receiver: MissingReceiver): boolean;
  /** A missing receiver is gone, and that has been dealt with. */
  gone(receiver: MissingReceiver): void;
  /**
   * The state while the sweep is under way; the cursor has not moved.
   * @param at the place up to which everything is dealt with; undefined when this run has dealt with nothing
   */
  checkpoint(at: SweepPlace | undefined): PollState;
  /** The state after the sweep has met every receiver. */
  finish(): PollState;
}

export type MissingReceiver = MemberKey;

/** Which way the next run of a flow sees changes: a sweep that is under way is finished the way it was begun. */
export function detectionOf(state: PollState, wanted: ChangeDetection): ChangeDetection {
  if (!state.sweep) return wanted;
  return state.sweep.content ? 'content' : 'timestamps';
}

/** What the rows of a sweep have to carry: stamps are of no use without events, contents are lighter without. */
export function detailOf(state: PollState, detection: ChangeDetection): number {
  return detection === 'timestamps' || adopts(state) ? detail.events | detail.tags : detail.tags;
}

/**
 * Begins a sweep, or goes on with the one that the state holds.
 * @param now CleverReach's clock, in unix seconds
 */
export function beginSweep(state: PollState, detection: ChangeDetection, now: UnixSeconds): SweepRun {
  return detection === 'content' ? new ContentSweep(state, now) : new TimestampSweep(state, now);
}
