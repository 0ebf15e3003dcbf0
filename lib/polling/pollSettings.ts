/** The settings and dependencies of a poll. */

import type { CleverReachApi, Group, Receiver, UnixSeconds } from '../cleverreach/types';
import type { Clock } from '../utils/clock';
import type { Logger } from '../utils/logger';
import type { ClockReading } from './changes/serverTime';
import type { ChangeDetection } from './changes/sweep';

export interface PollSettings {
  /** In the order of their ids. */
  groups: readonly Group[];
  /** CleverReach's clock and ours when it listed the groups. */
  clocks: ClockReading;
  pageSize: number;
  /** Where a first poll begins, in unix seconds; undefined for the very beginning. */
  startTime?: UnixSeconds | undefined;
  maxRunMinutes: number;
  changeDetection: ChangeDetection;
  /** Whether receivers that have gone are announced; needs changes to be seen by content. */
  emitDeletions: boolean;
  /** How many messages may be on their way at once; with 1 they arrive in the order of the receivers. */
  emitConcurrency: number;
  /** Bytes that a snapshot has for those that could not be sent and cannot be named; as on elastic.io if undefined. */
  unlistedBytes?: number | undefined;
}

export interface PollIo {
  api: CleverReachApi;
  clock: Clock;
  logger: Logger;
  /** Sends one receiver and resolves when it is confirmed. A RecordError concerns this receiver only; any other ends the run. */
  deliver(receiver: Receiver, group: Group): Promise<void>;
  /** Tells the next step that a receiver has gone. */
  deliverDeletion(id: string): Promise<void>;
  /** How many requests went to CleverReach so far. */
  requests(): number;
  /** Stores a snapshot and resolves when it is confirmed. */
  save(snapshot: object): Promise<void>;
}
