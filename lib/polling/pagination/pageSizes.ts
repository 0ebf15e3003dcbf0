/**
 * Decides how many rows a walk requests at once. After a heavy page, the next one is smaller; after light pages, the
 * size grows again, up to the size that the step requests or CleverReach returns.
 */

/** The cost of the response that contains a page. */
export interface PageWeight {
  bytes: number;
  milliseconds: number;
}

/** A page beyond one of these is heavy. */
const HEAVY: PageWeight = { bytes: 4 * 1024 * 1024, milliseconds: 10_000 };
/** Rows. A page is never made smaller than this because of its weight, only because a response is too large. */
const LEAST = 50;
const FACTOR = 2;

export class PageSizes {
  /** Rows of the largest complete page: CleverReach returns at least this many. */
  private proven = 0;
  private limited: number | undefined;

  /** @param requested maximum number of rows of a page */
  constructor(private readonly requested: number) {}

  /** Rows of the largest page. */
  get most(): number {
    return this.limited ?? this.requested;
  }

  /**
   * The maximum number of rows that CleverReach returns at once; undefined unless it is known to be lower than requested.
   */
  get limit(): number | undefined {
    return this.limited;
  }

  /** @param rows how many were received, of the `size` that were requested */
  note(size: number, rows: number): void {
    if (rows === size) this.proven = Math.max(this.proven, size);
  }

  /** CleverReach returns at most this number of rows at once. */
  limitTo(rows: number): void {
    this.limited = rows === this.requested ? undefined : rows;
  }

  /**
   * Whether a short page may be elsewhere in the list than its number says, because CleverReach may limit its pages to
   * fewer rows than requested, and number them by that limit.
   */
  isDoubtful({ page, size }: { page: number; size: number }, rows: number): boolean {
    return page > 0 && rows < size && this.proven > 0 && size > this.proven;
  }

  /** @returns the largest proven size, which is the limit from now on */
  retreat(): number {
    this.limitTo(this.proven);
    return this.proven;
  }

  /**
   * Rows of the next page.
   * @param weight of the previous page; an unknown weight counts as light
   * @param offset rows of the list before the next page
   */
  after(size: number, weight: PageWeight | undefined, offset: number): number {
    if (weight && isBeyond(weight, HEAVY)) return Math.max(Math.min(size, LEAST), Math.floor(size / FACTOR));
    if (size >= this.most) return size;
    const larger = Math.min(this.most, FACTOR * size);
    const growth = larger / size;
    if (weight && isBeyond({ bytes: weight.bytes * growth, milliseconds: weight.milliseconds * growth }, HEAVY))
      return size;
    // a larger page begins at a multiple of its size: the rows that it repeats must be rows of the previous page
    return offset % larger <= size ? larger : size;
  }

  /** Rows of a page that is read again after one was too large; undefined if there is nothing smaller. */
  smaller(size: number): number | undefined {
    return size > 1 ? Math.floor(size / FACTOR) : undefined;
  }

  /** Rows of a page further back, where many have moved. */
  larger(size: number): number {
    return Math.max(size, Math.min(this.most, FACTOR * size));
  }
}

function isBeyond(weight: PageWeight, limit: PageWeight): boolean {
  return weight.bytes > limit.bytes || weight.milliseconds > limit.milliseconds;
}
