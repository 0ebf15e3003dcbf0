/** Removes from a record what it says about other persons than the receiver. */

import { canonicalAddress, isSameAddress } from '../../cleverreach/emailAddress';
import { compact } from '../../subscription/memberNames';
import { isOfOtherPerson } from '../../subscription/personNames';
import { text, wordSet } from '../../utils/text';

/** Members of an object that contain the address of its person. */
const ADDRESSES = wordSet('email mail emailaddress emailadresse mailaddress mailadresse value address adresse');
/** In a list of fields, the members that hold the name of one. */
const NAMES = wordSet('name key field label question frage attributecode fieldname');
const MAX_DEPTH = 8;

/**
 * @param email the address of the receiver; an object with only other addresses is about another person
 * @returns the record without its members about other persons, at any depth that is searched for an opt-out; the same
 *   object if there are none
 */
export function withoutOtherPersons(record: Record<string, unknown>, email: unknown): Record<string, unknown> {
  return membersOf(record, email, 0) ?? record;
}

/** The members without those about other persons; undefined if all of them stay. */
function membersOf(
  object: Record<string, unknown>,
  email: unknown,
  depth: number,
): Record<string, unknown> | undefined {
  const entries = Object.entries(object).map(([name, value]): [string, unknown] => [
    name,
    isOfOtherPerson(name) ? undefined : ownPart(value, email, depth + 1),
  ]);
  return entries.some(([name, value]) => value !== object[name]) ? Object.fromEntries(entries) : undefined;
}

function ownPart(value: unknown, email: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) {
    const items = value as unknown[];
    const own = items.map((one) => ownPart(one, email, depth + 1));
    return own.some((one, index) => one !== items[index]) ? own : value;
  }
  const object = value as Record<string, unknown>;
  return isOfOther(object, email) ? undefined : (membersOf(object, email, depth) ?? value);
}

/** Whether an object has only other addresses, or is a field about another person: `{name: "partner_opt_out"}`. */
function isOfOther(object: Record<string, unknown>, email: unknown): boolean {
  const entries = Object.entries(object);
  if (entries.some(([name, value]) => typeof value === 'string' && NAMES.has(compact(name)) && isOfOtherPerson(value)))
    return true;
  if (typeof email !== 'string') return false;
  const addresses = entries.flatMap(([name, value]) => {
    const address = text(value);
    const isAddress = address?.includes('@') === true && ADDRESSES.has(compact(name));
    return isAddress && canonicalAddress(address) !== undefined ? [address] : [];
  });
  return addresses.length > 0 && !addresses.some((one) => isSameAddress(one, email));
}
