/**
 * Filters the values that CleverReach can store. CleverReach silently drops values without a defined attribute, so the
 * component reports them.
 */

import type { Attribute, Receiver } from '../../cleverreach/types';
import type { Definitions } from '../../cleverreach/accountCache';
import { isoDate } from '../../utils/dates';
import { REASONS, misfitReason } from './valueFits';
import { listOfNames, redactName } from '../redactName';
import { placeValues, SCOPES, type Placed } from './valuePlacement';
import type { Row } from './row';
import { ownValue } from '../../utils/objects';

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
 * only values that the attributes define and can store, see {@link misfitReason}. If the types are unknown, all values
 * except dates stay unchanged, and a value that may be an addition to a number is not written.
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
    // a copy with an old value would differ from the others from now on
    if (shownIn(scope)(name).trim() !== '') return true;
    return !namesLike(name, row).some((one) => isSent('attributes', one) || isSent('global_attributes', one));
  };
  const said = (why: string, namesOf: (fit: Fit) => readonly string[]): string[] =>
    SCOPES.flatMap((scope) => notice(scope, why, namesOf(found[scope]).filter(isLost(scope))));
  return {
    row: { ...placed.row, ...sent },
    missing: [...placed.homeless.map(withoutPlace), ...said(UNDEFINED, ({ unknown }) => unknown)],
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
    const reason = type === undefined ? undefined : misfitReason(value, type, shownOf(name));
    if (type === undefined) {
      // a blank value loses nothing: there is no value to clear
      if (value.trim() !== '') found.unknown.push(name);
    } else if (reason !== undefined) (found.unfit[reason] ??= []).push(name);
    else found.values[name] = (type === 'date' ? isoDate(value) : undefined) ?? value;
  }
  return found;
}

function typesIn(attributes: readonly Attribute[]): ReadonlyMap<string, string> {
  return new Map(attributes.map(({ name, type }) => [name, type]));
}

function withoutPlace({ property, names }: Placed['homeless'][number]): string {
  return `"${redactName(property)}" is not written because neither the group nor the account defines an attribute with one of these names: ${names.map(redactName).join(', ')}.`;
}

function notice(scope: Scope, why: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`Not written to "${scope}", ${why}: ${listOfNames(names)}.`];
}
