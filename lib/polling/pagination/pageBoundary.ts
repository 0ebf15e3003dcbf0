/** Verifies that two pages are adjacent: no row lies between the last row of one page and the first row of the next. */

import type { Receiver } from '../../cleverreach/types';
import type { FetchPage } from './paginate';

/** A row whose address has changed stands elsewhere in the order: it is another row to a walk. */
const isSame = (a: Receiver, b: Receiver): boolean => a.id === b.id && a.email === b.email;

export interface PageBoundary {
  /** Page of `after`. */
  page: number;
  pageSize: number;
  before: readonly Receiver[];
  after: readonly Receiver[];
}

/** What is known of the size of pages. */
export interface Sizes {
  /** The most rows that CleverReach gives at once, where that is known. */
  limit?: number | undefined;
  /** Whether CleverReach gives pages of one size, whatever size is asked for. */
  isFixed: () => Promise<boolean>;
}

/**
 * Whether the pages are shown to adjoin: the last row of the first has moved onto the second, or one look at both sides of the
 * border, in a single answer, shows the two rows next to each other.
 */
export async function adjoins(
  read: FetchPage,
  border: PageBoundary,
  { limit = Infinity, isFixed }: Sizes,
): Promise<boolean> {
  const { page, pageSize, before, after } = border;
  const last = before.at(-1);
  if (last === undefined) return true;
  if (after.some((row) => isSame(row, last))) return true;

  const index = page * pageSize;
  const size = smallestNonDivisor(index);
  const isUnmoved = async (): Promise<boolean> => {
    const again = (await read(page - 1, pageSize, 'border')).at(-1);
    return again !== undefined && isSame(again, last);
  };
  // no single answer holds both sides then; the last row at its place is the best that can be had
  if (size > limit) return await isUnmoved();
  const window = await read(Math.floor(index / size), size, 'border');
  const [first] = after;
  const isLast = (row: Receiver): boolean => isSame(row, last);
  const at = window.findIndex(isLast);
  if (window.length > size || (at < 0 && (await isFixed()))) return (await isFixed()) && (await isUnmoved());
  const follower = window[at + 1];
  if (at >= 0 && (follower || !first)) return isSameOrNone(follower, first);
  // rows that are hidden from pages shift the border; a wider look shows both sides of it
  const wider = windowAround(index, Math.min(pageSize, limit));
  const wide = await read(wider.page, wider.size, 'border');
  const wideAt = wide.findIndex(isLast);
  return wideAt >= 0 && isSameOrNone(wide[wideAt + 1], first);
}

function isSameOrNone(a: Receiver | undefined, b: Receiver | undefined): boolean {
  return a && b ? isSame(a, b) : a === b;
}

/**
 * Whether one look behind the last row of a page shows that nothing follows. The look goes on to where the next page would begin, where
 * that is possible: rows may be hidden from a page, so that it is short although there is a next one.
 */
export async function isLastPage(
  { read, hasMet }: { read: FetchPage; hasMet: (row: Receiver) => boolean },
  { page, pageSize, rows }: { page: number; pageSize: number; rows: readonly Receiver[] },
): Promise<boolean> {
  const index = page * pageSize + rows.length;
  if (index === 0) return (await read(0, pageSize, 'border')).length === 0;
  // that nothing follows the page before an empty one was shown at their border
  if (rows.length === 0) return true;
  // a look that begins before the last of one or two rows would be no more than the same page again
  if (index <= 2) return (await read(1, index, 'border')).every(hasMet);
  // CleverReach may give no more rows than these at once
  const largest = page === 0 ? rows.length : pageSize;
  const window = windowFrom(index, (page + 1) * pageSize, largest);
  const found = await read(window.page, window.size, 'border');
  return found.length <= window.size && found.every(hasMet) && isEndOf(rows, found);
}

/** Rows of a look stand at other places than in the page where receivers came or went, or where rows are hidden from pages. */
function isEndOf(rows: readonly Receiver[], found: readonly Receiver[]): boolean {
  const [last, lastFound] = [rows.at(-1), found.at(-1)];
  return lastFound === undefined || isSameOrNone(last, lastFound);
}

/**
 * The page of at most `largest` rows that holds the last row before `index` and few others before it. It reaches beyond `end` where that is
 * possible, or else so far behind `index` that a few rows more or less do not matter.
 */
function windowFrom(index: number, end: number, largest: number): { page: number; size: number } {
  const far = index + Math.ceil(largest / 8);
  let best = { page: 0, size: index + 1, before: index, reach: 0 };
  for (let size = 2; size <= largest; size += 1) {
    const page = Math.floor((index - 1) / size);
    const before = index - page * size;
    const next = (page + 1) * size;
    const reach = next > end ? 2 : Number(next >= far);
    const isBetter = reach === best.reach ? before <= best.before : reach > best.reach;
    if (before < size && isBetter) best = { page, size, before, reach };
  }
  return best;
}

/** The page of at most `largest` rows in which the row at `index` stands furthest from both ends. */
function windowAround(index: number, largest: number): { page: number; size: number } {
  let best = { page: 0, size: index + 1, distance: 0 };
  for (let size = 2; size <= largest; size += 1) {
    const page = Math.floor(index / size);
    const distance = Math.min(index - page * size, (page + 1) * size - index);
    if (distance > best.distance) best = { page, size, distance };
  }
  return best;
}

/** The smallest page size whose pages do not end at the index, so that one of them holds both of its sides. */
function smallestNonDivisor(index: number): number {
  let size = 2;
  while (index % size === 0) size += 1;
  return size;
}
