/** Contact data of an OIH person: a list of `{type, value, label, description}`, where the types are not fixed. */

import { asList } from '../../utils/lists';
import { isObject } from '../../utils/objects';
import { isPrimary } from './primary';
import { entriesOf, property, text, unlessEmpty } from '../../utils/text';

/**
 * @param values the known values by type: `{"email": …, "phone": …}`
 * @returns `[{type, value}, …]` in the same order without blanks; undefined if all are blank
 */
export function contactData(values: unknown): { type: string; value: string }[] | undefined {
  const entries = entriesOf(values).flatMap(([type, given]) => {
    const value = text(given);
    return value === undefined ? [] : [{ type, value }];
  });
  return unlessEmpty(entries);
}

/** The kinds that other systems spell in more than one way. */
const SPELLINGS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    email: ['email'],
    phone: ['telephone', 'telefon', 'phonenumber', 'telephonenumber', 'telefonnummer'],
    mobile: ['mobil', 'mobilephone', 'mobiltelefon', 'cellphone', 'handy'],
    fax: ['telefax', 'faxnumber'],
    url: ['website', 'homepage'],
  }).flatMap(([kind, spellings]) => spellings.map((spelling): [string, string] => [spelling, kind])),
);

/** Excludes German words such as Immobilie, Automobil and Wohnmobil. */
const MOBILE = /(?<!im|auto|wohn)mobil/i;

/**
 * @returns the kind of a contact entry in lower case: email, phone, mobile, fax, url, or another; undefined if it has
 *   none
 */
export function kindOf(entry: Record<string, unknown>): string | undefined {
  const given = text(property(entry, 'type'))?.toLowerCase();
  if (given === undefined) return undefined;
  const type = SPELLINGS.get(given.replaceAll(/[\s_-]/g, '')) ?? given;
  if (type !== 'phone') return type;
  const remarks = [text(property(entry, 'label')), text(property(entry, 'description'))].join(' ');
  return MOBILE.test(remarks) ? 'mobile' : 'phone';
}

/** Whether a label or description only repeats the kind of the entry. */
export function isOfKind(entry: Record<string, unknown>, remark: unknown): boolean {
  const kind = kindOf(entry);
  return (
    kind !== undefined && (kindOf({ type: remark }) === kind || (kind === 'mobile' && MOBILE.test(text(remark) ?? '')))
  );
}

/**
 * The contact data of a person by kind: email, phone, mobile, fax, url and others. A phone that is labelled or
 * described as mobile counts only as mobile.
 * @returns for each kind the first value that is marked as primary, see {@link isPrimary}, else the first; blank values
 *   do not count
 */
export function contactsOf(list: unknown): ReadonlyMap<unknown, string> {
  const first = new Map<unknown, string>();
  const primary = new Map<unknown, string>();
  for (const entry of asList(list)) {
    if (!isObject(entry)) continue;
    const kind = kindOf(entry);
    const value = text(property(entry, 'value'));
    if (kind === undefined || value === undefined) continue;
    const known = isPrimary(entry) ? primary : first;
    if (!known.has(kind)) known.set(kind, value);
  }
  for (const [kind, value] of primary) first.set(kind, value);
  return first;
}

/** @returns all values of one kind that are not blank, in order */
export function valuesOfKind(list: unknown, kind: string): string[] {
  return asList(list).flatMap((entry) => {
    const value = isObject(entry) && kindOf(entry) === kind ? text(property(entry, 'value')) : undefined;
    return value === undefined ? [] : [value];
  });
}

/** @returns one kind of {@link contactsOf} */
export function contact(list: unknown, kind: unknown): string | undefined {
  return contactsOf(list).get(kind);
}
