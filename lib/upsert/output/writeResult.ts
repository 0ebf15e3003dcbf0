/** The output of a write: one result per record, in the same order. */

import type { Receiver } from '../../cleverreach/types';
import type { ComponentError } from '../../utils/errors';
import type { DryRunResult } from './dryRunResult';

/** The receiver is as stored now. `groupId` is the selected group, if any. */
export type WriteResult = { groupId?: string } & RecordResult;

export type RecordResult =
  | { kind: 'created' | 'updated' | 'unchanged' | 'moved' | 'unsubscribed'; receiver: Receiver }
  | { kind: 'skipped'; reason: string }
  | { kind: 'deleted'; outcome: 'confirmed' | 'denied' | 'failed'; recordUid?: string; reason?: string }
  | { kind: 'announced'; announcement: DryRunResult }
  | { kind: 'failed'; error: ComponentError };

/** Results by the position of their record. */
export type Results = Map<number, WriteResult>;
