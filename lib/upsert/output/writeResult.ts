/** What comes out: one result per record, in their order. */

import type { Receiver } from '../../cleverreach/types';
import type { ComponentError } from '../../utils/errors';
import type { DryRunResult } from './dryRunResult';

/** The receiver is always the one that is stored now. `groupId` is the group that was chosen, if one was. */
export type WriteResult = { groupId?: string } & RecordResult;

export type RecordResult =
  | { kind: 'created' | 'updated' | 'unchanged' | 'moved'; receiver: Receiver }
  | { kind: 'skipped'; reason: string }
  | { kind: 'deleted'; outcome: 'confirmed' | 'denied' | 'failed'; recordUid?: string; reason?: string }
  | { kind: 'announced'; announcement: DryRunResult }
  | { kind: 'failed'; error: ComponentError };

/** Results by the position of their record. */
export type Results = Map<number, WriteResult>;
