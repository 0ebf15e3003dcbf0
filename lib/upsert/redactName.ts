/** Names that a record gives, of its categories and members: a person has to read them to mend what is wrong with them. */

import { shortened } from '../utils/truncate';
import { ADDRESS, maskEmails } from '../utils/maskEmails';

/** How many names a sentence repeats. */
const NAMES_IN_A_SENTENCE = 20;
const NAME_CHARACTERS = 40;
/** Five digits or more, as telephone numbers and dates are written. */
const NUMBER = /[+(]*\p{Nd}(?:[\s()./–-]{0,3}\p{Nd}){4,}/gu;

/**
 * A name for an error or the log, in at most 40 characters and `…`: without numbers of five digits or more, whatever stands between
 * their digits. Of a name that holds an address nothing is shown, as the address may have blanks in it.
 */
export function redactName(name: string): string {
  if (maskEmails(name) !== name) return ADDRESS;
  return shortened(name.replace(NUMBER, '<number>'), NAME_CHARACTERS);
}

/** A few names as {@link redactName} gives them, sorted, and how many more there are. */
export function listOfNames(names: readonly string[]): string {
  const shown = names.filter((name) => name.trim() !== '').slice(0, NAMES_IN_A_SENTENCE);
  const more = names.length - shown.length;
  return [...shown.map(redactName).sort(), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
