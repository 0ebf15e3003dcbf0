/** The settings and dependencies of a poll. */

import type { CleverReachApi, Group, Receiver, UnixSeconds } from '../cleverreach/types';
import type { ReceiverChange } from '../config/changeTypes';
import type { Clock } from '../utils/clock';
import type { Logger } from '../utils/logger';
import type { ChangeFilter } from './changes/changeFilter';
import type { SnapshotRoom } from './state/snapshot';

export interface PollSettings {
  /** In the order of their ids. */
  groups: readonly Group[];
  /** CleverReach's clock when it listed the groups, in Unix seconds. */
  now: UnixSeconds;
  /** Maximum number of rows of a page. */
  pageSize: number;
  maxRunMinutes: number;
  /** Maximum age of the last full read, in minutes; with 0, every poll is a full read. */
  fullReadMinutes: number;
  /** Selects the changes that are sent. */
  changeFilter: ChangeFilter;
  room: SnapshotRoom;
  /**
   * Whether the platform had a snapshot of the step: false in the first poll and after the snapshot was lost. For the
   * log.
   */
  hasSnapshot?: boolean;
}

/** `skipped`: the custom mapping returned nothing for the receiver. */
export type Emission = 'sent' | 'skipped';

export interface Emitter {
  /** How many receivers may be emitted at once. */
  concurrency: number;
  /** Resolves when the message is confirmed. A RecordError is about this receiver only; any other error ends the run. */
  emit(receiver: Receiver, group: Group, changeType: ReceiverChange): Promise<Emission>;
  /** Sends a page that is not full yet. */
  flush(): void;
  /** Reports to the next step that a receiver was deleted. @param accountId if it is known */
  emitDeletion(id: string, accountId: string | undefined): Promise<void>;
}

/** What was sent to and received from CleverReach so far. */
export interface Traffic {
  requests: number;
  /** Bytes of responses. */
  bytes: number;
}

export interface PollIo {
  api: CleverReachApi;
  clock: Clock;
  logger: Logger;
  emitter: Emitter;
  traffic(): Traffic;
  /** Stores a snapshot and resolves when it is confirmed. */
  save(snapshot: object): Promise<void>;
}
