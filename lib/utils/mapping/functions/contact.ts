/** Contact data of an OIH person: a list of `{type, value, label, description}`, where the types are not fixed. */

import { isObject } from '../../objects';
import { asList, entriesOf, property, text, unlessEmpty } from './text';

/**
 * @param values `{"email": …, "phone": …}`, what is known by type
 * @returns `[{type, value}, …]` in the same order without blanks; undefined if all are blank
 */
export function contactData(values: unknown): { type: string; value: string }[] | undefined {
  const entries = entriesOf(values).flatMap(([type, given]) => {
    const value = text(given);
    return value === undefined ? [] : [{ type, value }];
  });
  return unlessEmpty(entries);
}

/** The kinds that others spell in more than one way. */
const SPELLINGS: Readonly<Record<string, string>> = { mobil: 'mobile', website: 'url' };

function kindOf(entry: Record<string, unknown>): string | undefined {
  const type = text(property(entry, 'type'))?.toLowerCase();
  if (type === undefined) return undefined;
  if (type !== 'phone') return Object.hasOwn(SPELLINGS, type) ? SPELLINGS[type] : type;
  const remarks = [text(property(entry, 'label')), text(property(entry, 'description'))].join(' ').toLowerCase();
  return remarks.includes('mobil') ? 'mobile' : 'phone';
}

/**
 * @param list the contact data of a person
 * @param kind email, phone, mobile, fax or url; a phone that is labelled or described as mobile counts as mobile only
 * @returns the first value of this kind that is described as primary, else the first; blank ones do not count
 */
export function contact(list: unknown, kind: unknown): string | undefined {
  let first: string | undefined;
  for (const entry of asList(list)) {
    if (!isObject(entry) || kindOf(entry) !== kind) continue;
    const value = text(property(entry, 'value'));
    if (value === undefined) continue;
    if (text(property(entry, 'description')) === 'primary') return value;
    first ??= value;
  }
  return first;
}
