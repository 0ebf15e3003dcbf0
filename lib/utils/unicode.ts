/** Longer strings are compared as they are: a row of combining marks takes time that grows with the square of its length. */
const MAX_CHARACTERS = 10_000;

/** Unicode's form NFC, in which two spellings of a letter are the same; what is very long stays as it is. */
export function composed(text: string): string {
  return text.length > MAX_CHARACTERS ? text : text.normalize('NFC');
}
