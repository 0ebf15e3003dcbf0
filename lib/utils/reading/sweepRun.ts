/** What the two ways to see changes have in common: a sweep over receivers as a state machine, without any I/O. */

import type { Receiver } from '../cleverreach/types';
import type { MemberKey } from './memory';
import type { PollState, SweepPlace } from './snapshot';

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
