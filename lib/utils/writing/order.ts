/**
 * Which records may be about the same receiver, as far as the records themselves tell. It is taken widely: records that are surely
 * about different receivers may overtake each other, all others keep their order.
 */

import { isObject } from '../objects';
import { ownId } from './identity';
import type { IncomingRecord } from './records';
import type { WriteSettings } from './settings';

/** Whom a record may mean. */
export interface Subject {
  /** Our own id. */
  id?: string;
  /** What all spellings of an address have in common. */
  addresses: readonly string[];
}

export function subjectOf(
  { metadata, entry, receiver }: IncomingRecord,
  settings: Pick<WriteSettings, 'idLinking' | 'ownApplicationUid'>,
): Subject {
  const id = ownId(metadata, settings);
  const contacts: unknown[] = [entry['contactData']].flat();
  const values = [entry['email'], receiver['email'], ...contacts.map((one) => (isObject(one) ? one['value'] : one))];
  const addresses = values.filter((value) => typeof value === 'string').map(commonPart);
  return { ...(id !== undefined && { id }), addresses: [...new Set(addresses)] };
}

/** The subjects of records that others want to overtake. */
export class Subjects {
  private readonly ids = new Set<string>();
  private readonly addresses = new Set<string>();
  private hasOneWithoutId = false;

  add({ id, addresses }: Subject): void {
    if (id === undefined) this.hasOneWithoutId = true;
    else this.ids.add(id);
    for (const address of addresses) this.addresses.add(address);
  }

  /** Whether one of them may be the same receiver. An id and an address may always mean the same one. */
  mayHold({ id, addresses }: Subject): boolean {
    if (addresses.some((address) => this.addresses.has(address))) return true;
    return id === undefined ? this.ids.size > 0 : this.hasOneWithoutId || this.ids.has(id);
  }
}

/** The letters and digits in front of the `@`: domains have several spellings, and prefixes and invisible characters occur. */
function commonPart(address: string): string {
  const end = address.lastIndexOf('@');
  const local = (end < 0 ? address : address.slice(0, end)).split(/[:<]/).at(-1) ?? '';
  return local
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}
