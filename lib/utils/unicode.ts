/** Longer strings are not normalised: a sequence of combining marks takes quadratic time. */
const MAX_CHARACTERS = 10_000;

/** Unicode NFC, in which two spellings of a letter are equal; very long strings are returned unchanged. */
export function composed(text: string): string {
  return text.length > MAX_CHARACTERS ? text : text.normalize('NFC');
}

const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** Removes invisible characters, such as a zero-width space. */
export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, '');
}
