/**
 * The structure and the size of messages. The payload between steps is always `{metadata, data}`. On OIH it is the
 * message itself; on elastic.io it is the `body` of a message. A `body` without an object `data` is the record itself.
 */

import { randomUUID } from 'node:crypto';
import type { Message as ElasticioMessage } from 'elasticio-node/lib/messages.js';
import type { MappingMessage } from '../mapping/message';
import { isObject } from '../utils/objects';
import type { RuntimeKind } from './runtimeContext';

/** The payload between steps. */
export type Message = Required<MappingMessage>;

/** The incoming record; empty if there is none. */
export function readMessage(incoming: unknown, kind: RuntimeKind): Message {
  const message = isObject(incoming) ? incoming : {};
  if (kind === 'oih') return { metadata: objectOf(message['metadata']), data: objectOf(message['data']) };
  const body = objectOf(message['body']);
  if (isObject(body['data'])) return { metadata: objectOf(body['metadata']), data: body['data'] };
  return { metadata: objectOf(message['metadata']), data: body };
}

/**
 * A new message for one emit, with its own id. Without one, all messages of a run share an id, and a following step
 * with parallel processing drops all but one as duplicates. The runtimes modify the message, so it is never reused.
 */
export async function buildMessage({ metadata, data }: Message, kind: RuntimeKind): Promise<Record<string, unknown>> {
  const id = randomUUID();
  if (kind === 'oih') return { id, metadata: { ...metadata }, data };
  // newEmptyMessage reads random bytes for an id that is not used, so it is called only once
  empty ??= (await import('elasticio-node/lib/messages.js')).newEmptyMessage();
  const { attachments, headers, metadata: none } = empty;
  const body = { metadata: { ...metadata }, data };
  return { id, attachments: { ...attachments }, body, headers: { ...headers }, metadata: { ...none } };
}

/** A message of elasticio-node, which OIH does not need. */
let empty: ElasticioMessage | undefined;

function objectOf(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}

/**
 * `-0.0000012345678901234567`: a sign, five zeros after the point and 17 digits, before exponent notation begins. Also
 * covers `true`, `false` and `null`.
 */
const LONGEST_NUMBER = 25;

/**
 * Whether the JSON of plain data has more than `limit` bytes. Nearly every message is far smaller; its size is
 * estimated from its number of characters without serialising it.
 * @param value not nested too deeply, see json.ts
 * @returns the number of bytes if it exceeds the limit; undefined otherwise
 */
export function bytesBeyond(limit: number, value: unknown): number | undefined {
  if (mostBytesOf(value) <= limit) return undefined;
  const bytes = Buffer.byteLength(JSON.stringify(value));
  return bytes > limit ? bytes : undefined;
}

/** An upper bound of the JSON size, at most six times as large. */
export function mostBytesOf(value: unknown): number {
  if (typeof value === 'string') return mostBytesOfText(value);
  if (typeof value !== 'object' || value === null) return LONGEST_NUMBER;
  if ('toJSON' in value) return Infinity;
  let bytes = 2;
  if (Array.isArray(value)) for (const member of value) bytes += mostBytesOf(member) + 1;
  else for (const key of Object.keys(value)) bytes += mostBytesOfText(key) + mostBytesOf(memberOf(value, key)) + 2;
  return bytes;
}

const memberOf = (value: object, key: string): unknown => (value as Record<string, unknown>)[key];

/** A character may be written as `\\u` and four digits. */
const mostBytesOfText = (text: string): number => 6 * text.length + 2;
