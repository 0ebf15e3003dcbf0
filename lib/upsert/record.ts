/** The input of a write: a record, the id of CleverReach that it may have, and how errors and the log name it. */

import type { ComponentError } from '../utils/errors';
import { isSafeToShow, shortHash } from '../utils/ids';
import type { WriteSettings } from './writeSettings';

export interface IncomingRecord {
  metadata: Record<string, unknown>;
  /**
   * The record before the mapping. Its `categories` may select the group; its `deleteRequested` makes it a delete
   * request.
   */
  entry: Record<string, unknown>;
  /** The record after the mapping: a receiver, not validated yet. For a delete request, the same as `entry`. */
  receiver: Record<string, unknown>;
}

/**
 * Names a record in errors and the log: by its recordUid, or, if that may be personal data, by its position plus the
 * oihUid or a hash of the recordUid.
 * @param position zero-based, among the records of the same write
 */
export function nameOf({ metadata }: Pick<IncomingRecord, 'metadata'>, position: number): string {
  const { recordUid, oihUid } = metadata;
  if (isShown(recordUid)) return `the record with the recordUid "${recordUid}"`;
  const place = `record no. ${position + 1}`;
  if (isShown(oihUid)) return `${place} (oihUid "${oihUid}")`;
  if (!isId(recordUid)) return place;
  return `${place} (SHA-256 of its recordUid: ${shortHash(String(recordUid))}…)`;
}

/** The name of the record of a single message, whose position is meaningless; undefined if it has no id. */
export function nameInMessage(metadata: IncomingRecord['metadata']): string | undefined {
  return isId(metadata['recordUid']) || isId(metadata['oihUid']) ? nameOf({ metadata }, 0) : undefined;
}

/** What {@link nameOf} returns, at the beginning or within a sentence. */
const NAME = /record no\. \d+|record with the recordUid "/i;

/** Adds the name of the record to the error message, unless it names a record already, perhaps by another position. */
export function about(name: string, error: ComponentError): ComponentError {
  if (NAME.test(error.message)) return error;
  return error.reworded(`${name.charAt(0).toUpperCase()}${name.slice(1)}: ${error.message}`);
}

/** Whether a value is a non-blank string or a number. */
export function isId(value: unknown): value is string | number {
  return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
}

function isShown(value: unknown): value is string | number {
  return isId(value) && isSafeToShow(String(value));
}

/** The format of CleverReach ids. CleverReach might read `71-b` or `071` as 71, which is another receiver. */
const ID = /^[1-9]\d*$/;

/**
 * Returns the recordUid if it is a CleverReach id: the hub links ids and knows the record, or the record comes from
 * this application. Otherwise it may be the id of another application, and numbers of two systems collide.
 */
export function ownId(
  metadata: Record<string, unknown>,
  settings: Pick<WriteSettings, 'idLinking' | 'applicationUid'>,
): string | undefined {
  const { recordUid, oihUid, applicationUid } = metadata;
  const isLinked = settings.idLinking && isText(oihUid);
  const isFromUs = isText(applicationUid) && applicationUid === settings.applicationUid;
  if (!isLinked && !isFromUs) return undefined;
  return receiverIdFrom(recordUid);
}

/** An id of CleverReach, as a string or a number; undefined for any other value. */
export function receiverIdFrom(value: unknown): string | undefined {
  const id = Number.isSafeInteger(value) ? String(value) : value;
  return isText(id) && ID.test(id.trim()) ? id.trim() : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
