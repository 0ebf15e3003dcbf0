/** When two values of an attribute are the same, although they are spelt differently. */

import { composed } from '../../utils/unicode';
import { isoDate } from '../../utils/dates';
import { text as textOf } from '../../utils/text';
import { gender } from '../../mapping/functions/names';

const PLAIN = /^([+-]?)(\d+)(?:[.,](\d+))?$/;
/** `1,234` and `1.000` may be either, so they are neither. */
const AMBIGUOUS = /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/;
/** Spellings of a number that are not compared as numbers. */
const OTHER_NUMBER = /^\d*[.,]?\d+e[+-]?\d+$|^\.\d+$/i;
/** Thousands in groups of three, then decimals after the other separator. */
const GROUPED = /^([+-]?)(\d{1,3}(?:([.,' ])\d{3})(?:\3\d{3})*)(?:([.,])(\d+))?$/;
/** A longer text is not read as a number. */
const LONGEST_NUMBER = 100;
/** More digits than these a program may not keep. */
const EXACT_DIGITS = 15;

/**
 * Whether CleverReach would hold the same for both. White space around a value, the kind of line ends and composed letters never
 * count; numbers, dates and genders are compared as such where the attribute has that type.
 * @param type of the attribute; `unknown` where the definitions could not be had
 */
export function isSameValue(a: string, b: string, type: string | undefined): boolean {
  const [one, other] = [plainText(a), plainText(b)];
  if (one === other) return true;
  if (one === '' || other === '') return false;
  const read = type === undefined ? undefined : READERS.get(type);
  const value = read?.(one);
  return value !== undefined && value === read?.(other);
}

const READERS: ReadonlyMap<string, (value: string) => string | undefined> = new Map([
  ['number', decimal],
  ['gender', gender],
  ['date', isoDate],
  // what looks like the same date may be one
  ['unknown', isoDate],
]);

function plainText(value: string): string {
  // what cannot be seen is blank
  return textOf(value) === undefined ? '' : composed(value).replace(/\r\n?/g, '\n').trim();
}

/**
 * A number in one spelling: `5`, `5,0` and `5.00` are `5`, `1.234,50` is `1234.5`. It stays text, as a number of JavaScript would
 * round long ones.
 * @returns undefined for what is no number, or may be two
 */
function decimal(value: string): string | undefined {
  const written = withPlainMarks(value);
  if (written.length > LONGEST_NUMBER || AMBIGUOUS.test(written)) return undefined;
  const plain = PLAIN.exec(written);
  if (plain) return spelt(plain[1], plain[2], plain[3] ?? plain[4]);
  const [, sign, whole = '', group, separator, decimals] = GROUPED.exec(written) ?? [];
  if (group === undefined || separator === group) return undefined;
  return spelt(sign, whole.split(group).join(''), decimals);
}

function withPlainMarks(value: string): string {
  return value.replace(/[\u00A0\u202F]/g, ' ').replace(/\u2019/g, "'");
}

/** Whether a value reads as a number, be it in more than one way. */
export function isNumber(value: string): boolean {
  const written = withPlainMarks(plainText(value));
  if (written.length > LONGEST_NUMBER) return false;
  return AMBIGUOUS.test(written) || OTHER_NUMBER.test(written) || decimal(written) !== undefined;
}

/**
 * Whether a number is spelt as a program spells the number that it has read: not `01067`, `1.50`, `.5`, `1,5` or `1e+21`, and not one
 * with more digits than a program keeps.
 */
export function isCanonicalNumber(value: string): boolean {
  const written = plainText(value);
  return (
    /^[\d.]+$/.test(written) && written.replace('.', '').length <= EXACT_DIGITS && String(Number(written)) === written
  );
}

function spelt(sign = '', whole = '', decimals = ''): string {
  const digits = whole.replace(/^0+(?=\d)/, '');
  const rest = decimals.replace(/0+$/, '');
  const number = rest === '' ? digits : `${digits}.${rest}`;
  return sign === '-' && number !== '0' ? `-${number}` : number;
}
