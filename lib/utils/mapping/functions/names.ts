/** What is known of a person itself: name, gender and language. */

import { text } from './text';

const GENDERS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    male: ['male', 'm', 'männlich', 'maennlich', 'mann', 'herr', 'mr', 'mr.'],
    female: ['female', 'f', 'w', 'weiblich', 'frau', 'mrs', 'mrs.', 'ms', 'ms.'],
    intersexual: ['intersexual', 'd', 'divers', 'diverse'],
  }).flatMap(([gender, words]) => words.map((word): [string, string] => [word, gender])),
);

/** @returns one of the three words that the OIH model knows, for what is usual in English and German; else undefined */
export function gender(value: unknown): string | undefined {
  const word = text(value);
  return word === undefined ? undefined : GENDERS.get(word.toLowerCase());
}

/**
 * A name made from an address, for when nothing better is known: ada.king+news@example.org is Ada King, in lower case.
 * @returns the last word as lastName, those before it as firstName; undefined if the mailbox has no word
 */
export function mailboxName(email: unknown): { firstName?: string; lastName: string } | undefined {
  const mailbox = text(email)?.split('@', 1)[0]?.split('+', 1)[0] ?? '';
  const words = mailbox.split(/[._\-\s]/).filter((word) => word !== '');
  const lastName = words.pop();
  if (lastName === undefined) return undefined;
  return words.length > 0 ? { firstName: words.join(' '), lastName } : { lastName };
}

/** @returns the tag of a language with hyphens, de-DE for de_DE */
export function languageTag(value: unknown): string | undefined {
  return text(value)?.replaceAll('_', '-');
}
