/** The output of a write: one result per record, in the same order. */

import type { Receiver } from '../../cleverreach/types';
import type { ComponentError } from '../../utils/errors';

/** `receiver` is as CleverReach stores it after the write. `groupId` is the selected group, if any. */
export type WriteResult = { groupId?: string } & RecordResult;

export type RecordResult =
  | { kind: 'created' | 'updated' | 'unchanged' | 'moved' | 'unsubscribed'; receiver: Receiver }
  | { kind: 'skipped'; reason: string }
  /** `wasThere` is false if the deletion is confirmed because the receiver did not exist. */
  | {
      kind: 'deleted';
      outcome: 'confirmed' | 'denied' | 'failed';
      recordUid?: string;
      reason?: string;
      wasThere?: boolean;
    }
  /** Nothing was written, because the step does a dry run. */
  | { kind: 'dryRun'; preview: DryRunResult }
  | { kind: 'failed'; error: ComponentError };

/** Results by the position of their record. */
export type Results = Map<number, WriteResult>;

/** What a real run would do. A dry run emits it in place of a receiver. */
export interface DryRunResult {
  dryRun: true;
  /**
   * `unsubscribe`: the receiver would be deactivated in the group, and its other changes written. `nothing`: the
   * receiver would not change. `skip`: the receiver is new and would not be created. `deny`: the deletion would be
   * denied. `refuse`: the record would be rejected with an error.
   */
  wouldDo: 'create' | 'update' | 'changeAddress' | 'unsubscribe' | 'nothing' | 'skip' | 'delete' | 'deny' | 'refuse';
  /** The target group. Missing if no group was found, or if a deletion applies to all groups. */
  group?: { id: string; name?: string };
  /** The receiver. A receiver that would be created has no id. */
  receiver?: { id?: string; email?: string };
  /** The state in which a receiver would be created. */
  state?: 'active' | 'unconfirmed';
  /** The form, or flow, whose double-opt-in mail would be sent. */
  doiFormId?: string;
  changes?: Changes;
  /** Why, and what would not change: one sentence each. */
  reasons: string[];
}

export interface Changes {
  email?: Change;
  attributes?: Record<string, Change>;
  global_attributes?: Record<string, Change>;
  tags?: { add: string[]; remove: string[] };
}

/**
 * `from` is missing if no value is stored yet: for a receiver that is new to the account, and for the attributes of a
 * group if the receiver is new to that group.
 */
export interface Change {
  from?: string;
  to: string;
}
