/**
 * Where values go that a record gives under all names that are usual for them. What a receiver shows for such a property is the first
 * value that is not blank, in the attributes of the group and then in those of the account. A record that says the same changes nothing;
 * one that says something else changes the value that is shown, and its copies. A value that the attribute which shows it cannot hold goes
 * to no copy either: the one that is shown would come back over it.
 */

import type { Receiver } from '../../cleverreach/types';
import { normalisedValue } from '../../mapping/functions/normalisedValue';
import { isMailboxName } from '../../mapping/functions/names';
import type { Scope, Types } from './attributeFilter';
import { misfitReason } from './valueFits';
import type { Row } from './row';
import { isSameValue } from './valueEquality';
import { ownValue } from '../../utils/objects';
import { text } from '../../utils/text';

/** In the order in which they are read. */
export const SCOPES = ['attributes', 'global_attributes'] as const;
/** Many accounts keep the full name in it, so a surname goes there only where there is no better place. */
const VAGUE = 'name';

interface AttributeRef {
  scope: Scope;
  name: string;
}

export interface Placed {
  row: Row;
  /** The properties that have no place, with the names that would be one. */
  homeless: { property: string; names: readonly string[] }[];
}

/**
 * The row with each value of its `aliases` only where it has to be written; other values stay as they are.
 * @param stored undefined for a new receiver, whose values go to the account where it defines one of the names, else to the group
 */
export function placeValues(row: Row, stored: Receiver | undefined, types: Types): Placed {
  const maps = { attributes: { ...row.attributes }, global_attributes: { ...row.global_attributes } };
  const homeless: Placed['homeless'] = [];
  for (const [property, names] of Object.entries(row.aliases ?? {})) {
    const value = commonValue(row, names);
    if (value === undefined) continue;
    const all = SCOPES.flatMap((scope) => names.map((name) => ({ scope, name })));
    for (const { scope, name } of all) Reflect.deleteProperty(maps[scope], name);
    const places = placesFor(property, value, all, stored, types);
    if (places === undefined) homeless.push({ property, names });
    for (const { scope, name } of places ?? []) maps[scope][name] = value;
  }
  return { row: { ...row, ...maps }, homeless };
}

/** Undefined where a mapping has changed one of them since: then each is meant as it stands. */
function commonValue(row: Row, names: readonly string[]): string | undefined {
  const values = new Set(SCOPES.flatMap((scope) => names.map((name) => ownValue(row[scope], name))));
  const [value] = values;
  return values.size === 1 ? value : undefined;
}

/**
 * @returns where the value has to be written; undefined if there is no place for it. Where it can be held is left to the caller, but a
 *   value that the attribute which shows it cannot hold has that place only
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
    return type !== undefined && misfitReason(value, type, at(attribute)) === undefined;
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
