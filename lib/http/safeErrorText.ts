/**
 * What a server says, as an error or a log may repeat it. An answer may echo whatever it was sent, in any encoding, and what it
 * knows of others. So nothing is searched for and masked: only words of the {@link vocabulary} are repeated.
 */

import { ComponentError, messageOf } from '../utils/errors';
import { vocabulary } from '../utils/safeWords';

/** Stands for the words that are not repeated. */
const LEFT_OUT = '…';
/** How much of an answer is read, in characters. */
const READ_CHARACTERS = 20_000;
const SHOWN_CHARACTERS = 200;
/** A longer word, parts included, is a value. */
const LONGEST_WORD = 40;
/** Words that are joined in codes and at the ends of sentences: `invalid_grant`, `Not Found:`, `opt-in`, `token/refresh`. */
const JOINTS = /[_\-/.,:;!?'"’()[\]{}]+/;

/**
 * The words of a text that are safe to repeat, in one line of at most 200 characters; `…` stands for the others.
 * @returns `''` where no word is safe
 */
export function phraseOf(said: string): string {
  const words = said.slice(0, READ_CHARACTERS).split(/\s+/).filter(Boolean);
  const shown: string[] = [];
  let length = 0;
  for (const word of words) {
    const next = isSafe(word) ? word : LEFT_OUT;
    if (next === LEFT_OUT && shown.at(-1) === LEFT_OUT) continue;
    if (length + next.length > SHOWN_CHARACTERS) {
      if (shown.at(-1) !== LEFT_OUT) shown.push(LEFT_OUT);
      break;
    }
    shown.push(next);
    length += next.length + 1;
  }
  return shown.some((word) => word !== LEFT_OUT) ? shown.join(' ') : '';
}

/** The same of a page: its words, without tags, scripts and styles. */
export function phraseOfPage(page: string): string {
  return phraseOf(textOf(page.slice(0, READ_CHARACTERS)));
}

/** The text of anything that was thrown. What a runtime or a library says may repeat what it was given: a message, tokens. */
export function safeMessageOf(error: unknown): string {
  if (error instanceof ComponentError) return error.message;
  return phraseOf(messageOf(error)) || LEFT_OUT;
}

function isSafe(word: string): boolean {
  if (word.length > LONGEST_WORD) return false;
  const parts = word.toLowerCase().split(JOINTS).filter(Boolean);
  return parts.length > 0 && parts.every((part) => vocabulary.has(part));
}

/** Every character is looked at once, or once more in the search for an end that is not there. */
function textOf(page: string): string {
  const texts: string[] = [];
  // of the same length, which lower case in general is not
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
