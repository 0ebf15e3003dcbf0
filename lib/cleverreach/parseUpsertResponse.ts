/**
 * Assigns the result of an upsert to each row. `upsertplus` returns the full receivers and omits rejected rows, so
 * results are matched by address, not by position. The older endpoint `upsert` returns results by position, a rejected
 * row as a bare string.
 */

import { addressKey } from './emailAddress';
import { advice } from '../http/errorAdvice';
import { phraseOf } from '../http/safeErrorText';
import { isObject } from '../utils/objects';
import { idOf, listOf, parseReceivers, unreadable } from './parseResponse';
import type { ReceiverWrite, Receiver, UpsertResult } from './types';

const NOT_ACCEPTED =
  'CleverReach rejected the record without a reason, as it does for an invalid or blocked address, or at the contact limit of the account. Waiting does not help: check the address and the limit in CleverReach.';

/**
 * @returns one result for each row, in the same order
 * @throws TemporaryError if the response cannot be parsed
 */
export function parseUpsertResponse(
  body: unknown,
  rows: readonly ReceiverWrite[],
  what: string,
  groupId: string,
): UpsertResult[] {
  if (body === undefined) throw unreadable(what, 'an empty response');
  const items = listOf(body, what);
  const sent = new Set(rows.map(({ email }) => addressKey(email)));
  const withAddress = items.filter((item) => isObject(item) && typeof item['email'] === 'string') as {
    email: string;
  }[];
  const ours = withAddress.filter(({ email }) => sent.has(addressKey(email)));
  const receivers = new Map<string, Receiver>(
    parseReceivers(ours, what, groupId).map((receiver) => [addressKey(receiver.email), receiver]),
  );
  const isPositional = items.length === rows.length;
  if (withAddress.length === 0 && items.length > 0 && !isPositional) {
    throw unreadable(what, `${items.length} results for ${rows.length} rows, and no way to match them to the rows`);
  }
  return rows.map((row, index) => {
    const receiver = receivers.get(addressKey(row.email));
    if (receiver) return { ok: true, id: receiver.id, receiver };
    return isPositional ? byPosition(items[index]) : { ok: false, reason: NOT_ACCEPTED };
  });
}

/** An object with an id is a success, unless its status reports a failure; a string is the reason for a rejection. */
function byPosition(item: unknown): UpsertResult {
  if (typeof item === 'string' && item.trim() !== '') return { ok: false, reason: rejectionText(item) };
  // a receiver with another address belongs to another row
  if (!isObject(item) || typeof item['email'] === 'string') return { ok: false, reason: NOT_ACCEPTED };
  const { status } = item;
  if (typeof status === 'string' && !/success/i.test(status)) return { ok: false, reason: rejectionText(status) };
  const id = idOf(item['id']);
  return id === '' ? { ok: false, reason: NOT_ACCEPTED } : { ok: true, id };
}

/**
 * Why CleverReach rejected a record, for an error.
 * @param said the reason as CleverReach returns it
 */
export function rejectionText(said: string): string {
  const why = phraseOf(said);
  return `CleverReach rejected the record${why === '' ? '' : `: ${why}`}. ${advice.record}`;
}
