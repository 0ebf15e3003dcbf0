/** What of a row differs from the receiver that is stored. Writing only that is what stops a two-way flow from echoing. */

import type { Receiver, ReceiverWrite } from '../cleverreach/types';
import type { Types } from './attributes';
import type { Row } from './row';
import { tagChanges } from './tags';

/** What is to be written about a receiver, beside its address. */
export type Content = Pick<ReceiverWrite, 'attributes' | 'global_attributes' | 'tags'>;

/**
 * What has to be written so that the receiver is as the row says; undefined when it is.
 * @param types by name; undefined where they could not be had
 */
export function difference(row: Row, stored: Receiver, types: Types): Content | undefined {
  const local = changed(row.attributes, stored.attributes, types?.attributes);
  const global = changed(row.global_attributes, stored.global_attributes, types?.global_attributes);
  const tags = tagChanges(row.tags, stored.tags ?? []);
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
  wanted: Record<string, string>,
  stored: Record<string, string>,
  types: ReadonlyMap<string, string> | undefined,
): { values: Record<string, string>; isVisible: boolean } {
  const entries = Object.entries(wanted).filter(
    ([name, value]) => !isSameValue(value, stored[name] ?? '', types ? types.get(name) : 'unknown'),
  );
  return {
    values: Object.fromEntries(entries),
    isVisible: entries.some(([name]) => types !== undefined || Object.hasOwn(stored, name)),
  };
}

function isSameValue(a: string, b: string, type: string | undefined): boolean {
  if (a === b) return true;
  if (a.trim() === '' || b.trim() === '') return false;
  if (type === 'number') return Number(a) === Number(b);
  return (type === 'date' || type === 'unknown') && dateOf(a) !== undefined && dateOf(a) === dateOf(b);
}

/** `Y-m-d` of a date written so or as `d.m.Y`; CleverReach takes both and answers with either. */
function dateOf(value: string): string | undefined {
  const groups =
    /^\s*(?<year>\d{4})-(?<month>\d{1,2})-(?<day>\d{1,2})\s*$/.exec(value)?.groups ??
    /^\s*(?<day>\d{1,2})\.(?<month>\d{1,2})\.(?<year>\d{4})\s*$/.exec(value)?.groups;
  return groups && [groups['year'], groups['month']?.padStart(2, '0'), groups['day']?.padStart(2, '0')].join('-');
}
