/** Longer strings are not normalised: a sequence of combining marks takes quadratic time. */
const MAX_CHARACTERS = 10_000;

/** Unicode NFC, in which two spellings of a letter are equal; very long strings are returned unchanged. */
export function composed(text: string): string {
  return text.length > MAX_CHARACTERS ? text : text.normalize('NFC');
}
