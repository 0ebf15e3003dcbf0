/** Recognises delete requests. An ambiguous value is an error: the record is neither deleted nor written. */

import { yesOrNo } from '../../subscription/memberValues';
import { RecordError } from '../../utils/errors';
import { isoDate } from '../../utils/dates';

/** Unix time in seconds or milliseconds since 1973. A smaller number is not a plausible time of a request. */
const TIME = /^[1-9]\d{8,13}$/;

/**
 * True if `deleteRequested` is a time or a word for "yes"; false if it is missing, blank, 0, a word for "no" or a date
 * that means "never".
 * @throws RecordError for any other value
 */
export function isDeleteRequest(entry: Record<string, unknown>): boolean {
  const { deleteRequested: value } = entry;
  if (value === undefined) return false;
  const meaning = yesOrNo(value);
  if (meaning !== undefined) return meaning;
  const isTime = typeof value === 'number' || typeof value === 'string' ? isMoment(String(value).trim()) : false;
  if (isTime) return true;
  throw new RecordError(
    'The value of "deleteRequested" is neither a time nor true or false, so nothing is written or deleted. Send a time or true to delete the receiver, or omit the field to write the receiver.',
  );
}

/**
 * Rejects a delete request that only the mapping returns: requests are read before the mapping, so it would be ignored.
 * @throws RecordError if the mapped record has a delete request
 */
export function refuseMappedRequest(mapped: Record<string, unknown>): void {
  if (!isDeleteRequest(mapped)) return;
  throw new RecordError(
    'The mapping returns "deleteRequested", but delete requests are read before the mapping, so nothing is written or deleted. Send "deleteRequested" in the message itself to delete the receiver.',
  );
}

function isMoment(text: string): boolean {
  return TIME.test(text) || isoDate(text) !== undefined;
}
