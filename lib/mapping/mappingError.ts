/** Formats errors of JSONata. Their messages repeat values of the expression, which may be personal data. */

import { messageOf } from '../utils/errors';
import { redactEmails } from '../utils/redactEmails';
import { isObject } from '../utils/objects';
import { redactAllBut } from './redactValues';
import { property } from '../utils/text';

/** Fields of a JSONata error that contain a value, with their replacement in the message. */
const VALUES = ['value', 'value2', 'exp'];
const ELLIPSIS = '…';
/** Errors whose values are limits, which help the author of the expression. */
const ABOUT_LIMITS = ['D1012', 'D2014', 'D2015'];
const NO_FUNCTION = 'T1006';
/** The error codes of `$error` and `$assert`. */
const OF_THE_AUTHOR = ['D3137', 'D3141'];

/** The message of a value that JSONata throws, which is not always an error. */
export function errorText(error: unknown): string {
  const text = property(error, 'message');
  return typeof text === 'string' ? text : messageOf(isObject(error) ? property(error, 'code') : error);
}

/** The position in the expression, as ` at character 10`; empty if it is unknown. */
export function characterPosition(error: unknown): string {
  const position = property(error, 'position');
  return typeof position === 'number' ? ` at character ${position}` : '';
}

/**
 * The reason for a failed evaluation, on one line and without the evaluated values.
 * @param source the expression: of the author's message in `$error` or `$assert`, only words of the expression are
 *   shown, because all other words come from the record
 */
export function reasonOf(error: unknown, source?: string): string {
  const [code, token] = [property(error, 'code'), property(error, 'token')];
  if (code === NO_FUNCTION && typeof token === 'string') return `there is no function $${token}`;
  let text = errorText(error);
  if (!ABOUT_LIMITS.includes(String(code))) {
    for (const name of VALUES) text = without(text, property(error, name));
  }
  if (source !== undefined && OF_THE_AUTHOR.includes(String(code))) text = redactAllBut(source, text);
  return redactEmails(text).replace(/\s+/g, ' ');
}

/** JSONata writes a value as JSON. */
function without(text: string, value: unknown): string {
  try {
    const json = JSON.stringify(value) as string | undefined;
    return json === undefined ? text : text.replaceAll(json, ELLIPSIS);
  } catch {
    return text; // a circular value cannot be part of a message
  }
}
