/** Which of several addresses or contacts of a person counts: there is no one way in which others mark it. */

import { onlyOf } from '../../utils/lists';
import { isObject } from '../../utils/objects';
import { text } from '../../utils/text';

/** Names of members that say it with yes or no, without case, blanks, `_` and `-`. */
const FLAGS: ReadonlySet<string> = new Set(
  ['primary', 'preferred'].flatMap((word) => [
    word,
    `is${word}`,
    ...['contact', 'address', 'email'].flatMap((what) => [`${word}${what}`, `is${word}${what}`]),
  ]),
);
/** Members that may say it in words. */
const WORDS = ['description', 'label', 'name', 'type'] as const;
const MARKS: ReadonlySet<string> = new Set([...WORDS, 'id', 'uid', 'oihid', 'oihuid']);
const PRIMARY = /^(primary|preferred)([\s_-]*(contact|address|e-?mail|mail|phone|mobile|fax|number|url))*$/i;
const YES: ReadonlySet<string> = new Set(['true', '1', 'yes', 'y']);
const NO: ReadonlySet<string> = new Set(['false', '0', 'no', 'n']);

/**
 * @returns whether a flag (`primary`, `isPrimary`, `primaryContact`, `preferred`, …) is true, 1, "true" or "yes" and none is false, or
 *   where no flag says either, whether `description`, `label`, `name` or `type` is "primary" or the like. The `primaryContact` of
 *   an address may also be the name of a person, which says neither
 */
export function isPrimary(entry: unknown): boolean {
  if (!isObject(entry)) return false;
  const flags = Object.entries(entry)
    .filter(([name]) => isFlag(name))
    .map(([, value]) => yesOrNo(value));
  if (flags.includes(false)) return false;
  return flags.includes(true) || WORDS.some((member) => Object.hasOwn(entry, member) && isWord(entry[member]));
}

function isFlag(name: string): boolean {
  return FLAGS.has(plain(name));
}

/** Whether a member says only which address or contact it is: a flag, a label or the like, or an id. */
export function isMark(name: string): boolean {
  return isFlag(name) || MARKS.has(plain(name));
}

/** Whether what such a member says is understood, so that nothing is lost where it is not written. */
export function isUnderstoodMark(name: string, value: unknown): boolean {
  if (isFlag(name)) return yesOrNo(value) !== undefined;
  return isMark(name) && (isWord(value) || !WORDS.some((word) => word === plain(name)));
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, '');
}

function isWord(value: unknown): boolean {
  return PRIMARY.test(text(value) ?? '');
}

/** Undefined where it is neither. */
function yesOrNo(value: unknown): boolean | undefined {
  const only = onlyOf(value);
  if (typeof only === 'boolean') return only;
  const word = text(value)?.toLowerCase();
  if (word === undefined) return undefined;
  return YES.has(word) || isWord(word) || (NO.has(word) ? false : undefined);
}
