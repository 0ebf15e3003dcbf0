/** What of a row CleverReach can hold: it drops names that are not defined silently, so it is better said here. */

import type { Attribute } from '../cleverreach/types';
import type { Definitions } from '../cleverreach/directory';
import type { Row } from './row';

/** Accounts with one of these keep the full name in `name`, if they have it at all. */
const LAST_NAMES = ['lastname', 'nachname', 'last_name'];

const UNDEFINED = 'not defined there';
const SIGNED = 'a number with a sign in front, which CleverReach would add to the stored one';

type Scope = 'attributes' | 'global_attributes';

/** Types by name in each scope; undefined where they could not be had. */
export type Types = Record<Scope, ReadonlyMap<string, string>> | undefined;

export interface Fitted {
  row: Row;
  /** What was left out and why, a sentence each, without any value; the same for records that are alike. */
  notices: string[];
}

export function typesOf(definitions: Definitions): NonNullable<Types> {
  return { attributes: typesIn(definitions.group), global_attributes: typesIn(definitions.account) };
}

/**
 * The row without what its scopes do not define. A signed value for a number is left out too, as CleverReach would count up
 * or down by it. With unknown types the row stays as it is.
 * @param defaultMapping whether the default mapping made it, which writes the last name into `name` as well
 */
export function fitRow(row: Row, types: Types, defaultMapping: boolean): Fitted {
  if (!types) return { row, notices: [] };
  const hasLastName = LAST_NAMES.some((name) => types.attributes.has(name) || types.global_attributes.has(name));
  const omitted = new Set(defaultMapping && hasLastName ? ['name'] : []);
  const local = fit(row.attributes, types.attributes, omitted);
  const global = fit(row.global_attributes, types.global_attributes, omitted);
  return {
    row: { ...row, attributes: local.values, global_attributes: global.values },
    notices: [
      ...notice('attributes', UNDEFINED, local.unknown),
      ...notice('global_attributes', UNDEFINED, global.unknown),
      ...notice('attributes', SIGNED, local.signed),
      ...notice('global_attributes', SIGNED, global.signed),
    ],
  };
}

interface Fit {
  values: Record<string, string>;
  unknown: string[];
  signed: string[];
}

function fit(wanted: Record<string, string>, types: ReadonlyMap<string, string>, omitted: ReadonlySet<string>): Fit {
  const unknown: string[] = [];
  const signed: string[] = [];
  const fitting = Object.entries(wanted).filter(([name, value]) => {
    if (omitted.has(name)) return false;
    const type = types.get(name);
    if (type === undefined) unknown.push(name);
    else if (type === 'number' && /^\s*[+-]/.test(value)) signed.push(name);
    else return true;
    return false;
  });
  return { values: Object.fromEntries(fitting), unknown, signed };
}

function typesIn(attributes: readonly Attribute[]): ReadonlyMap<string, string> {
  return new Map(attributes.map(({ name, type }) => [name, type]));
}

function notice(scope: Scope, why: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`Left out of "${scope}", ${why}: ${[...names].sort().join(', ')}.`];
}
