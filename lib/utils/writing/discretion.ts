/** Keeps out of an error what a record says about a person, where the author of a mapping may have put it there. */

import { vocabulary } from '../http/vocabulary';
import { isObject } from '../objects';
import type { IncomingRecord } from './records';

/** Words and numbers. */
const WORD = /[\p{L}\p{N}\p{M}]+/gu;
/** Shorter numbers are positions, lengths and limits. */
const SHORT_NUMBER = /^\p{N}{1,4}$/u;
/** What one letter or an ordinary word says is nobody's. */
const isPersonal = (word: string): boolean => word.length > 1 && !SHORT_NUMBER.test(word) && !vocabulary.has(word);

/** The text of an author, with `…` for every word that the record holds and that could identify a person. */
export function withoutValues(text: string, { entry }: Pick<IncomingRecord, 'entry'>): string {
  const words = wordsIn(entry);
  return text.replace(WORD, (word) => (words.has(word.toLowerCase()) ? '…' : word));
}

/** Without recursion: this is asked about records that are nested too deep for anything else. */
function wordsIn(entry: unknown): Set<string> {
  const words = new Set<string>();
  const open = [entry];
  while (open.length > 0) {
    const value = open.pop();
    if (Array.isArray(value)) for (const member of value as unknown[]) open.push(member);
    else if (isObject(value)) for (const member of Object.values(value)) open.push(member);
    else if (typeof value === 'string' || typeof value === 'number') {
      for (const [word] of String(value).toLowerCase().matchAll(WORD)) if (isPersonal(word)) words.add(word);
    }
  }
  return words;
}
