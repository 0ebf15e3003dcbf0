/** Reads what the steps of a flow send to each other. */

import { isObject } from '../../lib/utils/objects';

/** The payload of a message of elastic.io; a message of OIH is the payload itself. */
export function bodyOf(message: unknown): unknown {
  return isObject(message) && 'body' in message ? message['body'] : message;
}

/** The `recordUid`; undefined if the message contains none. */
export function recordUidOf(message: unknown): string | undefined {
  const metadata = [bodyOf(message), message].map((holder) => (isObject(holder) ? holder['metadata'] : undefined));
  const uid = metadata.map((one) => (isObject(one) ? one['recordUid'] : undefined)).find((one) => one !== undefined);
  return typeof uid === 'string' || typeof uid === 'number' ? String(uid) : undefined;
}

/** How the component names a record without an id: by its position in a batch that only the component knows. */
const BY_POSITION = /\brecord no\. \d+\b/gi;

/** The text with a name in place of the position of a record. */
export function withName(text: string, name: string): string {
  return text.replace(BY_POSITION, (found) => (found.startsWith('R') ? capitalised(name) : name));
}

/** A message as one line of JSON, with a name in place of the position of a record in its reasons and its error. */
export function asLine(message: unknown, name: string | undefined): string {
  if (name === undefined) return JSON.stringify(message);
  return JSON.stringify(message, (key, value: unknown) => {
    if (key === 'reasons' && Array.isArray(value))
      return value.map((one: unknown) => (typeof one === 'string' ? withName(one, name) : one));
    if (key !== 'error' || !isObject(value) || typeof value['message'] !== 'string') return value;
    return { ...value, message: withName(value['message'], name) };
  });
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
