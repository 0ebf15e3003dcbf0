/** What JSONata throws, in words. Its texts repeat the values that an expression has met, and those are somebody's data. */

import { messageOf } from '../utils/errors';
import { maskEmails } from '../utils/maskEmails';
import { isObject } from '../utils/objects';
import { inWordsOf } from './redactValues';
import { property } from '../utils/text';

/** Members of its errors that hold a value, and what a text says in its place. */
const VALUES = ['value', 'value2', 'exp'];
const LEFT_OUT = '…';
/** Their values are limits, which help whoever wrote the expression. */
const ABOUT_LIMITS = ['D1012', 'D2014', 'D2015'];
const NO_FUNCTION = 'T1006';
/** `$error` and `$assert`. */
const OF_THE_AUTHOR = ['D3137', 'D3141'];

/** The text of what JSONata throws, which is not always an error. */
export function textOf(error: unknown): string {
  const text = property(error, 'message');
  return typeof text === 'string' ? text : messageOf(isObject(error) ? property(error, 'code') : error);
}

/** ` at character 10` of the expression; empty where it is not known. */
export function placeOf(error: unknown): string {
  const position = property(error, 'position');
  return typeof position === 'number' ? ` at character ${position}` : '';
}

/**
 * Why an evaluation has failed, on one line and without the values that it met.
 * @param source the expression: of a text that its author gives to `$error` or `$assert`, only the words that stand in it are repeated,
 *   as all others come from the record, whatever was made of it
 */
export function reasonOf(error: unknown, source?: string): string {
  const [code, token] = [property(error, 'code'), property(error, 'token')];
  if (code === NO_FUNCTION && typeof token === 'string') return `there is no function $${token}`;
  let text = textOf(error);
  if (!ABOUT_LIMITS.includes(String(code))) {
    for (const name of VALUES) text = without(text, property(error, name));
  }
  if (source !== undefined && OF_THE_AUTHOR.includes(String(code))) text = inWordsOf(source, text);
  return maskEmails(text).replace(/\s+/g, ' ');
}

/** JSONata writes a value as JSON. */
function without(text: string, value: unknown): string {
  try {
    const json = JSON.stringify(value) as string | undefined;
    return json === undefined ? text : text.replaceAll(json, LEFT_OUT);
  } catch {
    return text; // what refers to itself is in no text
  }
}
