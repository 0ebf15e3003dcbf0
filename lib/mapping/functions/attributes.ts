/**
 * Attributes of a receiver. Every account names its fields itself, so a value is looked for, and written, under all the
 * names that are usual for it. A list of names is one text, separated by commas: "firstname, vorname".
 */

import { byLowerCase } from '../../utils/attributeNames';
import { asList } from '../../utils/lists';
import { isObject } from '../../utils/objects';
import { entriesOf, property, text } from '../../utils/text';

/** Only what the mappings themselves say ends up here; a mapping that makes up names at run time must not fill the memory. */
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

/** The maps of attributes that a receiver has, with names in lower case: the group's, then the account's. */
export type Attributes = readonly Readonly<Record<string, unknown>>[];

export function attributesOf(receiver: unknown): Attributes {
  return [property(receiver, 'attributes'), property(receiver, 'global_attributes')].filter(isObject).map(byLowerCase);
}

/**
 * The first value that is not blank: all names in the first map, in the order given, then all of them in the second. Upper and lower case
 * are the same.
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

/** The same for the attributes of a receiver, when only one value is wanted. */
export function attribute(receiver: unknown, names: unknown): string | undefined {
  return valueIn(attributesOf(receiver), names);
}

/**
 * The opposite of {@link attribute}: each value under every one of its names.
 * @param table `{"firstname, vorname": "Ada"}`
 * @returns `{firstname: "Ada", vorname: "Ada"}` without the blank values; undefined if there is no other
 */
export function attributes(table: unknown): Record<string, string> | undefined {
  const written: Record<string, string> = {};
  for (const [names, value] of entriesOf(table)) write(written, names, value);
  return Object.keys(written).length > 0 ? written : undefined;
}

/**
 * Puts a value into a map under each of its names; a blank is not put anywhere.
 * @returns whether it is there now
 */
export function write(map: Record<string, string>, names: unknown, value: unknown): boolean {
  const found = text(value);
  const list = found === undefined ? [] : namesOf(names);
  for (const name of list) map[name] = found ?? '';
  return list.length > 0;
}
