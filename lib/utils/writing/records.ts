/** What comes in, already mapped, and what comes out: one result per record, in their order. */

import type { CleverReachApi, Receiver } from '../cleverreach/types';
import type { ComponentError } from '../errors';
import type { Logger } from '../logger';
import type { Announcement } from './announcement';
import type { AccountDirectory } from '../cleverreach/directory';

export interface IncomingRecord {
  metadata: Record<string, unknown>;
  /** Before the mapping. Its `categories` may choose the group, its `deleteRequested` makes it a request to delete. */
  entry: Record<string, unknown>;
  /** After the mapping: shaped like a receiver, not checked yet. The entry itself for a request to delete. */
  receiver: Record<string, unknown>;
}

/** The receiver is always the one that is stored now. `groupId` is the group that was chosen, if one was. */
export type WriteResult = { groupId?: string } & Outcome;

export type Outcome =
  | { kind: 'created' | 'updated' | 'unchanged' | 'moved'; receiver: Receiver }
  | { kind: 'skipped'; reason: string }
  | { kind: 'deleted'; outcome: 'confirmed' | 'denied' | 'failed'; recordUid?: string; reason?: string }
  | { kind: 'announced'; announcement: Announcement }
  | { kind: 'failed'; error: ComponentError };

/** What the writing needs from outside. */
export interface WriteIo {
  api: CleverReachApi;
  /** Milliseconds. */
  clock: { now(): number };
  logger: Logger;
  /** Of the same account as `api`, kept from one call to the next. */
  directory: AccountDirectory;
}

/** Results by the position of their record. */
export type Results = Map<number, WriteResult>;

/** How errors name a record: by its id or its place, never by what it says about a person. Some applications have addresses for ids. */
export function nameOf(record: IncomingRecord, position: number): string {
  const { recordUid } = record.metadata;
  return isId(recordUid) && !/[@\s]/.test(String(recordUid))
    ? `the record with the recordUid "${recordUid}"`
    : `record no. ${position + 1}`;
}

/** A text or number that can name something. */
export function isId(value: unknown): value is string | number {
  return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
}
