/**
 * Determines which records may be about the same receiver, based on the records alone. In doubt, two records are about
 * the same receiver and do not overtake each other.
 */

import { canonicalAddress } from '../../cleverreach/emailAddress';
import { asList } from '../../utils/lists';
import { isObject } from '../../utils/objects';
import { unified } from '../../utils/unicode';
import { ownId, type IncomingRecord } from '../record';
import { reportedId } from './receiversToDelete';
import type { WriteSettings } from '../writeSettings';
import { textsIn } from '../../utils/json';

/** The receivers that a record may be about. */
export interface Subject {
  /** The CleverReach id. */
  id?: string;
  /** For each address, the part that all its spellings share. */
  addresses: readonly string[];
}

export function subjectOf(
  { metadata, entry, receiver }: IncomingRecord,
  settings: Pick<WriteSettings, 'idLinking' | 'applicationUid'>,
): Subject {
  const own = ownId(metadata, settings);
  const contacts = asList(entry['contactData']).map((one) => (isObject(one) ? one['value'] : one));
  const values = [entry['email'], receiver['email'], ...contacts].flatMap(asList);
  const addresses = values.filter((value) => typeof value === 'string').map(commonPart);
  // without an address, a reported deletion can only be about this id
  const id = own ?? (addresses.length === 0 ? reportedId(entry) : undefined);
  return { ...(id !== undefined && { id }), addresses: [...new Set(addresses)] };
}

/** The subject of a message in the queue of its account, before and after its mapping. */
export function orderOf(
  { metadata, data }: { metadata: Record<string, unknown>; data: unknown },
  settings: Pick<WriteSettings, 'idLinking' | 'applicationUid'>,
): { names: (subject: Subject) => boolean; subjectOf: (record: IncomingRecord) => Subject } {
  const unmapped = new UnmappedRecord(data, ownId(metadata, settings));
  return { names: (subject) => unmapped.mayBe(subject), subjectOf: (record) => subjectOf(record, settings) };
}

/** The subjects of the records that others want to overtake. */
export class Subjects {
  private readonly ids = new Set<string>();
  private readonly addresses = new Set<string>();
  private hasOneWithoutId = false;

  add({ id, addresses }: Subject): void {
    if (id === undefined) this.hasOneWithoutId = true;
    else this.ids.add(id);
    for (const address of addresses) this.addresses.add(address);
  }

  /**
   * Whether one of the subjects may be the same receiver. An id and an address may always belong to the same receiver.
   */
  mayHold({ id, addresses }: Subject): boolean {
    if (addresses.some((address) => this.addresses.has(address))) return true;
    return id === undefined ? this.ids.size > 0 : this.hasOneWithoutId || this.ids.has(id);
  }
}

/** Whether two ids may belong to the same receiver. An id and a missing id always may. */
function mayShareId(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined ? a !== b : a === b;
}

/**
 * The letters and digits before the `@` of an address, or of a similar string. The domain is ignored because it has
 * several spellings.
 */
function commonPart(text: string): string {
  const address = canonicalAddress(text) ?? text;
  const end = address.lastIndexOf('@');
  const before = end < 0 ? address : address.slice(0, end);
  return lettersOf(before.slice(-MAX_LOCAL).split(/[:<]/).at(-1) ?? '');
}

/** The common parts of all possible addresses in a string. */
function commonPartsIn(text: string): string[] {
  if (!MAY_HOLD_ADDRESS.test(text)) return [];
  // for each address the part after the last separator, and the whole string if it is a single address
  const parts = text.split('@').map((piece) => lettersOf(piece.slice(-MAX_PIECE).split(SEPARATOR).at(-1) ?? ''));
  return [...parts.slice(0, -1), commonPart(text)];
}

/** Longer than any local part including a prefix. Only the end of a longer string is compared. */
const MAX_LOCAL = 2_000;
/** The `@` of a link may be encoded. */
const MAY_HOLD_ADDRESS = /@|%40/;
const SEPARATOR = /[\s,;:<>()[\]"'=&/?]/;
/** Twice the maximum length of a local part. */
const MAX_PIECE = 128;

/** The sequences of letters and digits in a string. */
function wordsOf(text: string): string[] {
  return (
    unified(text)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

function lettersOf(text: string): string {
  return unified(text)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** Limit for the characters that are split into words. The search for addresses has no limit. */
const MAX_CHARACTERS = 10_000;
/** Longer local parts are not compared with pairs of words. */
const MAX_PAIR = 64;

/**
 * Which receivers a record may be about before it is mapped. A mapping may build the address from any values, so all values of
 * the record are searched.
 */
export class UnmappedRecord {
  private found: { addresses: ReadonlySet<string>; words: ReadonlySet<string> } | undefined;

  /** @param id the CleverReach id, which no mapping changes */
  constructor(
    private readonly entry: unknown,
    private readonly id: string | undefined,
  ) {}

  /**
   * Whether the record may be about the subject. This is a hint only: a mapping may still produce the address from
   * other values.
   */
  mayBe(subject: Subject): boolean {
    if (mayShareId(this.id, subject.id)) return true;
    // lazy: needed only if another message wants to overtake
    this.found ??= findIn(this.entry);
    const { addresses, words } = this.found;
    return subject.addresses.some((address) => addresses.has(address) || isMadeOf(address, words));
  }
}

function findIn(entry: unknown): { addresses: ReadonlySet<string>; words: ReadonlySet<string> } {
  const addresses = new Set<string>();
  const words = new Set<string>();
  let left = MAX_CHARACTERS;
  for (const text of textsIn(entry)) {
    for (const part of commonPartsIn(text)) addresses.add(part);
    const beginning = text.slice(0, left);
    left -= beginning.length;
    words.add(commonPart(beginning));
    for (const word of wordsOf(beginning)) words.add(word);
  }
  // values without letters and digits give no hint
  addresses.delete('');
  words.delete('');
  return { addresses, words };
}

/** Whether the address is a word, or two words joined. */
function isMadeOf(address: string, words: ReadonlySet<string>): boolean {
  if (words.has(address)) return true;
  for (let end = 1; end < Math.min(address.length, MAX_PAIR); end += 1)
    if (words.has(address.slice(0, end)) && words.has(address.slice(end))) return true;
  return false;
}
