/** What comes in, already mapped, and how it is named. */

import type { ComponentError } from '../utils/errors';
import { isImpersonal, shortHash } from '../utils/ids';

export interface IncomingRecord {
  metadata: Record<string, unknown>;
  /** Before the mapping. Its `categories` may choose the group, its `deleteRequested` makes it a request to delete. */
  entry: Record<string, unknown>;
  /** After the mapping: shaped like a receiver, not checked yet. The entry itself for a request to delete. */
  receiver: Record<string, unknown>;
}

/**
 * How errors and the log name a record: by its recordUid; where that may say something about a person, by its place, with the
 * hub's id or what the recordUid can be recognised by.
 * @param position from 0, among the records that are written together
 */
export function nameOf({ metadata }: IncomingRecord, position: number): string {
  const { recordUid, oihUid } = metadata;
  if (isShown(recordUid)) return `the record with the recordUid "${recordUid}"`;
  const place = `record no. ${position + 1}`;
  if (isShown(oihUid)) return `${place} (oihUid "${oihUid}")`;
  if (!isId(recordUid)) return place;
  return `${place} (SHA-256 of its recordUid: ${shortHash(String(recordUid))}…)`;
}

/** The same error, whose message names the record. */
export function about(name: string, error: ComponentError): ComponentError {
  const start = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  if (error.message.includes(name) || error.message.includes(start)) return error;
  return error.reworded(`${start}: ${error.message}`);
}

/** A string or number that can name something. */
export function isId(value: unknown): value is string | number {
  return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
}

function isShown(value: unknown): value is string | number {
  return isId(value) && isImpersonal(String(value));
}
