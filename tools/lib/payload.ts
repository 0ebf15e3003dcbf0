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
