/**
 * The shape of messages. The object that travels is always `{metadata, data}`. On OIH it is the message itself; on
 * elastic.io it is the `body` of a message, and a `body` without an object `data` is the record itself.
 */

import { randomUUID } from 'node:crypto';
import { newMessageWithBody } from 'elasticio-node/lib/messages';
import { isObject } from '../objects';
import type { RuntimeKind } from './context';

/** The object that travels from step to step. */
export interface Message {
  metadata: Record<string, unknown>;
  data: Record<string, unknown>;
}

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
export function buildMessage({ metadata, data }: Message, kind: RuntimeKind): Record<string, unknown> {
  const id = randomUUID();
  if (kind === 'oih') return { id, metadata: { ...metadata }, data };
  return { ...newMessageWithBody({ metadata: { ...metadata }, data }), id };
}

function objectOf(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}
