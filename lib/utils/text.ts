/** What counts as a text and an object in data that nobody vouches for. None of these functions throws. */

import { onlyOf } from './lists';
import { isObject } from './objects';

/** White space and what cannot be seen. */
const BLANK = /^[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/**
 * The one place that decides what is blank: missing, null, neither text nor number, or nothing that could be seen. So is a whole
 * number with more digits than JavaScript keeps, since it is not the one that was sent. A list of one is that one.
 * @returns the text without white space around it, a number as its text; undefined for a blank
 */
export function text(value: unknown): string | undefined {
  if (typeof value === 'number') return isExact(value) ? String(value) : undefined;
  if (typeof value === 'object' && value !== null) {
    const only = onlyOf(value);
    return only === value ? undefined : text(only);
  }
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim();
  return BLANK.test(trimmed) ? undefined : trimmed;
}

/** Whether a number is still the one that stood in the JSON. */
export function isExact(value: number): boolean {
  return Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
}

/** Whether anything in it is neither blank nor empty, at any depth; yes and no are values. */
export function holdsValue(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some(holdsValue);
  return text(value) !== undefined || typeof value === 'boolean' || typeof value === 'number';
}

/** @returns the first of the values that is not blank, as {@link text} gives it */
export function firstText(...values: unknown[]): string | undefined {
  for (const value of values) {
    const found = text(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @returns the own property of an object; undefined where there is no object or no such property */
export function property(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** @returns the properties of an object; none of anything else */
export function entriesOf(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : [];
}

const rows = new WeakMap<object, [string, unknown][]>();

/** @returns the same as {@link entriesOf}, remembered for tables that are the same for every record: those are frozen */
export function rowsOf(table: unknown): [string, unknown][] {
  if (!isObject(table) || !Object.isFrozen(table)) return entriesOf(table);
  const known = rows.get(table) ?? Object.entries(table);
  rows.set(table, known);
  return known;
}

/** @returns the list, or undefined where it is empty, so that the key vanishes from the result */
export function unlessEmpty<Item>(list: Item[]): Item[] | undefined {
  return list.length > 0 ? list : undefined;
}
