/** What of a row CleverReach can hold: it drops names that are not defined silently, so it is better said here. */

import type { Attribute, Receiver } from '../cleverreach/types';
import type { Definitions } from '../cleverreach/directory';
import { isoDate } from '../mapping/functions/dates';
import { gender } from '../mapping/functions/names';
import { listOfNames, shownName } from './names';
import { placeValues, type Placed } from './places';
import type { Row } from './row';
import { isNumber } from './values';

const UNDEFINED = 'not defined there';
const SIGNED = 'a number with a sign in front, which CleverReach would add to the stored one';
const NO_DATE = 'not a date, or one that can be read in more than one way';
const NO_NUMBER = 'not a number, of which CleverReach might store another one';
const NO_GENDER = 'none of the usual words for a gender, for which CleverReach might store none';

export type Scope = 'attributes' | 'global_attributes';

/** Types by name in each scope; undefined where they could not be had. */
export type Types = Record<Scope, ReadonlyMap<string, string>> | undefined;

export interface Fitted {
  row: Row;
  /** What has no attribute, a sentence each, without any value; the same for records that are alike. */
  missing: string[];
  /** What an attribute cannot hold, a sentence each, without any value. */
  dropped: string[];
}

export function typesOf(definitions: Definitions): NonNullable<Types> {
  return { attributes: typesIn(definitions.group), global_attributes: typesIn(definitions.account) };
}

/**
 * The row with what is to be written of it for this receiver: values that go by several names in their places, dates as YYYY-MM-DD,
 * and nothing that its scopes do not define or hold: a number gets numbers only, a gender words for genders. A signed value for a
 * number is left out, as CleverReach would count up or down by it. With unknown types all other values stay as they are.
 * @param stored undefined for a new receiver
 */
export function fitRow(row: Row, stored: Receiver | undefined, types: Types): Fitted {
  const placed = placeValues(row, stored, types);
  const birthdays = new Set(row.aliases?.['birthday']);
  const typeIn = (scope: Scope) => (name: string) =>
    types ? types[scope].get(name) : birthdays.has(name) ? 'date' : 'unknown';
  const local = fit(placed.row.attributes, typeIn('attributes'));
  const global = fit(placed.row.global_attributes, typeIn('global_attributes'));
  const sent = { attributes: local.values, global_attributes: global.values };
  const isLost = (scope: Scope) => (name: string) => {
    const value = placed.row[scope][name];
    const isSent = (where: Scope, one: string): boolean =>
      placed.row[where][one] === value && Object.hasOwn(sent[where], one);
    return !namesLike(name, row).some((one) => isSent('attributes', one) || isSent('global_attributes', one));
  };
  const said = (why: string, ofGroup: readonly string[], ofAccount: readonly string[]): string[] => [
    ...notice('attributes', why, ofGroup.filter(isLost('attributes'))),
    ...notice('global_attributes', why, ofAccount.filter(isLost('global_attributes'))),
  ];
  return {
    row: { ...placed.row, ...sent },
    missing: [...placed.homeless.map(withoutPlace), ...said(UNDEFINED, local.unknown, global.unknown)],
    dropped: [
      ...said(SIGNED, local.signed, global.signed),
      ...said(NO_DATE, local.undated, global.undated),
      ...said(NO_NUMBER, local.uncounted, global.uncounted),
      ...said(NO_GENDER, local.genderless, global.genderless),
    ],
  };
}

/** The names that the same value of a record may go by. */
function namesLike(name: string, { aliases = {} }: Row): readonly string[] {
  return Object.values(aliases).find((names) => names.includes(name)) ?? [name];
}

interface Fit {
  values: Record<string, string>;
  unknown: string[];
  signed: string[];
  undated: string[];
  uncounted: string[];
  genderless: string[];
}

function fit(wanted: Record<string, string>, typeOf: (name: string) => string | undefined): Fit {
  const found: Fit = { values: {}, unknown: [], signed: [], undated: [], uncounted: [], genderless: [] };
  for (const [name, value] of Object.entries(wanted)) {
    const type = typeOf(name);
    const isBlank = value.trim() === '';
    const date = type === 'date' && !isBlank ? isoDate(value) : value;
    if (type === undefined) {
      // nothing is lost where there is nothing to clear
      if (!isBlank) found.unknown.push(name);
    } else if (type === 'number' && /^\s*[+-]/.test(value)) found.signed.push(name);
    else if (date === undefined) found.undated.push(name);
    else if (type === 'number' && !isBlank && !isNumber(value)) found.uncounted.push(name);
    else if (type === 'gender' && !isBlank && gender(value) === undefined) found.genderless.push(name);
    else found.values[name] = date;
  }
  return found;
}

function typesIn(attributes: readonly Attribute[]): ReadonlyMap<string, string> {
  return new Map(attributes.map(({ name, type }) => [name, type]));
}

function withoutPlace({ property, names }: Placed['homeless'][number]): string {
  return `"${shownName(property)}" is not written, as neither the group nor the account defines an attribute for it: ${names.map(shownName).join(', ')}.`;
}

function notice(scope: Scope, why: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`Left out of "${scope}", ${why}: ${listOfNames(names)}.`];
}
