/** Reads pages from a position of the list, as large as CleverReach and the size limit of a response allow. */

import type { Receiver } from '../../cleverreach/types';
import { ResponseTooLargeError } from '../../http/responseTooLarge';
import { ConcurrencyLimit } from '../../http/concurrencyLimit';
import { PageSizes, type PageWeight } from './pageSizes';
import { ProgressGuard } from './progressGuard';
import type { FetchPage } from './paginate';

/** Maximum number of concurrent requests of one walk. */
const REQUESTS_AT_ONCE = 3;

/** A page as it was read. */
export interface ReadPage {
  page: number;
  /** How many rows were requested. */
  size: number;
  rows: readonly Receiver[];
  weight?: PageWeight | undefined;
  /** How many of its rows were handed out by an earlier walk. */
  behind: number;
  /** Whether it replaces the page before it, which lacked rows. */
  replaces: boolean;
}

/** Cancels the requests for pages that are read ahead. */
export interface CancelToken {
  isCancelled: boolean;
  /** How many pages were requested. */
  reads: number;
}

export const newCancelToken = (): CancelToken => ({ isCancelled: false, reads: 0 });

export class PageReader {
  readonly progress: ProgressGuard;
  readonly sizes: PageSizes;
  private readonly whole = newCancelToken();

  constructor(source: FetchPage, pageSize: number) {
    const slots = new ConcurrencyLimit(REQUESTS_AT_ONCE);
    this.sizes = new PageSizes(pageSize);
    this.progress = new ProgressGuard((...page) =>
      slots.run(async () => {
        checkNotCancelled(this.whole);
        return await source(...page);
      }),
    );
  }

  /** Starts no further requests. */
  end(): void {
    this.whole.isCancelled = true;
  }

  /** Reads pages until the token is cancelled. */
  under(token: CancelToken): FetchPage {
    return async (page, size, purpose, onWeight) => {
      checkNotCancelled(token);
      if (purpose === 'rows') token.reads += 1;
      try {
        return await this.progress.read(page, size, purpose, onWeight);
      } catch (error) {
        checkNotCancelled(token);
        // not counted: `attempt` requests a smaller page
        if (error instanceof ResponseTooLargeError && purpose === 'rows') token.reads -= 1;
        throw error;
      }
    };
  }

  /** Call this if pages that were read ahead are useless, because rows of the list have moved. */
  cancel(token: CancelToken): void {
    token.isCancelled = true;
    this.progress.uncount(token.reads);
  }

  /**
   * The page that contains the row at `offset`, of `wanted` rows, or of fewer if such a response would be too large.
   * @throws ResponseTooLargeError if a single row is too large
   */
  async readFrom(offset: number, wanted: number, read: FetchPage = this.progress.read): Promise<ReadPage> {
    for (let size = wanted; ;) {
      const page = Math.floor(offset / size);
      const result = await this.attempt(read, page, size);
      if (result === undefined) size = this.sizes.smaller(size) ?? 1;
      else if (this.sizes.isDoubtful(result, result.rows.length)) size = this.sizes.retreat();
      else {
        this.sizes.note(size, result.rows.length);
        return result;
      }
    }
  }

  /**
   * The size of the page after `before`, based on the weight of `before`; unchanged if CleverReach returns pages of one
   * size only.
   */
  async sizeAfter({ size: asked, weight }: ReadPage, offset: number, size = asked): Promise<number> {
    const next = this.sizes.after(size, weight, offset);
    return next === size || (await this.progress.isSizeFixed()) ? size : next;
  }

  /** @returns undefined if the response is too large and a smaller page may fit */
  private async attempt(read: FetchPage, page: number, size: number): Promise<ReadPage | undefined> {
    let weight: PageWeight | undefined;
    try {
      const rows = await read(page, size, 'rows', (measured) => {
        weight = measured;
      });
      return { page, size, rows, weight, behind: 0, replaces: false };
    } catch (error) {
      if (!(error instanceof ResponseTooLargeError) || size === 1 || (await this.progress.isSizeFixed())) throw error;
      // not counted: each failed attempt halves the size, so the attempts end automatically
      this.progress.uncount(1);
      return undefined;
    }
  }
}

/** The response is no longer needed, so this error is never shown. */
function checkNotCancelled({ isCancelled }: CancelToken): void {
  if (isCancelled) throw new Error('The page is no longer needed.');
}
