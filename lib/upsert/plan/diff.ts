/** Compares a row with the stored receiver. Writing only the differences prevents echoes in a two-way flow. */

import type { Receiver, ReceiverWrite } from '../../cleverreach/types';
import type { Scope, Types } from './attributeFilter';
import type { IsKnownForm } from './storedSpellings';
import type { Row } from './row';
import { isRemoval, normalisedTag, tagChanges } from './tags';
import { isSameValue } from './attributeValues';
import { ownValue } from '../../utils/objects';

/** The values to write, without the address. */
export type Content = Pick<ReceiverWrite, 'attributes' | 'global_attributes' | 'tags'>;

/**
 * Returns the values to write, or undefined if the receiver matches the row.
 * @param types by name; undefined if the definitions are unknown
 * @param isKnownForm whether the present value or tag is the form in which CleverReach stores the wanted one
 */
export function diff(
  row: Row,
  stored: Receiver,
  types: Types,
  isKnownForm: IsKnownForm = () => false,
): Content | undefined {
  const local = changed('attributes', row, stored, types, isKnownForm);
  const global = changed('global_attributes', row, stored, types, isKnownForm);
  const present = stored.tags ?? [];
  const tags = tagChanges(row.tags, present).filter((entry) => {
    const tag = normalisedTag(entry);
    return isRemoval(entry) || !isKnownForm('tags', tag, tag);
  });
  if (!local.isVisible && !global.isVisible && tags.length === 0) return undefined;
  return contentOf(local.values, global.values, tags);
}

/** Builds the content without empty members. */
export function contentOf(
  attributes: Record<string, string>,
  globalAttributes: Record<string, string>,
  tags: readonly string[],
): Content {
  return {
    ...(Object.keys(attributes).length > 0 && { attributes }),
    ...(Object.keys(globalAttributes).length > 0 && { global_attributes: globalAttributes }),
    ...(tags.length > 0 && { tags: [...tags] }),
  };
}

/**
 * Returns the changed values. CleverReach returns every defined attribute, unset ones as `""`. If the definitions are
 * unknown, a name that the receiver does not have is written only together with other changes: alone, it would cause a
 * write for each message.
 */
function changed(
  scope: Scope,
  row: Row,
  stored: Receiver,
  types: Types,
  isKnownForm: IsKnownForm,
): { values: Record<string, string>; isVisible: boolean } {
  const entries = Object.entries(row[scope]).filter(([name, value]) => {
    const shown = ownValue(stored[scope], name) ?? '';
    return !isSameValue(value, shown, types ? types[scope].get(name) : 'unknown') && !isKnownForm(scope, name, value);
  });
  return {
    values: Object.fromEntries(entries),
    isVisible: entries.some(([name]) => types !== undefined || Object.hasOwn(stored[scope], name)),
  };
}
