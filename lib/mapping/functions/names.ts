/** Properties of a person: name, gender and language. */

import { composed } from '../../utils/unicode';
import { text } from '../../utils/text';

const GENDERS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    male: ['male', 'm', 'männlich', 'maennlich', 'mann', 'herr', 'mr', 'mr.'],
    female: ['female', 'f', 'w', 'weiblich', 'frau', 'mrs', 'mrs.', 'ms', 'ms.'],
    intersexual: ['intersexual', 'd', 'divers', 'diverse'],
  }).flatMap(([gender, words]) => words.map((word): [string, string] => [word, gender])),
);

/** @returns one of the three values of the OIH model, for common words in English and German; else undefined */
export function gender(value: unknown): string | undefined {
  const word = text(value);
  return word === undefined ? undefined : GENDERS.get(composed(word).toLowerCase());
}

/** The properties of a person that {@link mailboxName} generates. */
type NameProperty = 'firstName' | 'lastName';

/**
 * Generates a name from an address if no better one is known: Ada.King+news@example.org becomes ada king. It is always
 * in lower case, so that {@link isMailboxName} recognises it whatever the case of the address.
 * @returns the last word as lastName, the words before it as firstName; undefined if the mailbox contains no word
 */
export function mailboxName(email: unknown): { firstName?: string; lastName: string } | undefined {
  const mailbox = composed(text(email)?.split('@', 1)[0]?.split('+', 1)[0] ?? '').toLowerCase();
  const words = mailbox.split(/[._\-\s]/).filter((word) => word !== '');
  const lastName = words.pop();
  if (lastName === undefined) return undefined;
  return words.length > 0 ? { firstName: words.join(' '), lastName } : { lastName };
}

/**
 * Whether {@link mailboxName} generated a name from an address. "ada king" matches, "Ada King" does not.
 * @param property `firstName` or `lastName`; another property never matches
 */
export function isMailboxName(property: string, value: unknown, email: unknown): boolean {
  const name = composed(text(value) ?? '');
  if (name === '' || !isNameProperty(property)) return false;
  return mailboxName(email)?.[property] === name;
}

function isNameProperty(property: string): property is NameProperty {
  return property === 'firstName' || property === 'lastName';
}

/** @returns a language tag with hyphens: de-DE for de_DE */
export function languageTag(value: unknown): string | undefined {
  return text(value)?.replaceAll('_', '-');
}
