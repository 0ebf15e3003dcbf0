/** Removes from a record what it says about other persons than the receiver. */

import { canonicalAddress, isSameAddress } from '../../cleverreach/emailAddress';
import { compact } from '../../subscription/memberNames';
import { isOfOtherPerson } from '../../subscription/personNames';
import { text } from '../../utils/text';

/** Members of an object that contain the address of its person. */
const ADDRESSES = words('email mail emailaddress emailadresse mailaddress mailadresse value address adresse');
/** In a list of fields, the members that hold the name of one. */
const NAMES = words('name key field label attributecode fieldname');
const MAX_DEPTH = 8;

/**
 * @param email the address of the receiver; an object with only other addresses is about another person
 * @returns the record without its members about other persons, at any depth that is searched for an opt-out
 */
export function withoutOtherPersons(record: Record<string, unknown>, email: unknown): Record<string, unknown> {
  return membersOf(record, email, 0);
}

function membersOf(object: object, email: unknown, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(object)
      .filter(([name]) => !isOfOtherPerson(name))
      .map(([name, value]) => [name, ownPart(value, email, depth + 1)]),
  );
}

function ownPart(value: unknown, email: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return (value as unknown[]).map((one) => ownPart(one, email, depth + 1));
  return isOfOther(value as Record<string, unknown>, email) ? undefined : membersOf(value, email, depth);
}

/** Whether an object has only other addresses, or is a field about another person: `{name: "partner_opt_out"}`. */
function isOfOther(object: Record<string, unknown>, email: unknown): boolean {
  const entries = Object.entries(object);
  if (entries.some(([name, value]) => NAMES.has(compact(name)) && typeof value === 'string' && isOfOtherPerson(value)))
    return true;
  if (typeof email !== 'string') return false;
  const addresses = entries
    .filter(([name]) => ADDRESSES.has(compact(name)))
    .map(([, value]) => text(value))
    .filter((value) => value?.includes('@') === true && canonicalAddress(value) !== undefined);
  return addresses.length > 0 && !addresses.some((one) => one !== undefined && isSameAddress(one, email));
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}
