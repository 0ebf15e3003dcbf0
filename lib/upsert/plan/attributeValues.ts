/**
 * What the type of an attribute means for its values: which spellings are equal, and which values it can store, as far
 * as the behaviour of CleverReach is known.
 */

import { composed } from '../../utils/unicode';
import { text as textOf } from '../../utils/text';
import { isoDate } from '../../utils/dates';
import { gender } from '../../mapping/functions/names';

const PLAIN = /^([+-]?)(\d+)(?:[.,](\d+))?$/;
/** `1,234` and `1.000` are ambiguous, so they are not read as numbers. */
const AMBIGUOUS = /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/;
/** Spellings of a number that are not compared as numbers. */
const OTHER_NUMBER = /^\d*[.,]?\d+e[+-]?\d+$|^\.\d+$/i;
/** Thousands in groups of three, then decimals after the other separator. */
const GROUPED = /^([+-]?)(\d{1,3}(?:([.,' ])\d{3})(?:\3\d{3})*)(?:([.,])(\d+))?$/;
/** Longer strings are not read as numbers. */
const LONGEST_NUMBER = 100;
/** A JavaScript number keeps up to this number of digits exactly. */
const EXACT_DIGITS = 15;

/**
 * Whether CleverReach would store the same for both values. Surrounding white space, line endings and Unicode
 * composition are ignored; numbers, dates and genders are compared by meaning if the attribute has that type.
 * @param type the type of the attribute; `unknown` if the definitions are unknown
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
  // two equal dates in different formats are treated as the same
  ['unknown', isoDate],
]);

/** Whether a value has only white space and invisible characters: it clears an attribute, as an empty string does. */
export function isBlank(value: string): boolean {
  return textOf(value) === undefined;
}

export function plainText(value: string): string {
  return isBlank(value) ? '' : composed(value).replace(/\r\n?/g, '\n').trim();
}

/**
 * Normalises a number: `5`, `5,0` and `5.00` become `5`, `1.234,50` becomes `1234.5`. The result is a string because a
 * JavaScript number would round long values.
 * @returns undefined for a value that is not a number, or is ambiguous
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

/** Whether a value can be read as a number, even if it is ambiguous. */
export function isNumber(value: string): boolean {
  const written = withPlainMarks(plainText(value));
  if (written.length > LONGEST_NUMBER) return false;
  return AMBIGUOUS.test(written) || OTHER_NUMBER.test(written) || decimal(written) !== undefined;
}

/**
 * Whether a number is in the format that a program writes after parsing it: not `01067`, `1.50`, `.5`, `1,5` or
 * `1e+21`, and without more digits than a JavaScript number keeps.
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

/** Why an attribute cannot store a value, in the order of the report. */
export const REASONS = {
  signed: 'a number with a sign, which CleverReach would add to the stored number',
  maybeSigned:
    'begins with a sign and a digit, and without the definitions of the attributes it is unknown whether CleverReach would add it to a number',
  undated: 'not a date, or an ambiguous one',
  uncounted: 'not a number, so CleverReach might store a different value',
  respelt: 'a number in a format that CleverReach might change (such as 007, 1.50, 1,5 or 1e3)',
  genderless: 'not a known word for a gender, so CleverReach might store no value',
} as const;

type Reason = keyof typeof REASONS;

/**
 * @param type the type of the attribute; an unknown type accepts every value that CleverReach cannot treat as an
 *   addition
 * @param shown the stored value: an equal value needs no check; `''` if there is no value
 * @returns why the attribute cannot store the value; undefined if it can, and for a blank, which clears it
 */
export function unfitReason(value: string, type: string, shown: string): Reason | undefined {
  if (type === 'number' && isSigned(value)) return 'signed';
  if (isBlank(value) || isSameValue(value, shown, type)) return undefined;
  // a stored number never begins with a plus
  if (type === 'unknown' && MAY_COUNT.test(value) && !shown.trim().startsWith('+')) return 'maybeSigned';
  switch (type) {
    case 'date':
      return isoDate(value) === undefined ? 'undated' : undefined;
    case 'number':
      return isNumber(value) ? (isCanonicalNumber(value) ? undefined : 'respelt') : 'uncounted';
    case 'gender':
      return gender(value) === undefined ? 'genderless' : undefined;
    default:
      return undefined;
  }
}

const MAY_COUNT = /^\s*[+-]\s*[.,]?\d/;

/** Applies even if the stored number is equal: the sign may be intended for an addition. */
function isSigned(value: string): boolean {
  return /^\s*[+-]/.test(value);
}
