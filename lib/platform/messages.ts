/**
 * The shape of messages. The object that travels is always `{metadata, data}`. On OIH it is the message itself; on
 * elastic.io it is the `body` of a message, and a `body` without an object `data` is the record itself.
 */

import { randomUUID } from 'node:crypto';
import type { Message as ElasticioMessage } from 'elasticio-node/lib/messages.js';
import type { MappingMessage } from '../mapping/message';
import { isObject } from '../utils/objects';
import type { RuntimeKind } from './runtimeContext';

/** The object that travels from step to step. */
export type Message = Required<MappingMessage>;

/** The record that came in; empty where there is none. */
export function readMessage(incoming: unknown, kind: RuntimeKind): Message {
  const message = isObject(incoming) ? incoming : {};
  if (kind === 'oih') return { metadata: objectOf(message['metadata']), data: objectOf(message['data']) };
  const body = objectOf(message['body']);
  if (isObject(body['data'])) return { metadata: objectOf(body['metadata']), data: body['data'] };
  return { metadata: objectOf(message['metadata']), data: body };
}

/**
 * A new message for one emit, with an id of its own: without one every message of a run carries the same, and a following
 * step with parallel processing takes all but one for duplicates. The runtimes write on it, so it is never used twice.
 */
export async function buildMessage({ metadata, data }: Message, kind: RuntimeKind): Promise<Record<string, unknown>> {
  const id = randomUUID();
  if (kind === 'oih') return { id, metadata: { ...metadata }, data };
  // every call of newEmptyMessage reads random bytes for an id that is not used
  empty ??= (await import('elasticio-node/lib/messages.js')).newEmptyMessage();
  const { attachments, headers, metadata: none } = empty;
  const body = { metadata: { ...metadata }, data };
  return { id, attachments: { ...attachments }, body, headers: { ...headers }, metadata: { ...none } };
}

/** One of elasticio-node's, which OIH does not need. */
let empty: ElasticioMessage | undefined;

function objectOf(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}
