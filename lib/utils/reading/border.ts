/** Whether two pages of a walk adjoin: nothing stands between the last row of the one and the first row of the other. */

import type { Receiver } from '../cleverreach/types';
import type { ReadPage } from './walk';

/** A row whose address has changed stands elsewhere in the order: it is another row to a walk. */
const isSame = (a: Receiver, b: Receiver): boolean => a.id === b.id && a.email === b.email;

export interface Border {
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
export async function adjoins(read: ReadPage, border: Border, { limit = Infinity, isFixed }: Sizes): Promise<boolean> {
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
  const at = window.findIndex((row) => isSame(row, last));
  if (at < 0 || window.length > size) return (await isFixed()) && (await isUnmoved());
  const follower = window[at + 1];
  const first = after[0];
  return follower && first ? isSame(follower, first) : follower === first;
}

/** Whether one look behind the last row of the only page shows that nothing follows. */
export async function isOnlyPage(read: ReadPage, rows: readonly Receiver[]): Promise<boolean> {
  // a look at one or two rows would be no more than the same page again
  if (rows.length <= 2) return false;
  const border = { page: 1, pageSize: rows.length, before: rows, after: [] };
  return await adjoins(read, border, { isFixed: () => Promise.resolve(false) });
}

/** The smallest page size whose pages do not end at the index, so that one of them holds both of its sides. */
function smallestNonDivisor(index: number): number {
  let size = 2;
  while (index % size === 0) size += 1;
  return size;
}
