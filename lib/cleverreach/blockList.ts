/** Entries of CleverReach's block lists: an address, or `*@example.org` for all addresses of a domain. */

import { isObject } from '../utils/objects';
import { isSameAddress } from './emailAddress';

/** The entry that blocks all addresses of the domain of an address. */
export function domainEntry(email: string): string {
  return `*${email.slice(email.lastIndexOf('@')).toLowerCase()}`;
}

/**
 * Whether the response to a look-up of an entry contains it, or the entry of its domain. Other entries are ignored: the
 * response may be a list.
 */
export function containsEntry(body: unknown, entry: string): boolean {
  const rows: unknown[] = Array.isArray(body) ? body : [body];
  return rows.some((row) => {
    const listed = isObject(row) && typeof row['email'] === 'string' ? row['email'].trim().toLowerCase() : '';
    if (listed === '') return false;
    return [entry.toLowerCase(), domainEntry(entry)].includes(listed) || isSameAddress(listed, entry);
  });
}
