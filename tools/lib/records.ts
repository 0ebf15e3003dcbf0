/**
 * Records in the files of the commands: complete messages `{metadata, data}`, or the records themselves; on elastic.io
 * either may be the body of a message, as `npm run flow -- --print` prints it.
 */

import type { MappingMessage } from '../../lib/mapping/message';
import { isObject } from '../../lib/utils/objects';

/** The properties of a message of elastic.io. */
const ENVELOPE = ['id', 'body', 'headers', 'attachments', 'metadata', 'passthrough'];

/** One record or a list of records. */
export function rowsIn(json: unknown): unknown[] {
  return (Array.isArray(json) ? json : [json]).map((row: unknown) => (isEnvelope(row) ? row['body'] : row));
}

function isEnvelope(row: unknown): row is Record<string, unknown> {
  return isObject(row) && isObject(row['body']) && Object.keys(row).every((name) => ENVELOPE.includes(name));
}

/** Whether an object is a message; otherwise it is the record itself, as the body of a message of elastic.io may be. */
export function isMessage(row: unknown): row is { metadata?: unknown; data: Record<string, unknown> } {
  return isObject(row) && isObject(row['data']);
}

export function asMessage(row: Record<string, unknown>): Required<MappingMessage> {
  if (!isMessage(row)) return { metadata: {}, data: row };
  return { metadata: isObject(row.metadata) ? row.metadata : {}, data: row.data };
}
