/**
 * What a record tells of its receiver before it is mapped. A mapping may take the address from anywhere and put it together, so
 * all that the record holds is looked at.
 */

import { textsIn } from '../../utils/json';
import { commonPart, commonPartsIn, mayShareId, wordsOf, type Subject } from './recordOrder';

/** Characters of a record that are divided into words; addresses are looked for in all of it. */
const MAX_CHARACTERS = 10_000;
/** A longer local part is no pair of words. */
const MAX_PAIR = 64;

export class ReceiverHints {
  private found: { addresses: ReadonlySet<string>; words: ReadonlySet<string> } | undefined;

  /** @param id our own id, which no mapping changes */
  constructor(
    private readonly entry: unknown,
    private readonly id: string | undefined,
  ) {}

  /** Whether the record names a receiver in some way; a mapping may still give its address to one that names others. */
  name(subject: Subject): boolean {
    if (mayShareId(this.id, subject.id)) return true;
    // looked for only where somebody wants to pass
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
  // what consists of signs only says nothing
  addresses.delete('');
  words.delete('');
  return { addresses, words };
}

/** A word, or two words one behind the other. */
function isMadeOf(address: string, words: ReadonlySet<string>): boolean {
  if (words.has(address)) return true;
  for (let end = 1; end < Math.min(address.length, MAX_PAIR); end += 1)
    if (words.has(address.slice(0, end)) && words.has(address.slice(end))) return true;
  return false;
}
