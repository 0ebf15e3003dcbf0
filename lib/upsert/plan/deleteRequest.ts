/** Whether a record asks for a deletion: nobody is deleted for a value that may mean "no", and nobody written for one that may mean "yes". */

import { yesOrNo } from '../../cleverreach/subscriptionState';
import { RecordError } from '../../utils/errors';
import { isoDate } from '../../utils/dates';

/** Unix seconds or milliseconds from 1973 on; a smaller number is no time at which anybody asked. */
const TIME = /^[1-9]\d{8,13}$/;

/**
 * True where `deleteRequested` is a time or a word for "yes", false where it is missing, blank, 0, a word for "no" or a date that
 * stands for "never".
 * @throws RecordError where it is neither
 */
export function isDeleteRequest(entry: Record<string, unknown>): boolean {
  const { deleteRequested: value } = entry;
  if (value === undefined) return false;
  const answer = yesOrNo(value);
  if (answer !== undefined) return answer;
  const isTime = typeof value === 'number' || typeof value === 'string' ? isMoment(String(value).trim()) : false;
  if (isTime) return true;
  throw new RecordError(
    'The value of "deleteRequested" is neither a time nor true or false, so nothing is written or deleted. Send a time or true to delete the receiver, or omit the member to write it.',
  );
}

/**
 * A request that only the mapping gives would be carried out by nobody: requests are looked for before the mapping.
 * @throws RecordError where there is one
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
