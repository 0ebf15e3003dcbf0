/** Divides the words of a name into the parts that have a meaning, and the rest. */

import { PART, PARTS, WITHIN } from './memberNameParts';

interface Divisions {
  /** The bits of each way with the fewest letters that are in no part. */
  ways: readonly number[];
  /** The number of letters that are in no part. */
  others: number;
}

/** Maps the bits of a way to the number of its letters that are in no part. */
type Ways = Map<number, number>;

/** @param words in the form of `compact`; a part may go beyond the end of a word: `opt`, `out` */
export function divisionsOf(words: readonly string[]): Divisions {
  const word = words.join('');
  const others = othersIn(words);
  const reached = new Map<number, Ways>([[0, new Map([[0, 0]])]]);
  for (let at = 0; at < word.length; at += 1) {
    const ways = reached.get(at);
    if (!ways) continue;
    for (const [part, bits] of PARTS.get(word.charAt(at)) ?? []) {
      if (word.startsWith(part, at)) add(reached, at + part.length, ways, bits, 0);
    }
    if (word.startsWith('no', at)) addNo(reached, at, word.length, ways);
    for (const end of others.get(at) ?? []) add(reached, end, ways, 0, end - at);
  }
  const ends = reached.get(word.length) ?? new Map<number, number>();
  const fewest = Math.min(...ends.values());
  return { ways: [...ends].filter(([, others]) => others === fewest).map(([bits]) => bits), others: fewest };
}

/** "No" is a negation before the other parts, and a number as the last word: "noNewsletter", "newsletterNo". */
function addNo(reached: Map<number, Ways>, at: number, end: number, ways: Ways): void {
  const isFirst = (bits: number): boolean => (bits & ~PART.is) === 0;
  const first = new Map([...ways].filter(([bits]) => isFirst(bits)));
  const last = new Map([...ways].filter(([bits]) => !isFirst(bits)));
  if (first.size > 0) add(reached, at + 2, first, PART.not, 0);
  if (last.size > 0 && at + 2 === end) add(reached, end, last, PART.count, 0);
}

function add(reached: Map<number, Ways>, at: number, ways: Ways, bits: number, others: number): void {
  const next = reached.get(at) ?? new Map<number, number>();
  for (const [before, so] of ways) {
    const all = bits === 0 ? before : together(before, bits);
    next.set(all, Math.min(next.get(all) ?? Infinity, so + others));
  }
  reached.set(at, next);
}

function together(before: number, bits: number): number {
  const merged = (before | bits) ^ ((bits & PART.not) !== 0 ? PART.odd : 0);
  if ((bits & PART.flagTopic) !== 0) return merged & ~PART.topicLast;
  return (bits & (PART.topic | PART.person)) !== 0 ? merged | PART.topicLast : merged;
}

/**
 * By position where letters outside of all parts may begin, the positions where they may end: a word, or a word up to
 * or after a part.
 */
function othersIn(words: readonly string[]): ReadonlyMap<number, readonly number[]> {
  const others = new Map<number, number[]>();
  const add = (from: number, to: number): void => {
    if (from < to) others.set(from, [...(others.get(from) ?? []), to]);
  };
  let start = 0;
  for (const word of words) {
    const end = start + word.length;
    add(start, end);
    for (const { 0: found, index } of word.matchAll(WITHIN)) {
      add(start, start + index);
      add(start + index + found.length, end);
    }
    start = end;
  }
  return others;
}
