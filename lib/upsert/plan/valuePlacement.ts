/**
 * Places values that a record gives under all their usual names. The receiver shows the first non-blank value of such a
 * property, from the attributes of the group and then from the global attributes. An equal value changes nothing; a
 * different value changes the shown value and its copies. If the attribute with the shown value cannot store the new
 * value, no copy is written either: a two-way flow would overwrite it with the shown value.
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

/** In reading order. */
export const SCOPES = ['attributes', 'global_attributes'] as const;
/** Many accounts use it for the full name, so a surname is placed there only if no other attribute fits. */
const VAGUE = 'name';

interface AttributeRef {
  scope: Scope;
  name: string;
}

export interface Placed {
  row: Row;
  /** The properties without a defined attribute, with the possible names. */
  homeless: { property: string; names: readonly string[] }[];
}

/**
 * Returns the row with each aliased value only where it must be written; other values are unchanged.
 * @param stored undefined for a new receiver: its values go to the account if it defines one of the names, else to the
 *   group
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
