/** What of a row differs from the receiver that is stored. Writing only that is what stops a two-way flow from echoing. */

import type { Receiver, ReceiverWrite } from '../../cleverreach/types';
import type { Scope, Types } from './attributeFilter';
import { shownTags, type IsSettled } from './storedSpellings';
import type { Row } from './row';
import { isRemoval, normalisedTag, tagChanges } from './tags';
import { isSameValue } from './valueEquality';
import { ownValue } from '../../utils/objects';

/** What is to be written about a receiver, beside its address. */
export type Content = Pick<ReceiverWrite, 'attributes' | 'global_attributes' | 'tags'>;

/**
 * What has to be written so that the receiver is as the row says; undefined when it is.
 * @param types by name; undefined where they could not be had
 * @param isSettled which values and tags CleverReach stores in another spelling than they are sent
 */
export function diff(
  row: Row,
  stored: Receiver,
  types: Types,
  isSettled: IsSettled = () => false,
): Content | undefined {
  const local = changed('attributes', row, stored, types, isSettled);
  const global = changed('global_attributes', row, stored, types, isSettled);
  const present = stored.tags ?? [];
  const changes = tagChanges(row.tags, present);
  const shown = changes.some((entry) => !isRemoval(entry)) ? shownTags(present) : '';
  const tags = changes.filter((entry) => {
    const tag = normalisedTag(entry);
    return isRemoval(entry) || !isSettled('tags', tag, tag, shown);
  });
  if (!local.isVisible && !global.isVisible && tags.length === 0) return undefined;
  return contentOf(local.values, global.values, tags);
}

/** Without members that would be empty. */
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
 * CleverReach shows every attribute that is defined, unset ones as `""`. So where the definitions are unknown, a name that the
 * receiver does not show is written along with others, but is no reason to write: it would be one for ever.
 */
function changed(
  scope: Scope,
  row: Row,
  stored: Receiver,
  types: Types,
  isSettled: IsSettled,
): { values: Record<string, string>; isVisible: boolean } {
  const entries = Object.entries(row[scope]).filter(([name, value]) => {
    const shown = ownValue(stored[scope], name) ?? '';
    return (
      !isSameValue(value, shown, types ? types[scope].get(name) : 'unknown') && !isSettled(scope, name, value, shown)
    );
  });
  return {
    values: Object.fromEntries(entries),
    isVisible: entries.some(([name]) => types !== undefined || Object.hasOwn(stored[scope], name)),
  };
}
