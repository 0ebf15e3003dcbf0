/** How ids are shown in errors and in the log. CleverReach's are numbers, but what comes as an id may be an address or a token. */

import { createHash } from 'node:crypto';

const NUMBER = /^\d{1,40}$/;
const PLAIN = /^[\w-]{1,40}$/;
/** What keys, tokens and their parts look like; a UUID does not. */
const SECRET = /^eyJ|bearer|token|secret|passw|api[_-]?key/i;
const RANDOM = /[a-z\d]{16}/i;
const HASH_CHARACTERS = 12;

/**
 * The id as it is where it is a number, or a short name of letters, digits, `_` and `-`; else `sha256:` and the first twelve
 * hexadecimal digits of the hash of the trimmed id in UTF-8, by which whoever has the id can recognise it.
 */
export function shownId(id: string): string {
  const isPlain = NUMBER.test(id) || (PLAIN.test(id) && !looksSecret(id) && !RANDOM.test(id));
  return isPlain ? id : `sha256:${shortHash(id.trim())}`;
}

/** Whether its words or its beginning show a secret; a long row of letters and digits may be an id as well. */
export function looksSecret(id: string): boolean {
  return SECRET.test(id);
}

/** Twelve hexadecimal digits. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_CHARACTERS);
}
