/**
 * Unicode normal forms in bounded time. Sorting a run of combining marks takes quadratic time, so only this file calls
 * `String.normalize`; a lint rule checks it.
 */

/** Longer strings are not normalised. */
const MAX_CHARACTERS = 10_000;
/** More combining marks in a row than any language has; the half-width voice marks become combining marks in NFKC. */
const ENDLESS_MARKS = /[\p{M}\uff9e\uff9f]{51}/u;

/** Whether a string is too long, or has too many combining marks in a row, to be normalised. */
export function isUnnormalisable(text: string): boolean {
  return text.length > MAX_CHARACTERS || ENDLESS_MARKS.test(text);
}

/** Unicode NFC, in which two spellings of a letter are equal; {@link isUnnormalisable} strings are returned unchanged. */
export function composed(text: string): string {
  return normalised(text, 'NFC');
}

/** Unicode NFKC, in which look-alike letters are equal too; {@link isUnnormalisable} strings are returned unchanged. */
export function unified(text: string): string {
  return normalised(text, 'NFKC');
}

/** Unicode NFD; {@link isUnnormalisable} strings are returned unchanged. */
export function decomposed(text: string): string {
  return normalised(text, 'NFD');
}

function normalised(text: string, form: 'NFC' | 'NFD' | 'NFKC'): string {
  // most strings are plain ASCII, which no form changes
  if (!/[^\0-\x7f]/.test(text)) return text;
  return isUnnormalisable(text) ? text : text.normalize(form);
}

const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** Removes invisible characters, such as a zero-width space. */
export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, '');
}

const BLANKS = /[\s\p{Z}\p{Cc}\u2800]+/gu;

/** Equal for all names that look the same: ignores case, kinds and numbers of blanks, and invisible characters. */
export function nameKey(name: string): string {
  return composed(withoutInvisible(name).replace(BLANKS, ' ').trim().toUpperCase().toLowerCase());
}
