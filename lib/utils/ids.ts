/**
 * Formats ids for errors and the log. CleverReach's ids are numbers, but a value in the place of an id may be an
 * address, a name or a token.
 */

import { createHash } from 'node:crypto';

const NUMBER = /^\d{1,40}$/;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const HEX = /^[\da-f]{16,64}$/i;
const CODE = /^[\w.:|~/-]{1,24}$/;
/** Five letters in a row may be a name. */
const WORD = /[a-z]{5}/i;
/** May be a string that is encoded in hexadecimal. */
const BYTES = /[\da-f]{6,}/gi;
/** The shape of keys, tokens and their parts. UUIDs do not match. */
const SECRET = /^eyJ|bearer|token|secret|passw|api[_-]?key/i;
const RANDOM = /[a-z\d]{16}/i;
const HASH_CHARACTERS = 12;

/**
 * The id itself if it {@link isSafeToShow} and cannot be a token; else `sha256:` and the first twelve hexadecimal digits
 * of the hash of the trimmed id. Whoever knows the id can compute the hash.
 */
export function shownId(id: string): string {
  const isPlain = NUMBER.test(id) || (isSafeToShow(id) && !RANDOM.test(id));
  return isPlain ? id : `sha256:${shortHash(id.trim())}`;
}

/**
 * Whether an id cannot be the name or address of a person: up to 40 digits, a UUID, 16 to 64 hexadecimal digits, or a
 * code of up to 24 characters with at least half digits and at most four letters in a row. An id that looks like a
 * secret or that encodes a string in hexadecimal does not match. A telephone number cannot be distinguished from an id
 * of CleverReach.
 */
export function isSafeToShow(id: string): boolean {
  if (NUMBER.test(id)) return true;
  const code = UUID.test(id) ? id.replaceAll('-', '') : id;
  if (SECRET.test(id) || (code.match(BYTES) ?? []).some(holdsText)) return false;
  return HEX.test(code) || (CODE.test(id) && !WORD.test(id) && 2 * id.replace(/\D/g, '').length >= id.length);
}

/** Whether the bytes are text in UTF-8, ISO 8859-1 or UTF-16. */
function holdsText(hex: string): boolean {
  if (!/[a-f]/i.test(hex)) return false;
  const text = Buffer.from(Buffer.from(hex, 'hex').filter((byte) => byte !== 0));
  return /^[^\p{C}\ufffd]+$/u.test(text.toString('utf8')) || /^[ -~À-ÿ]+$/.test(text.toString('latin1'));
}

/** Twelve hexadecimal digits. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_CHARACTERS);
}
