/**
 * Determines which receivers a record may be about before it is mapped. A mapping may build the address from any
 * values, so all values of the record are searched.
 */

import { textsIn } from '../../utils/json';
import { commonPart, commonPartsIn, mayShareId, wordsOf, type Subject } from './recordOrder';

/** Limit for the characters that are split into words. The search for addresses has no limit. */
const MAX_CHARACTERS = 10_000;
/** Longer local parts are not compared with pairs of words. */
const MAX_PAIR = 64;

export class ReceiverHints {
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
  name(subject: Subject): boolean {
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
