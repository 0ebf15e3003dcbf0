/** Verifies that two pages are adjacent: no row lies between the last row of one page and the first row of the next. */

import type { Receiver } from '../../cleverreach/types';
import { ResponseTooLargeError } from '../../http/responseTooLarge';
import type { FetchPage } from './paginate';

/** A row whose address has changed has another place in the order, so a walk treats it as another row. */
const isSame = (a: Receiver, b: Receiver): boolean => a.id === b.id && a.email === b.email;

export interface PageBoundary {
  /** Page of `after`. */
  page: number;
  pageSize: number;
  before: readonly Receiver[];
  after: readonly Receiver[];
}

/** What is known about the size of pages. */
export interface Sizes {
  /** The maximum number of rows that CleverReach returns at once, if it is known. */
  limit?: number | undefined;
  /** Whether CleverReach returns pages of one size, whatever size is requested. */
  isFixed: () => Promise<boolean>;
}

/**
 * Whether the pages are shown to be adjacent: the last row of the first page has moved onto the second, or a single
 * response that covers both sides of the border shows the two rows next to each other.
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
  // the second page begins at the start of the list
  if (index === 0) return true;
  const isUnmoved = async (): Promise<boolean> => {
    const again = (await read(page - 1, pageSize, 'border')).at(-1);
    return again !== undefined && isSame(again, last);
  };
  try {
    return await isSeen(read, { index, last, first: after[0], pageSize }, { limit, isFixed, isUnmoved });
  } catch (error) {
    if (!(error instanceof ResponseTooLargeError)) throw error;
    // even a few adjacent rows are too large for one response
    const [again] = await read(index - 1, 1, 'border');
    return again !== undefined && isSame(again, last);
  }
}

/** Whether one response shows the last row before `index` and the first one after it next to each other. */
async function isSeen(
  read: FetchPage,
  { index, last, first, pageSize }: { index: number; last: Receiver; first: Receiver | undefined; pageSize: number },
  { limit, isFixed, isUnmoved }: Required<Sizes> & { limit: number; isUnmoved: () => Promise<boolean> },
): Promise<boolean> {
  const size = smallestNonDivisor(index);
  // no single response can contain both sides; the best available check is that the last row is still in its place
  if (size > limit) return await isUnmoved();
  const window = await read(Math.floor(index / size), size, 'border');
  const isLast = (row: Receiver): boolean => isSame(row, last);
  const at = window.findIndex(isLast);
  if (window.length > size || (at < 0 && (await isFixed()))) return (await isFixed()) && (await isUnmoved());
  const follower = window[at + 1];
  if (at >= 0 && (follower || !first)) return isSameOrNone(follower, first);
  // if CleverReach hides rows from pages, the border has shifted; a larger page may show both sides of it
  const wider = windowAround(index, Math.min(pageSize, limit));
  const wide = await read(wider.page, wider.size, 'border');
  const wideAt = wide.findIndex(isLast);
  return wideAt >= 0 && isSameOrNone(wide[wideAt + 1], first);
}

function isSameOrNone(a: Receiver | undefined, b: Receiver | undefined): boolean {
  return a && b ? isSame(a, b) : a === b;
}

/**
 * Whether one request for the rows after the last row of a page shows that nothing follows. If possible, the request
 * reaches the start of the next page, because hidden rows can make a page short although another page follows.
 */
export async function isLastPage(
  { read, isKnown }: { read: FetchPage; isKnown: (row: Receiver) => boolean },
  { page, pageSize, rows }: { page: number; pageSize: number; rows: readonly Receiver[] },
): Promise<boolean> {
  const index = page * pageSize + rows.length;
  if (index === 0) return (await read(0, pageSize, 'border')).length === 0;
  // for an empty page, the check of the border has already shown that nothing follows the page before it
  if (rows.length === 0) return true;
  // a request that begins before the last of one or two rows would return the same page again
  if (index <= 2) return (await read(1, index, 'border')).every(isKnown);
  // CleverReach may return no more rows than this at once
  const largest = page === 0 ? rows.length : pageSize;
  const window = windowFrom(index, (page + 1) * pageSize, largest);
  const found = await read(window.page, window.size, 'border');
  return found.length <= window.size && found.every(isKnown) && isEndOf(rows, found);
}

/** Rows may have other places than on the page if receivers were added or deleted, or if rows are hidden from pages. */
function isEndOf(rows: readonly Receiver[], found: readonly Receiver[]): boolean {
  const [last, lastFound] = [rows.at(-1), found.at(-1)];
  return lastFound === undefined || isSameOrNone(last, lastFound);
}

/**
 * The page of at most `largest` rows that contains the last row before `index` and few others before it. If possible,
 * it reaches beyond `end`, or otherwise so far past `index` that a few rows more or less do not matter.
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

/** The page of at most `largest` rows in which the row at `index` is furthest from both ends. */
function windowAround(index: number, largest: number): { page: number; size: number } {
  const least = smallestNonDivisor(index);
  let best = { page: Math.floor(index / least), size: least, distance: 0 };
  for (let size = 2; size <= largest; size += 1) {
    const page = Math.floor(index / size);
    const distance = Math.min(index - page * size, (page + 1) * size - index);
    if (distance > best.distance) best = { page, size, distance };
  }
  return best;
}

/** The smallest page size whose pages do not end at the index, so that one of them contains both of its sides. */
function smallestNonDivisor(index: number): number {
  let size = 2;
  while (index % size === 0) size += 1;
  return size;
}
