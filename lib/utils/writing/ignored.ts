/** What a record says outside the members that are written, in a flat record `{email, firstname}` for example. */

import { asList, asWords } from '../lists';
import { isOfState } from '../cleverreach/subscription';
import { ADDRESS_MEMBERS, mainAddress } from '../mapping/functions/address';
import { kindOf } from '../mapping/functions/contact';
import { birthday } from '../mapping/functions/dates';
import { isMark } from '../mapping/functions/primary';
import { tags } from '../mapping/functions/tags';
import { entriesOf, holdsValue, text } from '../mapping/functions/text';
import { isObject } from '../objects';
import { listOfNames } from './names';

/** What a receiver has, and what the action uses: to leave it unwritten is no loss. */
const KNOWN = new Set(
  `id email group_id groups_id active registered activated deactivated bounced imported last_changed attributes global_attributes aliases
  tags events orders source points stars open_rate click_rate conversion_rate last_ip last_location last_client doidata category
  categories deleteRequested`.split(/\s+/),
);

/**
 * @param mapped what the mapping delivered
 * @returns the names of its members that hold a value and are not written, in a sentence without any value; none if there are none
 */
export function ignoredMembers(mapped: Record<string, unknown>): string[] {
  const names = Object.keys(mapped).filter((name) => !KNOWN.has(name) && holdsValue(mapped[name]));
  if (names.length === 0) return [];
  return [
    `Not written, since values have to be in "attributes" (of the group) or "global_attributes" (of the account): ${listOfNames(names)}.`,
  ];
}

/**
 * @param mapped what the mapping delivered
 * @returns the names of attributes that are given in several spellings with different values, in a sentence for each scope
 */
export function repeatedNames(mapped: Record<string, unknown>): string[] {
  return ['attributes', 'global_attributes'].flatMap((scope) => {
    const values = new Map<string, unknown>();
    const repeated = new Set<string>();
    for (const [key, value] of entriesOf(mapped[scope])) {
      if (value === undefined || value === null) continue;
      const name = key.trim().toLowerCase();
      if (values.has(name) && JSON.stringify(values.get(name)) !== JSON.stringify(value)) repeated.add(name);
      values.set(name, value);
    }
    const names = listOfNames([...repeated]);
    return repeated.size === 0
      ? []
      : [`In "${scope}" names differ in upper and lower case only, and the last value of each is written: ${names}.`];
  });
}

const LISTS = new Set(['addresses', 'contactData', 'categories']);
const WORDS = new Set(['firstName', 'lastName', 'salutation', 'title', 'gender', 'birthday', 'language']);
const KINDS: ReadonlySet<unknown> = new Set(['email', 'phone', 'mobile', 'fax', 'url']);
/** What of a receiver would be written where the mapping gave it. */
const OF_RECEIVERS = new Set(['email', 'tags', 'attributes', 'global_attributes']);
/** What the hub and other systems add to a person: ids, times of changes and links to other records. */
const OF_RECORDS =
  /^(_.*|oih.*|.*(uid|uuid)|id|.*(created|modified|updated|changed|synced)(at|on|by|date|time)?|(create|update|lastupdate)(date|time)|timestamps?|relations?|refs?|subscription)$/i;

/**
 * @param person what the default mapping gets
 * @returns the names of its members that hold a value and that the default mapping does not read, in a sentence without any value; not
 *   those of the record itself, such as ids, times and the state of the subscription
 */
export function unreadMembers(person: Record<string, unknown>): string[] {
  const names = Object.keys(person).filter((name) => {
    const value = person[name];
    if (!holdsValue(value)) return false;
    if (LISTS.has(name)) return !isReadable(name, value);
    return WORDS.has(name) ? !isWord(name, value) : !isOfRecord(name);
  });
  names.push(...unreadParts(person));
  if (names.length === 0) return [];
  return [
    `Not written, as the default mapping reads them neither by this name nor in this form of a person: ${listOfNames(names)}. A receiver needs "skipTransformation".`,
  ];
}

function isWord(name: string, given: unknown): boolean {
  const value: unknown = Array.isArray(given) && given.length === 1 ? given[0] : given;
  return name === 'birthday' ? birthday(value) !== undefined : text(value) !== undefined;
}

function isReadable(name: string, value: unknown): boolean {
  if (name !== 'categories') return asList(value).every((one) => isObject(one) || !holdsValue(one));
  const isRead = (one: unknown): boolean => typeof one === 'string' || !holdsValue(one) || tags([one]) !== undefined;
  return tags(value) !== undefined && asWords(value).every(isRead);
}

function isOfRecord(name: string): boolean {
  if (OF_RECEIVERS.has(name)) return false;
  return KNOWN.has(name) || isOfState(name) || OF_RECORDS.test(name.replaceAll(/(?<=.)[\s_-]/g, ''));
}

/** Of the address that is read and of all contacts, each once: `street in addresses`. */
function unreadParts({ addresses, contactData }: Record<string, unknown>): string[] {
  const address = unreadOf(mainAddress(addresses) ?? {}, ADDRESS_MEMBERS);
  const contacts = asList(contactData)
    .filter(isObject)
    .flatMap((one) => [
      ...unreadOf(one, ['type', 'value']),
      ...(holdsValue(one['value']) && !KINDS.has(kindOf(one)) ? ['type'] : []),
    ]);
  return [
    ...[...new Set(address)].map((name) => `${name} in addresses`),
    ...[...new Set(contacts)].map((name) => `${name} in contactData`),
  ];
}

/** The members that hold a value and are none of those that are read, or that are and hold no word. */
function unreadOf(part: Record<string, unknown>, read: readonly string[]): string[] {
  return Object.keys(part).filter((name) => {
    if (read.includes(name)) return holdsValue(part[name]) && text(part[name]) === undefined;
    return holdsValue(part[name]) && !isMark(name) && !isOfRecord(name);
  });
}
