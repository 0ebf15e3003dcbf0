/** The shared part of both modes of change detection: a sweep over receivers as a state machine, without I/O. */

import type { Receiver } from '../../cleverreach/types';
import type { PollState, SweepPosition } from '../state/snapshot';

/** `due`: has to be sent. `known`: has been sent by the poll before, and is the same. */
export type Verdict = 'due' | 'unchanged' | 'known';

export interface SweepRun {
  judge(groupId: string, receiver: Receiver): Verdict;
  /** Whether a note says what was last sent of a receiver, and that is not what the receiver is now. */
  isOutdated(groupId: string, receiver: Receiver): boolean;
  /**
   * Drops an outdated note. The state without it has to be stored before the receiver is sent: were the note still in force after
   * a run that died, a change back to the old content would count as sent.
   */
  forget(groupId: string, receiver: Receiver): void;
  /** The receiver was sent, and the broker has confirmed it. */
  sent(groupId: string, receiver: Receiver): void;
  /** The receiver could not be sent; the next poll tries it again. */
  failed(groupId: string, receiver: Receiver): void;
  /** Ids of remembered receivers that the complete sweep has met in no group. */
  missing(): string[];
  /** As `forget`, before it is announced that receivers are gone: they may come back as they were. */
  forgetMissing(ids: readonly string[]): void;
  /** A missing receiver is gone, and that has been announced. */
  gone(id: string): void;
  /** A missing receiver exists; the next sweep looks for it again. */
  keep(id: string): void;
  /**
   * The state while the sweep is under way; the cursor has not moved.
   * @param at the place up to which everything is dealt with; undefined when this run has dealt with nothing
   */
  checkpoint(at: SweepPosition | undefined): PollState;
  /** The state after the sweep has met every receiver. What it has not met is forgotten. */
  finish(): PollState;
}
