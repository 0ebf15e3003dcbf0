/**
 * Reads one group page by page, ordered by address (`fetchPages.ts`), without losing rows that move in the meantime.
 *
 * CleverReach pages by offset. A row that is inserted before the current position moves a row that was already read to
 * the next page: the duplicate is dropped. A row that is deleted before the position moves an unread row to a page that
 * was already read: it would be missed. So for each pair of consecutive pages we verify that no row lies between them;
 * if we cannot, we step back to a known page.
 *
 * Addresses are unique within a group. So the order is total, and a row with an unchanged address keeps its position in
 * it.
 *
 * Pages are read ahead: while one page is being handled, the border to the next page is checked, and the page after that
 * is requested. A page is handed out only after the border before it was verified.
 *
 * After a page that is too heavy, the walk requests smaller pages (`pageSizes.ts`). A page begins at a multiple of its
 * size, so after a change of size it may repeat rows of the previous page.
 *
 * A page may contain fewer rows than requested although more follow, because CleverReach may limit its pages or omit
 * rows. So a short page ends the list only if a lookup after its last row finds no new rows. `progressGuard.ts` makes
 * sure that a walk ends.
 */

import type { PageWeight } from './pageSizes';
import { isAnchor, type Position, type WalkedPage } from './position';
import type { ReadPage } from './pageReader';
import { quiet, Walk, type Ahead } from './walk';
import type { Receiver } from '../../cleverreach/types';

/**
 * Reads one page; past the end it is empty. Of a `border`, only the ids, the addresses and the order of the rows are used.
 * @param onWeight receives the weight of the response, if it is known
 * @throws ResponseTooLargeError if the response is too large; a request for fewer rows may succeed
 */
export type FetchPage = (
  page: number,
  pageSize: number,
  purpose: 'rows' | 'border',
  onWeight?: (weight: PageWeight) => void,
) => Promise<readonly Receiver[]>;

export interface WalkOptions {
  /**
   * Called when a page that may be the last one has been read, usually before that page is handed out, so that another
   * walk can begin. A walk may call it several times, but not before the walk is iterated.
   */
  onEnding?: () => void;
}

type Pages = AsyncGenerator<WalkedPage, void, void>;

/**
 * Every row of the group from `start` on. If that position can no longer be found, the walk starts again from the
 * beginning. The first request is made when the caller asks for the first page.
 * @param pageSize maximum number of rows of a page; fewer if a page is heavy
 * @param start a position that an earlier walk through the same group has reached; undefined for the beginning
 * @throws TemporaryError if CleverReach's responses make no progress: the same rows repeatedly, or a different order
 *   each time
 * @throws ResponseTooLargeError if a single row is too large
 */
export async function* paginate(read: FetchPage, pageSize: number, start?: Position, options: WalkOptions = {}): Pages {
  const walk = new Walk(read, pageSize, options.onEnding);
  yield* pagesOf(walk, walk.begin(start), pageSize, start);
}

/**
 * Like {@link paginate}, but requests the first page immediately. Other pages are requested only after the caller asks for
 * the first one. To end a walk early, call `return`.
 */
export function startWalk(read: FetchPage, pageSize: number, start?: Position, options: WalkOptions = {}): Pages {
  const walk = new Walk(read, pageSize, options.onEnding);
  const pages = pagesOf(walk, quiet(walk.begin(start)), pageSize, start);
  const end = pages.return.bind(pages);
  // a generator that was never asked for a page ends without its `finally`
  pages.return = async (value) => {
    walk.end();
    return await end(value);
  };
  return pages;
}

async function* pagesOf(walk: Walk, first: Promise<ReadPage>, pageSize: number, start: Position | undefined): Pages {
  try {
    let current = await first;
    let ahead: Ahead = walk.readAhead(current);
    // if the last anchor was not found, the anchors after the found one were also handed out
    const isBehind = (row: Receiver): boolean => start !== undefined && isAnchor(row, start.anchors);
    const recent = new RecentRows(pageSize);
    recent.add(current.rows.slice(0, current.behind));
    const wasHandedOut = (row: Receiver): boolean => isBehind(row) || recent.has(row);
    let isAnew = start !== undefined && current.behind === 0;

    for (;;) {
      walk.handOut(current);
      // the next page is read while this one is being sent; `await next` below handles its failure
      const next = quiet(walk.next(current, ahead));
      yield { rows: current.rows, wasHandedOut, offset: current.page * current.size, ...(isAnew && { isAnew }) };
      isAnew = false;
      const following = await next;
      if (following === undefined) return;

      recent.add(current.rows);
      if (following.holds) ({ page: current, ahead } = following);
      else {
        walk.cancel(following.ahead);
        current = await walk.stepBack(current, recent.has);
        ahead = walk.readAhead(current);
      }
    }
  } finally {
    walk.end();
  }
}

/** Minimum number of pages of the largest size that are remembered. */
const PAGES = 4;

/** Id → address. Joining the two to one string per row would be most of the work of a walk. */
type Keys = Map<string, string>;

/** The rows of the last few pages, which may be met again after a step back or where pages overlap. */
export class RecentRows {
  private young: Keys = new Map();
  private old: Keys = new Map();
  /** The number of rows to remember. */
  private enough: number;

  constructor(pageSize: number) {
    this.enough = PAGES * pageSize;
  }

  /** A row whose address has changed counts as another row. */
  readonly has = ({ id, email }: Receiver): boolean => this.young.get(id) === email || this.old.get(id) === email;

  add(rows: readonly Receiver[]): void {
    this.enough = Math.max(this.enough, PAGES * rows.length);
    if (this.young.size >= this.enough) {
      this.old = this.young;
      this.young = new Map();
    }
    for (const { id, email } of rows) this.young.set(id, email);
  }
}
