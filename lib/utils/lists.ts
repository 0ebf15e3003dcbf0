/** Lists in data that others have made: JSONata unwraps a list of one, PHP writes a list with gaps as an object, CSV has no lists. */

import { isObject } from './objects';

/** Lists in lists that are looked into; a deeper one is left as it is, and is no member that anything understands. */
const MAX_DEPTH = 4;

/**
 * The one place that decides what is a list: a list, also in lists; an object with the keys "0", "1", …; one member alone.
 * Null and missing members are left out.
 */
export function asList(value: unknown): unknown[] {
  return membersOf(value, MAX_DEPTH);
}

/** What stands alone in a list, whatever its form; what is no list, or has more members or none, stays as it is. */
export function onlyOf(value: unknown): unknown {
  const members = asList(value);
  return members.length === 1 ? members[0] : value;
}

/** The same as {@link asList} for short texts such as tags: one text may hold several, separated by commas or semicolons. A text in a list is one. */
export function asWords(value: unknown): unknown[] {
  return typeof value === 'string' ? value.split(/[,;]/) : asList(value);
}

function membersOf(value: unknown, depth: number): unknown[] {
  if (value === undefined || value === null) return [];
  const members = Array.isArray(value) ? (value as unknown[]) : isKeyedList(value) ? Object.values(value) : undefined;
  return members === undefined || depth === 0 ? [value] : members.flatMap((member) => membersOf(member, depth - 1));
}

function isKeyedList(value: unknown): value is Record<string, unknown> {
  if (!isObject(value)) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => /^\d+$/.test(key));
}
