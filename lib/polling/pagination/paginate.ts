/**
 * Reads one group page by page, ordered by address, without losing rows that move in the meantime.
 *
 * CleverReach pages by offset. A row that is inserted before the current position moves a row that was already read to
 * the next page: the duplicate is dropped. A row that is deleted before the position moves an unread row to a page that
 * was already read: it would be missed. So for each pair of consecutive pages we verify that no row lies between them;
 * if we cannot, we step back to a known page.
 *
 * Addresses are unique within a group. So the order is total, and a row with an unchanged address keeps its position in
 * it.
 *
 * A page may contain fewer rows than requested although more follow, because CleverReach may limit its pages or omit
 * rows. So a short page ends the list only if a lookup after its last row finds no new rows. `progressGuard.ts` makes
 * sure that a walk ends.
 */

import { MAXIMUM_PAGE_SIZE, type Receiver } from '../../cleverreach/types';
import { adjoins, isLastPage } from './pageBoundary';
import { indexOfAnchor, isAnchor, type Position, type WalkedPage } from './position';
import { ProgressGuard } from './progressGuard';

/** Reads one page; past the end it is empty. Of a `border` only the ids, the addresses and the order of the rows are looked at. */
export type FetchPage = (page: number, pageSize: number, purpose: 'rows' | 'border') => Promise<readonly Receiver[]>;

/**
 * Every row of the group from `start` on. Where the place cannot be found any more, the walk begins anew.
 * @param start a place that an earlier walk through the same group has come to; undefined for the beginning
 * @throws TemporaryError when CleverReach's answers lead nowhere: the same rows again and again, or another order each time
 */
export async function* paginate(
  read: FetchPage,
  pageSize: number,
  start?: Position,
): AsyncGenerator<WalkedPage, void, void> {
  const progress = new ProgressGuard(read);
  let { current, size } = await begin(progress.read, pageSize, start);
  // found by an anchor that may not be the last one: those that stood behind it have been handed out too
  const isBehind = (row: Receiver): boolean => start !== undefined && isAnchor(row, start.anchors);
  let recent = [keysOf(current.rows.slice(0, current.behind))];

  for (;;) {
    const isKnown = isKnownBy(recent);
    const isMet = (row: Receiver): boolean => isBehind(row) || isKnown(row);
    progress.handOut(current.page, current.rows);
    // one page ahead, so that the network is at work while this one is being sent
    const ahead = readNext(progress, current, { size, pageSize });
    // its failure is met below, if the walk gets there
    ahead.catch(() => undefined);
    yield { rows: current.rows, isMet, offset: current.page * size };
    const next = await ahead;
    if (next === undefined) return;

    recent = [keysOf(current.rows), ...recent].slice(0, PAGES_REMEMBERED);
    size = next.size;
    if (next.holds) current = { page: next.page, rows: next.rows, behind: 0 };
    else {
      current = await stepBack((page) => progress.read(page, next.size, 'rows'), current.page, isKnownBy(recent));
    }
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

/** Id → address. Joining the two to one string per row would be most of the work of a walk. */
type Keys = ReadonlyMap<string, string>;

const keysOf = (rows: readonly Receiver[]): Keys => new Map(rows.map((row) => [row.id, row.email]));

const isKnownBy =
  (recent: readonly Keys[]) =>
  (row: Receiver): boolean =>
    recent.some((keys) => keys.get(row.id) === row.email);

interface Next {
  page: number;
  rows: readonly Receiver[];
  /** Rows of a page from here on. */
  size: number;
  /** Whether it is shown to adjoin the page before it, or to replace it. */
  holds: boolean;
}

/**
 * The page after `current`; undefined where nothing follows.
 * @param sizes rows of a page, as the walk reads them and as the step asks for them
 */
async function readNext(
  progress: ProgressGuard,
  current: Current,
  sizes: { size: number; pageSize: number },
): Promise<Next | undefined> {
  const { read } = progress;
  const before = current.rows;
  const page = current.page + 1;
  let { size } = sizes;
  if (before.length !== size) {
    if (await isLastPage(progress, { page: current.page, pageSize: size, rows: before })) return undefined;
    // an answer may lack rows once
    const again = await read(current.page, size, 'rows');
    if (again.length > before.length || before.length === 0)
      return { page: current.page, rows: again, size, holds: true };
    // of another length than asked for, and not all that there are: as many rows as CleverReach gives
    if (current.page === 0) size = Math.min(before.length, MAXIMUM_PAGE_SIZE);
  }
  const rows = await read(page, size, 'rows');
  await progress.checkOrder(page, size, before, rows);
  const limit = size === sizes.pageSize ? undefined : size;
  const isFixed = (): Promise<boolean> => progress.isSizeFixed();
  const holds = await adjoins(read, { page, pageSize: size, before, after: rows }, { limit, isFixed });
  return { page, rows, size, holds };
}

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

/** Where a walk begins, and the rows of a page there: those of an earlier walk may have been fewer than the step asks for. */
async function begin(
  read: FetchPage,
  pageSize: number,
  start: Position | undefined,
): Promise<{ current: Current; size: number }> {
  const found = start && (await findPosition(read, pageSize, start));
  if (found && (found.page === 0 || found.rows.length === pageSize)) return { current: found, size: pageSize };
  const rows = await read(0, pageSize, 'rows');
  const beginning = { page: 0, rows, behind: 0 };
  if (!start || rows.length === pageSize || rows.length === 0) return { current: found ?? beginning, size: pageSize };
  const size = Math.min(rows.length, MAXIMUM_PAGE_SIZE);
  const smaller = await findPosition(read, size, start);
  return smaller ? { current: smaller, size } : { current: beginning, size: pageSize };
}

/** The page on which an earlier walk stopped, or a neighbour if rows have moved since; undefined if it cannot be told. */
async function findPosition(read: FetchPage, pageSize: number, position: Position): Promise<Current | undefined> {
  const expected = Math.max(0, Math.floor((position.offset - 1) / pageSize));
  for (const page of [expected, expected - 1, expected + 1]) {
    if (page < 0) continue;
    const rows = await read(page, pageSize, 'rows');
    const index = indexOfAnchor(rows, position.anchors);
    if (index >= 0) return { page, rows, behind: index + 1 };
  }
  return undefined;
}
