/** Selects the primary one of several addresses or contacts. Other systems mark it in different ways. */

import { onlyOf } from '../../utils/lists';
import { isObject } from '../../utils/objects';
import { text } from '../../utils/text';

/** Names of boolean fields that mark the primary entry, without case, blanks, `_` and `-`. */
const FLAGS: ReadonlySet<string> = new Set(
  ['primary', 'preferred'].flatMap((word) => [
    word,
    `is${word}`,
    ...['contact', 'address', 'email'].flatMap((what) => [`${word}${what}`, `is${word}${what}`]),
  ]),
);
/** Fields that may mark an entry as the primary one in words. */
const WORDS = ['description', 'label', 'name', 'type'] as const;
const MARKS: ReadonlySet<string> = new Set([...WORDS, 'id', 'uid', 'oihid', 'oihuid']);
const PRIMARY = /^(primary|preferred)([\s_-]*(contact|address|e-?mail|mail|phone|mobile|fax|number|url))*$/i;
const YES: ReadonlySet<string> = new Set(['true', '1', 'yes', 'y']);
const NO: ReadonlySet<string> = new Set(['false', '0', 'no', 'n']);

/**
 * @returns true if a flag (`primary`, `isPrimary`, `primaryContact`, `preferred`, …) is true, 1, "true" or "yes" and
 *   none is false; or, if no flag is set either way, if `description`, `label`, `name` or `type` is "primary" or similar.
 *   The `primaryContact` of an address may also be the name of a person, which counts as neither
 */
export function isPrimary(entry: unknown): boolean {
  if (!isObject(entry)) return false;
  const flags = Object.entries(entry)
    .filter(([name]) => isFlag(name))
    .map(([, value]) => yesOrNo(value));
  if (flags.includes(false)) return false;
  return flags.includes(true) || WORDS.some((name) => Object.hasOwn(entry, name) && isWord(entry[name]));
}

function isFlag(name: string): boolean {
  return FLAGS.has(plain(name));
}

/** Whether a field only identifies the address or contact: a flag, a label or similar, or an id. */
export function isMark(name: string): boolean {
  return isFlag(name) || MARKS.has(plain(name));
}

/** Whether the value of such a field is understood, so that nothing is lost if it is not written. */
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

/** Undefined if the value is neither. */
function yesOrNo(value: unknown): boolean | undefined {
  const only = onlyOf(value);
  if (typeof only === 'boolean') return only;
  const word = text(value)?.toLowerCase();
  if (word === undefined) return undefined;
  return YES.has(word) || isWord(word) || (NO.has(word) ? false : undefined);
}
