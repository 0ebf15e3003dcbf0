/**
 * Which records may be about the same receiver, as far as the records themselves tell. It is taken widely: records that are surely
 * about different receivers may overtake each other, all others keep their order.
 */

import { canonicalAddress } from '../../cleverreach/emailAddress';
import { asList } from '../../utils/lists';
import { isObject } from '../../utils/objects';
import { ownId } from './receiverId';
import type { IncomingRecord } from '../types';
import type { WriteSettings } from '../writeSettings';

/** Whom a record may mean. */
export interface Subject {
  /** Our own id. */
  id?: string;
  /** What all spellings of an address have in common. */
  addresses: readonly string[];
}

export function subjectOf(
  { metadata, entry, receiver }: IncomingRecord,
  settings: Pick<WriteSettings, 'idLinking' | 'applicationUid'>,
): Subject {
  const id = ownId(metadata, settings);
  const contacts = asList(entry['contactData']).map((one) => (isObject(one) ? one['value'] : one));
  const values = [entry['email'], receiver['email'], ...contacts].flatMap(asList);
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

/** Whether the ids do not show that two are different. With an id alone on one side, nothing is known. */
export function mayShareId(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined ? a !== b : a === b;
}

/** The letters and digits in front of the `@` of the address that is written, or of what looks like one: domains have several spellings. */
export function commonPart(text: string): string {
  const address = canonicalAddress(text) ?? text;
  const end = address.lastIndexOf('@');
  const before = end < 0 ? address : address.slice(0, end);
  return lettersOf(before.slice(-MAX_LOCAL).split(/[:<]/).at(-1) ?? '');
}

/** The common parts of all that may be addresses in a text. */
export function commonPartsIn(text: string): string[] {
  if (!MAY_HOLD_ADDRESS.test(text)) return [];
  // up to the last blank or other separator, and the whole as it is read where it is one address
  const parts = text.split('@').map((piece) => lettersOf(piece.slice(-MAX_PIECE).split(SEPARATOR).at(-1) ?? ''));
  return [...parts.slice(0, -1), commonPart(text)];
}

/** Longer than any local part, with what may stand in front of it; of a longer text the end is compared. */
const MAX_LOCAL = 2_000;
/** The `@` of a link may be encoded. */
const MAY_HOLD_ADDRESS = /@|%40/;
const SEPARATOR = /[\s,;:<>()[\]"'=&/?]/;
/** Twice what a local part may have. */
const MAX_PIECE = 128;

/** The runs of letters and digits of a text. */
export function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

function lettersOf(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}
