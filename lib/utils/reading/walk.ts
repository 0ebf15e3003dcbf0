/**
 * Walks through one group in pages, ordered by address, without losing a row that moves meanwhile.
 *
 * CleverReach pages by offset. A row that is inserted before our place pushes a row that we have read onto the next page: it
 * is met twice and dropped. A row that is deleted before our place pulls an unread row over the border onto a page that we
 * have read: it would never be met. So it is made sure of every two pages that nothing stands between the last row of the
 * one and the first row of the other; where that cannot be shown, the walk steps back to a page that it knows.
 *
 * Addresses are unique within a group, so the order is total, and a row whose address is unchanged keeps its place in it.
 */

import type { Receiver } from '../cleverreach/types';
import { indexOfAnchor, isAnchor, type Place, type WalkedPage } from './place';

/** Reads one page; past the end it is empty. A border is a handful of rows of which only id and address are looked at. */
export type ReadPage = (page: number, pageSize: number, purpose: 'rows' | 'border') => Promise<readonly Receiver[]>;

/**
 * Every row of the group from `start` on. Where the place cannot be found any more, the walk begins anew.
 * @param start a place that an earlier walk through the same group has come to; undefined for the beginning
 */
export async function* walk(read: ReadPage, pageSize: number, start?: Place): AsyncGenerator<WalkedPage, void, void> {
  const readRows = (page: number): Promise<readonly Receiver[]> => read(page, pageSize, 'rows');
  let current = (start && (await findPlace(readRows, pageSize, start))) ?? {
    page: 0,
    rows: await readRows(0),
    behind: 0,
  };
  // found by an anchor that may not be the last one: those that stood behind it have been handed out too
  const isBehind = (row: Receiver): boolean => start !== undefined && isAnchor(row, start.anchors);
  let recent = [keysOf(current.rows.slice(0, current.behind))];

  for (;;) {
    const isKnown = isKnownBy(recent);
    const isMet = (row: Receiver): boolean => isBehind(row) || isKnown(row);
    const page = current.page + 1;
    // one page ahead, so that the network is at work while this one is being sent
    const ahead = current.rows.length < pageSize ? undefined : readNext(read, page, pageSize, current.rows);
    // its failure is met below, if the walk gets there
    ahead?.catch(() => undefined);
    yield { rows: current.rows, isMet, offset: current.page * pageSize };
    if (ahead === undefined) return;

    recent = [keysOf(current.rows), ...recent].slice(0, PAGES_REMEMBERED);
    const { rows, holds } = await ahead;
    current = holds ? { page, rows, behind: 0 } : await stepBack(readRows, current.page, isKnownBy(recent));
  }
}

/** Rows of the last few pages may be met again after a step back. */
const PAGES_REMEMBERED = 4;

interface Current {
  page: number;
  rows: readonly Receiver[];
  /** How many of its rows were handed out by an earlier walk. */
  behind: number;
}

/** A row whose address has changed stands elsewhere in the order: it is another row to a walk. */
const isSame = (a: Receiver, b: Receiver): boolean => a.id === b.id && a.email === b.email;

/** Id → address. Joining the two to one text per row would be most of the work of a walk. */
type Keys = ReadonlyMap<string, string>;

const keysOf = (rows: readonly Receiver[]): Keys => new Map(rows.map((row) => [row.id, row.email]));

/** The next page, and whether it is shown to adjoin the one before it. */
async function readNext(
  read: ReadPage,
  page: number,
  pageSize: number,
  before: readonly Receiver[],
): Promise<{ rows: readonly Receiver[]; holds: boolean }> {
  const rows = await read(page, pageSize, 'rows');
  return { rows, holds: await adjoins(read, page * pageSize, before, rows) };
}

/**
 * Whether nothing can stand between the two pages: the last row of the first has moved onto the second, or one look
 * at both sides of the border, in a single answer, shows the two rows next to each other.
 * @param border index of the first row of the second page
 */
async function adjoins(
  read: ReadPage,
  border: number,
  before: readonly Receiver[],
  after: readonly Receiver[],
): Promise<boolean> {
  const last = before.at(-1);
  if (last === undefined) return true;
  if (after.some((row) => isSame(row, last))) return true;

  const size = smallestNonDivisor(border);
  const window = await read(Math.floor(border / size), size, 'border');
  const index = window.findIndex((row) => isSame(row, last));
  const follower = window[index + 1];
  const first = after[0];
  if (index < 0) return false;
  return follower && first ? isSame(follower, first) : follower === first;
}

/** The smallest page size whose pages do not end at the border, so that one of them holds both of its sides. */
function smallestNonDivisor(border: number): number {
  let size = 2;
  while (border % size === 0) size += 1;
  return size;
}

const isKnownBy =
  (recent: readonly Keys[]) =>
  (row: Receiver): boolean =>
    recent.some((keys) => keys.get(row.id) === row.email);

/** Reads backwards until a page holds a row that was met: all that stands before such a row has been read. */
async function stepBack(
  read: (page: number) => Promise<readonly Receiver[]>,
  from: number,
  isKnown: (row: Receiver) => boolean,
): Promise<Current> {
  for (let page = from; ; page -= 1) {
    const rows = await read(page);
    if (page === 0 || rows.some(isKnown)) return { page, rows, behind: 0 };
  }
}

/** The page on which an earlier walk stopped, or a neighbour if rows have moved since; undefined if it cannot be told. */
async function findPlace(
  read: (page: number) => Promise<readonly Receiver[]>,
  pageSize: number,
  place: Place,
): Promise<Current | undefined> {
  const expected = Math.max(0, Math.floor((place.offset - 1) / pageSize));
  for (const page of [expected, expected - 1, expected + 1]) {
    if (page < 0) continue;
    const rows = await read(page);
    const index = indexOfAnchor(rows, place.anchors);
    if (index >= 0) return { page, rows, behind: index + 1 };
  }
  return undefined;
}
