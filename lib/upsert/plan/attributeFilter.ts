/**
 * Keeps only values that CleverReach can store, and reports the others: CleverReach silently drops a value without a
 * defined attribute.
 *
 * A record may give the value of a property under all usual names of the property (`aliases`). This file selects the
 * attributes to write. The mapping to a person shows the first non-blank value under these names, from the attributes of
 * the group and then from the global attributes. A new value that equals the shown one changes nothing. Otherwise, the
 * attribute with the shown value and its copies are written. If that attribute cannot store the new value, no copy is
 * written either, because a two-way flow would overwrite the copy with the shown value.
 */

import type { Attribute, Receiver } from '../../cleverreach/types';
import type { Definitions } from '../../cleverreach/accountCache';
import { isoDate } from '../../utils/dates';
import { REASONS, unfitReason, isBlank, isSameValue, plainText } from './attributeValues';
import { listOfNames, redactName } from '../redactName';
import { normalisedValue } from '../../mapping/functions/normalisedValue';
import { isMailboxName } from '../../mapping/functions/names';
import type { Row } from './row';
import { ownValue } from '../../utils/objects';
import { text } from '../../utils/text';

const UNDEFINED = 'not defined there';

export type Scope = (typeof SCOPES)[number];

/** Types by name in each scope; undefined if the definitions are unknown. */
export type Types = Record<Scope, ReadonlyMap<string, string>> | undefined;

export interface Fitted {
  row: Row;
  /** Values without a defined attribute: one sentence each, without values, identical for similar records. */
  missing: string[];
  /** Values that their attribute cannot store: one sentence each, without values. */
  dropped: string[];
}

export function typesOf(definitions: Definitions): NonNullable<Types> {
  return { attributes: typesIn(definitions.group), global_attributes: typesIn(definitions.account) };
}

/**
 * Returns the row with the values to write for this receiver: aliased values in their place, dates as YYYY-MM-DD, and
 * only values that the attributes define and can store, see {@link unfitReason}. If the types are unknown, all values
 * except dates and blanks stay unchanged, and a value such as "+1", which CleverReach may add to a number, is not written.
 * @param stored undefined for a new receiver
 */
export function filterAttributes(row: Row, stored: Receiver | undefined, types: Types): Fitted {
  const placed = placeValues(row, stored, types);
  const birthdays = new Set(row.aliases?.['birthday']);
  const typeIn = (scope: Scope) => (name: string) =>
    types ? types[scope].get(name) : birthdays.has(name) ? 'date' : 'unknown';
  const shownIn = (scope: Scope) => (name: string) => ownValue(stored?.[scope], name) ?? '';
  const fitIn = (scope: Scope): Fit => fit(placed.row[scope], typeIn(scope), shownIn(scope));
  const found = { attributes: fitIn('attributes'), global_attributes: fitIn('global_attributes') };
  const sent = { attributes: found.attributes.values, global_attributes: found.global_attributes.values };
  const isLost = (scope: Scope) => (name: string) => {
    const value = ownValue(placed.row[scope], name);
    const isSent = (where: Scope, one: string): boolean =>
      ownValue(placed.row[where], one) === value && Object.hasOwn(sent[where], one);
    // a copy that keeps its old value differs from the others from now on
    if (shownIn(scope)(name).trim() !== '') return true;
    return !namesLike(name, row).some((one) => isSent('attributes', one) || isSent('global_attributes', one));
  };
  const said = (why: string, namesOf: (fit: Fit) => readonly string[]): string[] =>
    SCOPES.flatMap((scope) => notice(scope, why, namesOf(found[scope]).filter(isLost(scope))));
  return {
    row: { ...placed.row, ...sent },
    missing: [...placed.unplaced.map(noticeOfUnplaced), ...said(UNDEFINED, ({ unknown }) => unknown)],
    dropped: Object.entries(REASONS).flatMap(([reason, why]) => said(why, ({ unfit }) => unfit[reason] ?? [])),
  };
}

/** The names under which a record gives the same value. */
function namesLike(name: string, { aliases = {} }: Row): readonly string[] {
  return Object.values(aliases).find((names) => names.includes(name)) ?? [name];
}

interface Fit {
  values: Record<string, string>;
  unknown: string[];
  /** By reason. */
  unfit: Record<string, string[]>;
}

function fit(
  wanted: Record<string, string>,
  typeOf: (name: string) => string | undefined,
  shownOf: (name: string) => string,
): Fit {
  const found: Fit = { values: {}, unknown: [], unfit: {} };
  for (const [name, value] of Object.entries(wanted)) {
    const type = typeOf(name);
    const reason = type === undefined ? undefined : unfitReason(value, type, shownOf(name));
    if (type === undefined) {
      // a blank value loses nothing: there is no value to clear
      if (!isBlank(value)) found.unknown.push(name);
    } else if (reason !== undefined) (found.unfit[reason] ??= []).push(name);
    else found.values[name] = stored(value, type);
  }
  return found;
}

/** The value in the form in which CleverReach returns it; a blank one as the empty string, which clears the attribute. */
function stored(value: string, type: string): string {
  if (isBlank(value)) return '';
  if (type === 'number') return plainText(value);
  return (type === 'date' ? isoDate(value) : undefined) ?? value;
}

function typesIn(attributes: readonly Attribute[]): ReadonlyMap<string, string> {
  return new Map(attributes.map(({ name, type }) => [name, type]));
}

function noticeOfUnplaced({ property, names }: Placed['unplaced'][number]): string {
  return `"${redactName(property)}" is not written because neither the group nor the account defines an attribute with one of these names: ${names.map(redactName).join(', ')}.`;
}

function notice(scope: Scope, why: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`Not written to "${scope}", ${why}: ${listOfNames(names)}.`];
}

/** In reading order. */
const SCOPES = ['attributes', 'global_attributes'] as const;
/** Many accounts use it for the full name, so a surname is placed there only if no other attribute fits. */
const VAGUE = 'name';

interface AttributeRef {
  scope: Scope;
  name: string;
}

export interface Placed {
  row: Row;
  /** The properties without a defined attribute, with the possible names. */
  unplaced: { property: string; names: readonly string[] }[];
}

/**
 * Returns the row with each aliased value only where it must be written; other values are unchanged.
 * @param stored undefined for a new receiver: its values go to the account if it defines one of the names, else to the
 *   group
 */
export function placeValues(row: Row, stored: Receiver | undefined, types: Types): Placed {
  const maps = { attributes: { ...row.attributes }, global_attributes: { ...row.global_attributes } };
  const unplaced: Placed['unplaced'] = [];
  for (const [property, names] of Object.entries(row.aliases ?? {})) {
    const value = commonValue(row, names);
    if (value === undefined) continue;
    const all = SCOPES.flatMap((scope) => names.map((name) => ({ scope, name })));
    for (const { scope, name } of all) Reflect.deleteProperty(maps[scope], name);
    const places = placesFor(property, value, all, stored, types);
    if (places === undefined) unplaced.push({ property, names });
    for (const { scope, name } of places ?? []) maps[scope][name] = value;
  }
  return { row: { ...row, ...maps }, unplaced: unplaced };
}

/** Undefined if a mapping has changed one of the values: then each value is written under its own name. */
function commonValue(row: Row, names: readonly string[]): string | undefined {
  const values = new Set(SCOPES.flatMap((scope) => names.map((name) => ownValue(row[scope], name))));
  const [value] = values;
  return values.size === 1 ? value : undefined;
}

/**
 * @returns the attributes to write; undefined if none is defined. The caller checks whether they can store the value.
 *   If the attribute with the shown value cannot store it, only that attribute is returned
 */
function placesFor(
  property: string,
  value: string,
  all: readonly AttributeRef[],
  stored: Receiver | undefined,
  types: Types,
): AttributeRef[] | undefined {
  if (stored && isMailboxName(property, value, stored.email)) return [];
  const at = ({ scope, name }: AttributeRef): string => ownValue(stored?.[scope], name) ?? '';
  const typeAt = ({ scope, name }: AttributeRef): string | undefined => (types ? types[scope].get(name) : 'unknown');
  const isLike = (other: string, attribute: AttributeRef): boolean =>
    isSameValue(normalisedValue(property, other), normalisedValue(property, at(attribute)), typeAt(attribute));
  const canHold = (attribute: AttributeRef): boolean => {
    const type = typeAt(attribute);
    return type !== undefined && unfitReason(value, type, at(attribute)) === undefined;
  };
  const filled = all.filter((attribute) => text(at(attribute)) !== undefined);
  const [shown] = filled;
  if (shown) {
    if (isLike(value, shown)) return [];
    return canHold(shown) ? filled.filter((attribute) => isLike(at(shown), attribute)) : [shown];
  }

  const defined = all.filter(({ scope, name }) =>
    types ? types[scope].has(name) : stored && Object.hasOwn(stored[scope], name),
  );
  if (defined.length === 0) return types ? undefined : [...all];
  const holding = defined.filter(canHold);
  const fit = holding.length > 0 ? holding : defined;
  const better = fit.filter(({ name }) => name !== VAGUE);
  const usable = better.length > 0 ? better : fit;
  const ofAccount = usable.filter(({ scope }) => scope === 'global_attributes');
  return ofAccount.length > 0 ? ofAccount : usable;
}
