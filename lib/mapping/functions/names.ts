/** What is known of a person itself: name, gender and language. */

import { composed } from '../../utils/unicode';
import { text } from '../../utils/text';

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
  return word === undefined ? undefined : GENDERS.get(composed(word).toLowerCase());
}

/** The properties of a person that {@link mailboxName} makes up. */
type NameProperty = 'firstName' | 'lastName';

/**
 * A name made from an address, for when nothing better is known: Ada.King+news@example.org is ada king. It is always in lower
 * case, so that {@link isMailboxName} recognises it in whatever case the address comes back.
 * @returns the last word as lastName, those before it as firstName; undefined if the mailbox has no word
 */
export function mailboxName(email: unknown): { firstName?: string; lastName: string } | undefined {
  const mailbox = composed(text(email)?.split('@', 1)[0]?.split('+', 1)[0] ?? '').toLowerCase();
  const words = mailbox.split(/[._\-\s]/).filter((word) => word !== '');
  const lastName = words.pop();
  if (lastName === undefined) return undefined;
  return words.length > 0 ? { firstName: words.join(' '), lastName } : { lastName };
}

/**
 * Whether a name is the one that {@link mailboxName} makes of an address. Ada King is not: only ada king is.
 * @param property `firstName` or `lastName`; another property holds no name
 */
export function isMailboxName(property: string, value: unknown, email: unknown): boolean {
  const name = composed(text(value) ?? '');
  if (name === '' || !isNameProperty(property)) return false;
  return mailboxName(email)?.[property] === name;
}

function isNameProperty(property: string): property is NameProperty {
  return property === 'firstName' || property === 'lastName';
}

/** @returns the tag of a language with hyphens, de-DE for de_DE */
export function languageTag(value: unknown): string | undefined {
  return text(value)?.replaceAll('_', '-');
}
