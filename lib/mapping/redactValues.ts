/** Redacts personal data of a record in error messages of a custom mapping. */

import { vocabulary } from '../utils/allowedWords';
import { textsIn } from '../utils/json';

const ELLIPSIS = '…';
/** An escape sequence in a string literal of JSONata. */
const ESCAPE = /\\(u[\da-f]{4}|.)/gi;
/** Words and numbers. */
const WORD = /[\p{L}\p{N}\p{M}]+/gu;
/** Shorter numbers are positions, lengths and limits. */
const SHORT_NUMBER = /^\p{N}{1,4}$/u;
/** A single letter or a common word does not identify a person. */
const isPersonal = (word: string): boolean => word.length > 1 && !SHORT_NUMBER.test(word) && !vocabulary.has(word);

/** The author's message, with `…` for every word that the record contains and that could identify a person. */
export function redactValues(text: string, record: unknown): string {
  const words = wordsIn(record);
  return text.replace(WORD, (word) => (words.has(word.toLowerCase()) ? ELLIPSIS : word));
}

/** The author's message with `…` for every word that is not in the source of the mapping. */
export function redactAllBut(source: string, text: string): string {
  const words = new Set([...source.replace(ESCAPE, ' ').matchAll(WORD)].map(([word]) => word));
  return text.replace(WORD, (word) => (words.has(word) ? word : ELLIPSIS));
}

function wordsIn(record: unknown): Set<string> {
  const words = new Set<string>();
  for (const text of textsIn(record))
    for (const [word] of text.toLowerCase().matchAll(WORD)) if (isPersonal(word)) words.add(word);
  return words;
}
