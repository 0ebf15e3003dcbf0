/** What a record says outside the members that are written, in a flat record `{email, firstname}` for example. */

import { asList, asWords } from '../../utils/lists';
import { isOfState } from '../../cleverreach/subscriptionState';
import { addressKey } from '../../cleverreach/emailAddress';
import { ADDRESS_MEMBERS, addressPart, contradictingMembers, mainAddress } from '../../mapping/functions/address';
import { contactsOf, isOfKind, kindOf, valuesOfKind } from '../../mapping/functions/contactData';
import { birthday } from '../../utils/dates';
import { isUnderstoodMark } from '../../mapping/functions/primary';
import { tags } from '../../mapping/functions/tags';
import { entriesOf, holdsValue, text } from '../../utils/text';
import { isObject } from '../../utils/objects';
import { listOfNames } from '../redactName';

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
    `Not written, because values must be in "attributes" (of the group) or "global_attributes" (of the account): ${listOfNames(names)}.`,
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
      : [`In "${scope}", names differ only in case, and the last value of each is written: ${names}.`];
  });
}

const LISTS = new Set(['addresses', 'contactData', 'categories']);
const WORDS = new Set(['firstName', 'lastName', 'salutation', 'title', 'gender', 'birthday', 'language']);
const KINDS = ['email', 'phone', 'mobile', 'fax', 'url'];
const REMARKS = new Set(['label', 'description']);
const ADDRESS_PARTS = ['street', 'zipCode', 'city', 'region', 'country'];
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
  const members = Object.keys(person).filter((name) => {
    const value = person[name];
    if (!holdsValue(value)) return false;
    if (LISTS.has(name)) return !isReadable(name, value);
    return WORDS.has(name) ? !isWord(name, value) : !isOfRecord(name);
  });
  const names = [...members, ...unreadParts(person)];
  const further = furtherEntries(person);
  return [
    ...(names.length === 0 ? [] : [unread(names)]),
    ...(further.length === 0
      ? []
      : [`Only one of several entries is written, the primary one or else the first: ${listOfNames(further)}.`]),
  ];
}

function unread(names: readonly string[]): string {
  return `Not written, because the default mapping of a person does not read these members, or not in this form: ${listOfNames(names)}. If the message is a receiver, set "skipTransformation".`;
}

function isWord(name: string, value: unknown): boolean {
  return name === 'birthday' ? birthday(value) !== undefined : text(value) !== undefined;
}

function isReadable(name: string, value: unknown): boolean {
  if (name !== 'categories') return asList(value).every((one) => isObject(one) || !holdsValue(one));
  return asWords(value).every((one) => !holdsValue(one) || tags([one]) !== undefined);
}

function isOfRecord(name: string): boolean {
  if (OF_RECEIVERS.has(name)) return false;
  return KNOWN.has(name) || isOfState(name) || OF_RECORDS.test(name.replaceAll(/(?<=.)[\s_-]/g, ''));
}

/** Of all addresses, contacts and categories, each once: `street in addresses`. */
function unreadParts({ addresses, contactData, categories }: Record<string, unknown>): string[] {
  const parts = {
    addresses: asList(addresses)
      .filter(isObject)
      .flatMap((one) => [...unreadOf(one, ADDRESS_MEMBERS), ...contradictingMembers(one)]),
    contactData: asList(contactData).filter(isObject).flatMap(unreadOfContact),
    categories: asWords(categories)
      .filter(isObject)
      .filter((one) => tags([one]) !== undefined)
      .flatMap(unreadOfCategory),
  };
  return Object.entries(parts).flatMap(([list, names]) => [...new Set(names)].map((name) => `${name} in ${list}`));
}

function unreadOfContact(contact: Record<string, unknown>): string[] {
  const names = unreadOf(contact, ['type', 'value']).filter(
    (name) => !REMARKS.has(name) || !isOfKind(contact, contact[name]),
  );
  return holdsValue(contact['value']) && !KINDS.includes(kindOf(contact) ?? '') ? [...names, 'type'] : names;
}

/** The label counts where there is no name. */
function unreadOfCategory(category: Record<string, unknown>): string[] {
  const [name, label] = [text(category['name']), text(category['label'])];
  return [
    ...unreadOf(category, ['name', 'label']),
    ...(name !== undefined && (label ?? name) !== name ? ['label'] : []),
  ];
}

/** The members that hold a value and are none of those that are read, or that are and hold no word. */
function unreadOf(part: Record<string, unknown>, read: readonly string[]): string[] {
  return Object.keys(part).filter((name) => {
    const value = part[name];
    if (!holdsValue(value)) return false;
    return read.includes(name) ? text(value) === undefined : !isUnderstoodMark(name, value) && !isOfRecord(name);
  });
}

/** Where more than one entry has something to say: `addresses`, `phone in contactData`. */
function furtherEntries({ addresses, contactData }: Record<string, unknown>): string[] {
  const main = mainAddress(addresses);
  const written = new Map(ADDRESS_PARTS.map((part) => [part, addressPart(main, part)]));
  const isOther = (address: unknown): boolean =>
    ADDRESS_PARTS.some((part) => ![undefined, written.get(part)].includes(addressPart(address, part)));
  const contacts = contactsOf(contactData);
  const kinds = KINDS.filter((kind) =>
    valuesOfKind(contactData, kind).some((value) => addressKey(value) !== addressKey(contacts.get(kind) ?? '')),
  );
  return [...(asList(addresses).some(isOther) ? ['addresses'] : []), ...kinds.map((kind) => `${kind} in contactData`)];
}
