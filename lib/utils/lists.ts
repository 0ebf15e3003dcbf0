/**
 * Normalises lists in external data: JSONata unwraps a list with one item, PHP writes a list with gaps as an object,
 * CSV has no lists.
 */

import { isObject } from './objects';

/** Maximum depth of nested lists; deeper lists are returned unchanged and treated as unknown items. */
const MAX_DEPTH = 4;

/**
 * The single definition of a list: an array, also nested; an object with the keys "0", "1", …; or a single value. Null
 * and undefined items are dropped.
 */
export function asList(value: unknown): unknown[] {
  return itemsOf(value, MAX_DEPTH);
}

/**
 * The only item of a list in any form; a value that is not a list, or has no or several items, is returned unchanged.
 */
export function onlyOf(value: unknown): unknown {
  const items = asList(value);
  return items.length === 1 ? items[0] : value;
}

/**
 * Like {@link asList} for short strings such as tags: a single string may contain several, separated by commas or
 * semicolons. A string inside a list is one item.
 */
export function asWords(value: unknown): unknown[] {
  return typeof value === 'string' ? value.split(/[,;]/) : asList(value);
}

function itemsOf(value: unknown, depth: number): unknown[] {
  if (value === undefined || value === null) return [];
  const items = Array.isArray(value) ? (value as unknown[]) : isKeyedList(value) ? Object.values(value) : undefined;
  return items === undefined || depth === 0 ? [value] : items.flatMap((item) => itemsOf(item, depth - 1));
}

function isKeyedList(value: unknown): value is Record<string, unknown> {
  if (!isObject(value)) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => /^\d+$/.test(key));
}
