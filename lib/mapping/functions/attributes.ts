/**
 * Attributes of a receiver. Every account names its attributes differently, so a value is read from, and written to,
 * all usual names. A list of names is one string, separated by commas: "firstname, vorname".
 */

import { byLowerCase } from '../../utils/attributeNames';
import { asList } from '../../utils/lists';
import { isObject } from '../../utils/objects';
import { entriesOf, property, text } from '../../utils/text';

/**
 * Only names in the mappings themselves are cached here; a mapping that generates names at run time must not fill the
 * memory.
 */
const REMEMBERED_LISTS = 500;
const remembered = new Map<string, readonly string[]>();

function namesIn(list: string): readonly string[] {
  const known = remembered.get(list);
  if (known) return known;
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (remembered.size < REMEMBERED_LISTS) remembered.set(list, names);
  return names;
}

/** @returns the names in "firstname, vorname", or in a list of names */
export function namesOf(names: unknown): readonly string[] {
  return typeof names === 'string' ? namesIn(names) : asList(names).filter((name) => typeof name === 'string');
}

/** The attribute maps of a receiver with names in lower case: first of the group, then of the account. */
export type Attributes = readonly Readonly<Record<string, unknown>>[];

export function attributesOf(receiver: unknown): Attributes {
  return [property(receiver, 'attributes'), property(receiver, 'global_attributes')].filter(isObject).map(byLowerCase);
}

/**
 * The first value that is not blank: all names in the first map, in the given order, then all names in the second. Case
 * is ignored.
 * @param names "firstname, vorname", or a list of names
 */
export function valueIn(maps: Attributes, names: unknown): string | undefined {
  const candidates = namesOf(names).map((name) => name.toLowerCase());
  for (const map of maps) {
    for (const name of candidates) {
      const value = Object.hasOwn(map, name) ? text(map[name]) : undefined;
      if (value !== undefined) return value;
    }
  }
  return undefined;
}

/** Like the function above, for one value of a receiver. */
export function attribute(receiver: unknown, names: unknown): string | undefined {
  return valueIn(attributesOf(receiver), names);
}

/**
 * The reverse of {@link attribute}: each value under all of its names.
 * @param table `{"firstname, vorname": "Ada"}`
 * @returns `{firstname: "Ada", vorname: "Ada"}` without blank values; undefined if all values are blank
 */
export function attributes(table: unknown): Record<string, string> | undefined {
  const written: Record<string, string> = {};
  for (const [names, value] of entriesOf(table)) write(written, names, value);
  return Object.keys(written).length > 0 ? written : undefined;
}

/**
 * Sets a value under each of its names; a blank value is not set.
 * @returns whether the value was set
 */
export function write(map: Record<string, string>, names: unknown, value: unknown): boolean {
  const found = text(value);
  const list = found === undefined ? [] : namesOf(names);
  for (const name of list) map[name] = found ?? '';
  return list.length > 0;
}
