/** Which values an attribute type can store, as far as the behaviour of CleverReach is known. */

import { isoDate } from '../../utils/dates';
import { gender } from '../../mapping/functions/names';
import { isCanonicalNumber, isNumber, isSameValue } from './valueEquality';

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
 * @param type the type of the attribute; an unknown type accepts every value that CleverReach cannot take for an addition
 * @param shown the stored value: an equal value needs no check; `''` if there is no value
 * @returns why the attribute cannot store the value; undefined if it can, and for a blank, which clears it
 */
export function misfitReason(value: string, type: string, shown: string): Reason | undefined {
  if (type === 'number' && isSigned(value)) return 'signed';
  if (value.trim() === '' || isSameValue(value, shown, type)) return undefined;
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
