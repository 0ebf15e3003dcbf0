/** The steps of a walk: where it begins, which page follows, whether two pages are adjacent, and how to step back. */

import { falseIfTooLarge } from '../../http/responseTooLarge';
import { MAXIMUM_PAGE_SIZE, type Receiver } from '../../cleverreach/types';
import { adjoins, isLastPage } from './pageBoundary';
import { newCancelToken, PageReader, type CancelToken, type ReadPage } from './pageReader';
import type { FetchPage } from './paginate';
import { indexOfAnchor, type Position } from './position';

/** How many pages before and after its place a position is searched for at most; one if pages have the requested size. */
const NEIGHBOURS = 4;

/** The page after another one, as far as it has been read. */
export interface Ahead {
  /** Undefined if no page follows. */
  page: Promise<ReadPage | undefined>;
  token: CancelToken;
}

export interface Next {
  page: ReadPage;
  /** Whether it is shown to be adjacent to the page before it, or to replace it. */
  holds: boolean;
  /** The page after it, already requested. */
  ahead: Ahead;
}

export class Walk {
  private readonly reader: PageReader;

  /** @param onEnding called when a page is read that may be the last one */
  constructor(
    source: FetchPage,
    private readonly pageSize: number,
    private readonly onEnding: () => void = () => undefined,
  ) {
    this.reader = new PageReader(source, pageSize);
  }

  /** Starts no further requests. */
  end(): void {
    this.reader.end();
  }

  /** @throws TemporaryError if page after page contains only receivers that were already handed out */
  handOut(page: ReadPage): void {
    this.reader.progress.handOut(page);
  }

  /** The first page of a walk. The pages of an earlier walk may have been smaller than the step asks for. */
  async begin(start: Position | undefined): Promise<ReadPage> {
    const { pageSize, reader } = this;
    const found = start && (await this.find(pageSize, start));
    if (found && (found.page === 0 || found.rows.length === found.size)) return found;
    const first = await reader.readFrom(0, pageSize);
    if (!start || first.rows.length === first.size || first.rows.length === 0) return found ?? first;
    const size = Math.min(first.rows.length, MAXIMUM_PAGE_SIZE);
    const smaller = await this.find(size, start);
    if (smaller) reader.sizes.limitTo(size);
    return smaller ?? first;
  }

  /** Begins to read the page after `before`. The caller that awaits the page handles its failure. */
  readAhead(before: ReadPage): Ahead {
    const token = newCancelToken();
    return { page: quiet(this.pageAfter(before, token)), token };
  }

  cancel({ token }: Ahead): void {
    this.reader.cancel(token);
  }

  /** The page after `before`, once the border between the two was verified; undefined if no page follows. */
  async next(before: ReadPage, ahead: Ahead): Promise<Next | undefined> {
    const page = await ahead.page;
    if (page === undefined) return undefined;
    const holds = this.holds(before, page);
    const next = this.readAhead(page);
    return { page, holds: await holds, ahead: next };
  }

  /** Reads backwards until a page contains a row that was already read: all rows before such a row have been read. */
  async stepBack(from: ReadPage, isKnown: (row: Receiver) => boolean): Promise<ReadPage> {
    let { size } = from;
    for (let offset = from.page * size; ;) {
      const found = await this.reader.readFrom(offset, size);
      if (found.page === 0 || found.rows.some(isKnown)) return found;
      offset = found.page * found.size - 1;
      size = this.reader.sizes.larger(found.size);
    }
  }

  private async pageAfter(before: ReadPage, token: CancelToken): Promise<ReadPage | undefined> {
    const { reader } = this;
    const read = reader.under(token);
    const { page, rows } = before;
    let { size } = before;
    if (rows.length !== size) {
      this.onEnding();
      if (await this.isLast(read, before)) return undefined;
      // one response may lack rows by accident
      const again = await reader.readFrom(page * size, size, read);
      const isComparable = again.page === page && again.size === size;
      if (rows.length === 0 || (isComparable && again.rows.length > rows.length)) return { ...again, replaces: true };
      // the page does not have the requested length and is not the whole list, so CleverReach returns this many rows per page
      if (page === 0) {
        size = Math.min(rows.length, MAXIMUM_PAGE_SIZE);
        reader.sizes.limitTo(size);
      }
    }
    const offset = (page + 1) * size;
    return await reader.readFrom(offset, await reader.sizeAfter(before, offset, size), read);
  }

  private async isLast(read: FetchPage, { page, size, rows }: ReadPage): Promise<boolean> {
    // these rows were read ahead and have not been handed out
    const own = new Set(rows.map(({ id }) => id));
    const isKnown = (row: Receiver): boolean => own.has(row.id) || this.reader.progress.wasRead(row);
    return await isLastPage({ read, isKnown }, { page, pageSize: size, rows }).catch(falseIfTooLarge);
  }

  /** @throws TemporaryError if the order differs from response to response */
  private async holds({ rows: before }: ReadPage, { page, size, rows, replaces }: ReadPage): Promise<boolean> {
    if (replaces) return true;
    const { progress, sizes } = this.reader;
    const border = { page, pageSize: size, before, after: rows };
    const isFixed = (): Promise<boolean> => progress.isSizeFixed();
    const [holds] = await Promise.all([
      adjoins(progress.read, border, { limit: sizes.limit, isFixed }),
      progress.checkOrder(page, size, before, rows),
    ]);
    return holds;
  }

  /**
   * The page on which an earlier walk stopped, or a neighbour if rows have moved since; undefined if it cannot be
   * determined.
   */
  private async find(pageSize: number, { offset, anchors }: Position): Promise<ReadPage | undefined> {
    const place = Math.max(0, offset - 1);
    const first = await this.reader.readFrom(place, pageSize);
    const { size } = first;
    const pages = Math.min(NEIGHBOURS, Math.ceil(pageSize / size));
    const distances = Array.from({ length: pages }, (_, index) => index + 1).flatMap((distance) => [
      -distance,
      distance,
    ]);
    for (const distance of [0, ...distances]) {
      const at = (first.page + distance) * size;
      if (at < 0) continue;
      const read = distance === 0 ? first : await this.reader.readFrom(at, size);
      const index = indexOfAnchor(read.rows, anchors);
      if (index >= 0) return { ...read, behind: index + 1 };
    }
    return undefined;
  }
}

/** A promise whose failure may be handled late, or never. */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
