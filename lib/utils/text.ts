/** Defines what counts as a string and as an object in untrusted data. None of these functions throws. */

import { onlyOf } from './lists';
import { isObject } from './objects';

/** White space and invisible characters. */
const BLANK = /^[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/**
 * The single definition of a blank value: missing, null, neither a string nor a number, or only invisible characters. A
 * whole number with more digits than JavaScript can represent is blank too, because it is not the number that was sent.
 * A list with one item is treated as that item.
 * @returns the string without surrounding white space, a number as a string; undefined for a blank value
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

/** Whether a number is still exactly the one in the JSON. */
export function isExact(value: number): boolean {
  return Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
}

/** Whether a value contains anything that is not blank, at any depth; true and false are values. */
export function holdsValue(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some(holdsValue);
  return text(value) !== undefined || typeof value === 'boolean' || typeof value === 'number';
}

/** @param list words, separated by blanks */
export function wordSet(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

/** @returns the first value that is not blank, as {@link text} returns it */
export function firstText(...values: unknown[]): string | undefined {
  for (const value of values) {
    const found = text(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @returns the own property of an object; undefined if the value is not an object or has no such property */
export function property(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** @returns the properties of an object; empty for any other value */
export function entriesOf(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : [];
}

const rows = new WeakMap<object, [string, unknown][]>();

/** @returns the same as {@link entriesOf}, cached for frozen tables, which are the same for every record */
export function rowsOf(table: unknown): [string, unknown][] {
  if (!isObject(table) || !Object.isFrozen(table)) return entriesOf(table);
  const known = rows.get(table) ?? Object.entries(table);
  rows.set(table, known);
  return known;
}

/** @returns the list, or undefined if it is empty, so that the key is omitted from the result */
export function unlessEmpty<Item>(list: Item[]): Item[] | undefined {
  return list.length > 0 ? list : undefined;
}
