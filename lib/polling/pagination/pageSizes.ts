/**
 * Decides how many rows a walk asks for at once. A heavy page makes the next one smaller, light ones let it grow again, up
 * to the size that the step asks for or CleverReach gives.
 */

/** What the answer that holds a page cost. */
export interface PageWeight {
  bytes: number;
  milliseconds: number;
}

/** A page beyond one of these is heavy. */
const HEAVY: PageWeight = { bytes: 4 * 1024 * 1024, milliseconds: 10_000 };
/** Rows. No page is made smaller than this for its weight; only an answer that is too large makes a smaller one. */
const LEAST = 50;
const FACTOR = 2;

export class PageSizes {
  /** Rows of the largest page that came in full: CleverReach gives so many at least. */
  private proven = 0;
  private limited: number | undefined;

  /** @param wanted rows of a page, the most */
  constructor(private readonly wanted: number) {}

  /** Rows of the largest page. */
  get most(): number {
    return this.limited ?? this.wanted;
  }

  /** The most rows that CleverReach gives at once; undefined if it is not known to give fewer than wanted. */
  get limit(): number | undefined {
    return this.limited;
  }

  /** @param rows how many came, of the `size` that were asked for */
  note(size: number, rows: number): void {
    if (rows === size) this.proven = Math.max(this.proven, size);
  }

  /** CleverReach gives no more rows than these at once. */
  limitTo(rows: number): void {
    this.limited = rows === this.wanted ? undefined : rows;
  }

  /**
   * Whether a short page may stand elsewhere in the list than its number says, since CleverReach may limit its pages to fewer rows
   * than were asked for, and count by those.
   */
  isDoubtful({ page, size }: { page: number; size: number }, rows: number): boolean {
    return page > 0 && rows < size && this.proven > 0 && size > this.proven;
  }

  /** @returns the largest size that is proven, from now on the limit */
  retreat(): number {
    this.limitTo(this.proven);
    return this.proven;
  }

  /**
   * Rows of the next page.
   * @param weight of the page before; one that is not known is light
   * @param offset rows of the list before the next page
   */
  after(size: number, weight: PageWeight | undefined, offset: number): number {
    if (weight && isBeyond(weight, HEAVY)) return Math.max(Math.min(size, LEAST), Math.floor(size / FACTOR));
    if (size >= this.most) return size;
    const larger = Math.min(this.most, FACTOR * size);
    const growth = larger / size;
    if (weight && isBeyond({ bytes: weight.bytes * growth, milliseconds: weight.milliseconds * growth }, HEAVY))
      return size;
    // a larger page begins where a multiple of its size is: what it repeats must be rows of the page before
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
