/**
 * The two default mappings. Both use the same table in opposite directions: properties of an OIH person, each with the
 * names of its attributes. `addresses` and `contactData` are nested tables.
 */

import { addressPart, addresses, mainAddress } from './address';
import { attributesOf, valueIn, write, type Attributes } from './attributes';
import { contactData, contactsOf, valuesOfKind } from './contactData';
import { birthday } from '../../utils/dates';
import { gender, isMailboxName, languageTag, mailboxName } from './names';
import { subscription } from './subscription';
import { categories, tags } from './tags';
import { isObject } from '../../utils/objects';
import { property, rowsOf, text } from '../../utils/text';

/** The properties that are not simply the string of an attribute. */
const READ = new Map<string, (maps: Attributes, row: unknown, receiver: unknown) => unknown>([
  ['gender', (maps, names) => gender(valueIn(maps, names))],
  ['birthday', (maps, names) => birthday(valueIn(maps, names))],
  ['language', (maps, names) => languageTag(valueIn(maps, names))],
  ['addresses', (maps, parts) => addresses(texts(maps, parts))],
  ['contactData', (maps, kinds, receiver) => contactData(texts(maps, kinds, { email: property(receiver, 'email') }))],
]);

function texts(maps: Attributes, table: unknown, found: Record<string, unknown> = {}): Record<string, unknown> {
  for (const [part, names] of rowsOf(table)) {
    const value = valueIn(maps, names);
    if (value !== undefined) found[part] = value;
  }
  return found;
}

/**
 * Maps a receiver to the data of an OIH person. If there is no last name, the names are generated from the address;
 * tags become categories, and the state in the group becomes the subscription.
 * @param table `{"firstName": "firstname, vorname", …, "addresses": {"street": …}, "contactData": {"phone": …}}`
 * @returns the known properties
 */
export function person(receiver: unknown, table: unknown): Record<string, unknown> {
  const maps = attributesOf(receiver);
  const known: Record<string, unknown> = {};
  for (const [field, row] of rowsOf(table)) {
    const value = (READ.get(field) ?? valueIn)(maps, row, receiver);
    if (value !== undefined) known[field] = value;
  }
  const tagged = categories(property(receiver, 'tags'));
  if (tagged) known['categories'] = tagged;
  const state = subscription(receiver);
  if (state) known['subscription'] = state;
  return known['lastName'] === undefined ? { ...mailboxName(property(receiver, 'email')), ...known } : known;
}

/**
 * @returns the metadata of the message with the id of its data as the string `recordUid`; undefined if both are missing
 */
export function recordMetadata(message: unknown): Record<string, unknown> | undefined {
  const metadata = property(message, 'metadata');
  const recordUid = text(property(property(message, 'data'), 'id'));
  if (recordUid === undefined) return isObject(metadata) ? metadata : undefined;
  return { ...(isObject(metadata) && metadata), recordUid };
}

/**
 * Maps the data of an OIH person to a receiver: each value under all of its names, in both the group and the account
 * attributes. The action selects which of them to write; `aliases` lists which names belong together.
 * Names that {@link mailboxName} generated from an address of the person are omitted. No other field of a receiver is
 * written, in particular not its state.
 * @param table the same as for {@link person}
 * @returns `{email, attributes, global_attributes, aliases: {"firstName": "firstname, vorname", …}, tags}`, only known
 *   fields
 */
export function receiver(data: unknown, table: unknown): Record<string, unknown> {
  const list = property(data, 'contactData');
  const contacts = contactsOf(list);
  const emails = valuesOfKind(list, 'email');
  const address = mainAddress(property(data, 'addresses'));
  const written: Record<string, string> = {};
  const aliases: Record<string, unknown> = {};
  const add = (field: string, names: unknown, value: unknown): void => {
    if (write(written, names, value)) aliases[field] = names;
  };
  for (const [field, row] of rowsOf(table)) {
    if (field === 'addresses') {
      for (const [part, names] of rowsOf(row)) add(part, names, addressPart(address, part));
    } else if (field === 'contactData') {
      for (const [kind, names] of rowsOf(row)) add(kind, names, contacts.get(kind));
    } else {
      const value = property(data, field);
      const isInvented = emails.some((email) => isMailboxName(field, value, email));
      if (!isInvented) add(field, row, field === 'birthday' ? birthday(value) : value);
    }
  }
  const email = contacts.get('email');
  const tagged = tags(property(data, 'categories'));
  return {
    ...(email !== undefined && { email }),
    ...(Object.keys(written).length > 0 && { attributes: written, global_attributes: { ...written }, aliases }),
    ...(tagged && { tags: tagged }),
  };
}
