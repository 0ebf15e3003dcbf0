/**
 * Redacts names of categories and members for errors and the log. A person must be able to read them to correct the
 * record.
 */

import { shortened } from '../utils/truncate';
import { ADDRESS, redactEmails } from '../utils/redactEmails';

/** Maximum number of names in a sentence. */
const NAMES_IN_A_SENTENCE = 20;
const NAME_CHARACTERS = 40;
/** Five digits or more, in the notation of telephone numbers and dates. */
const NUMBER = /[+(]*\p{Nd}(?:[\s()./–-]{0,3}\p{Nd}){4,}/gu;

/**
 * Shortens a name to 40 characters and `…`, and removes numbers of five digits or more, including their separators. A
 * name that contains an address is replaced as a whole, because the address may contain blanks.
 */
export function redactName(name: string): string {
  if (redactEmails(name) !== name) return ADDRESS;
  return shortened(name.replace(NUMBER, '<number>'), NAME_CHARACTERS);
}

/** Redacts some names with {@link redactName}, sorts them, and appends the number of omitted names. */
export function listOfNames(names: readonly string[]): string {
  const shown = names.filter((name) => name.trim() !== '').slice(0, NAMES_IN_A_SENTENCE);
  const more = names.length - shown.length;
  return [...shown.map(redactName).sort(), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
