/**
 * Makes server messages safe for errors and logs. A response may echo what it received, in any encoding, and data about
 * others. Redaction of known values is therefore not enough: only words of the {@link vocabulary} are shown.
 */

import { ComponentError, messageOf } from '../utils/errors';
import { vocabulary } from '../utils/allowedWords';

/** Stands for the words that are not shown. */
const ELLIPSIS = '…';
/** Maximum number of characters that are read from a response. */
const READ_CHARACTERS = 20_000;
const SHOWN_CHARACTERS = 200;
/** Maximum length of a word that may be shown; a longer one is treated as a value. */
const LONGEST_WORD = 40;
/** Separators in codes and at the ends of sentences: `invalid_grant`, `Not Found:`, `opt-in`, `token/refresh`. */
const SEPARATORS = /[_\-/.,:;!?'"’()[\]{}]+/;

/**
 * The words of a string that are in the vocabulary, in one line of at most 200 characters; `…` replaces the others.
 * @returns `''` if there are none
 */
export function phraseOf(said: string): string {
  const words = said.slice(0, READ_CHARACTERS).split(/\s+/).filter(Boolean);
  const shown: string[] = [];
  let length = 0;
  for (const word of words) {
    const next = isSafe(word) ? word : ELLIPSIS;
    if (next === ELLIPSIS && shown.at(-1) === ELLIPSIS) continue;
    if (length + next.length > SHOWN_CHARACTERS) {
      if (shown.at(-1) !== ELLIPSIS) shown.push(ELLIPSIS);
      break;
    }
    shown.push(next);
    length += next.length + 1;
  }
  return shown.some((word) => word !== ELLIPSIS) ? shown.join(' ') : '';
}

/** The same for an HTML page, without tags, scripts and styles. */
export function phraseOfPage(page: string): string {
  return phraseOf(visibleText(page.slice(0, READ_CHARACTERS)));
}

/** The same for anything thrown. Errors of a runtime or a library may repeat their input: a message, tokens. */
export function safeMessageOf(error: unknown): string {
  if (error instanceof ComponentError) return error.message;
  return phraseOf(messageOf(error)) || ELLIPSIS;
}

function isSafe(word: string): boolean {
  if (word.length > LONGEST_WORD) return false;
  const parts = word.toLowerCase().split(SEPARATORS).filter(Boolean);
  return parts.length > 0 && parts.every((part) => vocabulary.has(part));
}

/** Linear: reads every character once, and again in the search for a missing end. */
function visibleText(page: string): string {
  const texts: string[] = [];
  // keeps the length, unlike toLowerCase in general
  const lower = page.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  for (let at = 0; at < page.length;) {
    const tag = page.indexOf('<', at);
    if (tag < 0) return [...texts, page.slice(at)].join(' ');
    texts.push(page.slice(at, tag));
    const name = ['script', 'style'].find((one) => lower.startsWith(one, tag + 1));
    const closing = name === undefined ? tag : lower.indexOf(`</${name}`, tag);
    const end = closing < 0 ? -1 : page.indexOf('>', closing);
    if (end < 0) break;
    at = end + 1;
  }
  return texts.join(' ');
}
