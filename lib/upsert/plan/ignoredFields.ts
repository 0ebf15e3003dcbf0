/** Finds fields of a record that are not written, for example in a flat record `{email, firstname}`. */

import { asList, asWords } from '../../utils/lists';
import { isOfState, signsIn } from '../../subscription/signs';
import { addressKey } from '../../cleverreach/emailAddress';
import { ADDRESS_FIELDS, addressPart, contradictingFields, mainAddress } from '../../mapping/functions/address';
import { contactsOf, isOfKind, kindOf, valuesOfKind } from '../../mapping/functions/contactData';
import { birthday } from '../../utils/dates';
import { isUnderstoodMark } from '../../mapping/functions/primary';
import { tags } from '../../mapping/functions/tags';
import { entriesOf, holdsValue, text } from '../../utils/text';
import { isObject } from '../../utils/objects';
import { listOfNames } from '../redactName';

/** Fields of a receiver and fields that the action uses: no notice if they are not written. */
const KNOWN = new Set(
  `id email group_id groups_id active registered activated deactivated bounced imported last_changed attributes global_attributes aliases
  tags events orders source points stars open_rate click_rate conversion_rate last_ip last_location last_client doidata category
  categories subscription deleteRequested`.split(/\s+/),
);

/**
 * @param mapped the result of the mapping
 * @returns one sentence with the names of fields that have a value and are not written, without values; empty if there
 *   are no such fields
 */
export function ignoredFields(mapped: Record<string, unknown>): string[] {
  const names = Object.keys(mapped).filter((name) => !KNOWN.has(name) && holdsValue(mapped[name]));
  if (names.length === 0) return [];
  return [
    `Not written, because values must be in "attributes" (of the group) or "global_attributes" (of the account): ${listOfNames(names)}.`,
  ];
}

/**
 * @param mapped the result of the mapping
 * @returns one sentence per scope with the names of attributes that appear in several spellings with different values
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
/** Fields of a receiver that the action writes if the mapping returns them. */
const OF_RECEIVERS = new Set(['email', 'tags', 'attributes', 'global_attributes']);
/** Fields that the hub and other systems add to a person: ids, timestamps and links to other records. */
const OF_RECORDS =
  /^(_.*|oih.*|.*(uid|uuid)|id|.*(created|modified|updated|changed|synced)(at|on|by|date|time)?|(create|update|lastupdate)(date|time)|timestamps?|relations?|refs?|subscription)$/i;

/**
 * @param person the input of the default mapping
 * @returns sentences with the names of fields that have a value and that the default mapping does not read, without
 *   values; fields of the record itself, such as ids, timestamps and the subscription state, are omitted
 */
export function unreadFields(person: Record<string, unknown>): string[] {
  const fields = Object.keys(person).filter((name) => {
    const value = person[name];
    if (!holdsValue(value)) return false;
    if (LISTS.has(name)) return !isReadable(name, value);
    return WORDS.has(name) ? !isWord(name, value) : !isOfRecord(name, value);
  });
  const names = [...fields, ...unreadParts(person)];
  const further = furtherEntries(person);
  return [
    ...(names.length === 0 ? [] : [unread(names) + consentIn(person, fields)]),
    ...(further.length === 0
      ? []
      : [`Only one of several entries is written, the primary one or else the first: ${listOfNames(further)}.`]),
  ];
}

function unread(names: readonly string[]): string {
  return `Not written, because the default mapping of a person does not read these fields, or not in this form: ${listOfNames(names)}. If the message is a receiver, set "skipTransformation".`;
}

/** Consent is searched in the whole record, whatever the mapping reads. */
function consentIn(person: Record<string, unknown>, names: readonly string[]): string {
  const stating = names.filter((name) => signsIn({ [name]: person[name] }).status !== undefined);
  return stating.length === 0 ? '' : ` A statement about consent counts all the same: ${listOfNames(stating)}.`;
}

function isWord(name: string, value: unknown): boolean {
  return name === 'birthday' ? birthday(value) !== undefined : text(value) !== undefined;
}

function isReadable(name: string, value: unknown): boolean {
  if (name !== 'categories') return asList(value).every((one) => isObject(one) || !holdsValue(one));
  return asWords(value).every((one) => !holdsValue(one) || tags([one]) !== undefined);
}

function isOfRecord(name: string, value: unknown): boolean {
  if (OF_RECEIVERS.has(name)) return false;
  return (
    KNOWN.has(name) ||
    isOfState(name, value) ||
    OF_RECORDS.test(name.charAt(0) + name.slice(1).replaceAll(/[\s_-]/g, ''))
  );
}

/** Lists each unread part of addresses, contacts and categories once: `street in addresses`. */
function unreadParts({ addresses, contactData, categories }: Record<string, unknown>): string[] {
  const parts = {
    addresses: asList(addresses)
      .filter(isObject)
      .flatMap((one) => [...unreadOf(one, ADDRESS_FIELDS), ...contradictingFields(one)]),
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

/** The label is read only if there is no name. */
function unreadOfCategory(category: Record<string, unknown>): string[] {
  const [name, label] = [text(category['name']), text(category['label'])];
  return [
    ...unreadOf(category, ['name', 'label']),
    ...(name !== undefined && (label ?? name) !== name ? ['label'] : []),
  ];
}

/** The fields with a value that are not read, or that are read but contain no string. */
function unreadOf(part: Record<string, unknown>, read: readonly string[]): string[] {
  return Object.keys(part).filter((name) => {
    const value = part[name];
    if (!holdsValue(value)) return false;
    return read.includes(name) ? text(value) === undefined : !isUnderstoodMark(name, value) && !isOfRecord(name, value);
  });
}

/** Lists with more than one different entry: `addresses`, `phone in contactData`. */
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
