/**
 * Makes sure that a walk ends, whatever CleverReach returns: the number of requests is limited in proportion to the
 * rows. Contradictory responses cause an error before a receiver is lost or emitted endlessly. Paging by offset finds
 * every row only if the list keeps its order between responses.
 */

import { falseIfTooLarge } from '../../http/responseTooLarge';
import { TemporaryError } from '../../utils/errors';
import type { FetchPage } from './paginate';
import type { Receiver } from '../../cleverreach/types';

/** Maximum number of consecutive pages that contain only rows that were already handed out. */
const PAGES_WITHOUT_PROGRESS = 5;
/**
 * Each page may be read this many times on average, plus a fixed number of reads: steps back after changes need far
 * fewer.
 */
const READS_PER_PAGE = 3;
const FREE_READS = 12;
/** This many rows are not in the same order twice by chance. */
const ROWS_THAT_PROVE_ORDER = 8;

export class ProgressGuard {
  private reads = 0;
  /** Rows of the list before the end of the furthest page. */
  private furthest = 0;
  /** Rows of the largest page. */
  private largest = 1;
  /** Pages with new rows. */
  private pages = 0;
  private idle = 0;
  private isOrderProven = false;
  private sizeFixed: Promise<boolean> | undefined;
  /** Rows of the list before the end of what was handed out. */
  private handedOut = 0;
  private readonly seen = new SeenIds();

  constructor(private readonly source: FetchPage) {}

  /** @throws TemporaryError if pages are read repeatedly without progress */
  readonly read: FetchPage = async (page, pageSize, purpose, onWeight) => {
    if (purpose === 'rows') {
      this.furthest = Math.max(this.furthest, (page + 1) * pageSize);
      this.largest = Math.max(this.largest, pageSize);
      this.reads += 1;
      // a walk that starts again, or reads smaller pages, does not get further by that
      const pages = Math.max(Math.ceil(this.furthest / this.largest), this.pages + 1);
      if (this.reads > READS_PER_PAGE * pages + FREE_READS) {
        throw unreadable(page, 'repeated requests returned neither the end of the list nor any further receivers');
      }
    }
    return await this.source(page, pageSize, purpose, onWeight);
  };

  /** Excludes reads from the count; their number is in proportion to the reads that are counted. */
  uncount(reads: number): void {
    this.reads -= reads;
  }

  /** @throws TemporaryError if page after page contains only receivers that were already handed out */
  handOut({ page, size, rows }: { page: number; size: number; rows: readonly Receiver[] }): void {
    // looks at every row, because each must be noted
    const news = rows.filter(({ id }) => this.seen.add(id)).length;
    if (news > 0) this.pages += 1;
    const end = (page + 1) * size;
    // pages that are read again after a step back are counted by `read`
    if (end <= this.handedOut || rows.length === 0) return;
    this.handedOut = end;
    this.idle = news > 0 ? 0 : this.idle + 1;
    if (this.idle < PAGES_WITHOUT_PROGRESS) return;
    throw unreadable(page, `the last ${PAGES_WITHOUT_PROGRESS} pages contained only receivers that were already read`);
  }

  /** Whether a row was handed out; may also be true of another row, see {@link BITS}. */
  readonly wasRead = ({ id }: Receiver): boolean => this.seen.has(id);

  /**
   * Checks that the rows of a page are in the same order as those of the previous page; requests it again if that is
   * unclear.
   * @throws TemporaryError if the order differs from response to response
   */
  async checkOrder(
    page: number,
    pageSize: number,
    before: readonly Receiver[],
    rows: readonly Receiver[],
  ): Promise<void> {
    const isStable =
      isSameOrder(before, rows) && (this.isOrderProven || (await this.isStable(page, pageSize, before, rows)));
    if (!isStable) throw unreadable(page, 'each response returned the receivers in a different order');
  }

  /** Whether CleverReach returns pages of one size only. */
  async isSizeFixed(): Promise<boolean> {
    this.sizeFixed ??= this.source(0, 1, 'border')
      .then((rows) => rows.length > 1)
      .catch(falseIfTooLarge);
    return await this.sizeFixed;
  }

  private async isStable(
    page: number,
    pageSize: number,
    before: readonly Receiver[],
    rows: readonly Receiver[],
  ): Promise<boolean> {
    const order = orderOf(before);
    if (rows.length === 0 || (order !== undefined && order === orderOf(rows))) return true;
    const again = await this.source(page, pageSize, 'border');
    this.isOrderProven = rows.length >= ROWS_THAT_PROVE_ORDER;
    return isSameOrder(rows, again);
  }
}

function unreadable(page: number, what: string): TemporaryError {
  return new TemporaryError(
    `The list of the group cannot be read completely: at page ${page} ${what}. The receivers before that were sent, and ` +
      'the next poll tries again from there. If it fails in the same way, waiting does not help: leave the field "pageSize" empty, and if ' +
      'the poll still fails, contact CleverReach support with this message.',
  );
}

/** One bit per hash value. With a million ids, one new id in 16 is reported as known. */
const BITS = 2 ** 24;

/**
 * The ids that a walk has read, in two megabytes for any number of ids. It may report a new id as known, but never a
 * known id as new.
 */
class SeenIds {
  private readonly bits = new Uint8Array(BITS / 8);

  /** @returns whether the id is new */
  add(id: string): boolean {
    const { index, mask } = bitOf(id);
    const byte = this.bits[index] ?? 0;
    this.bits[index] = byte | mask;
    return (byte & mask) === 0;
  }

  has(id: string): boolean {
    const { index, mask } = bitOf(id);
    return ((this.bits[index] ?? 0) & mask) !== 0;
  }
}

function bitOf(id: string): { index: number; mask: number } {
  const bit = hashOf(id) % BITS;
  return { index: Math.floor(bit / 8), mask: 1 << (bit % 8) };
}

/** FNV-1a with a final mix; a 32-bit integer. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
}

type Order = 'email' | 'id';

/** The order of the rows, as far as we can compare them; CleverReach may sort addresses by other rules. */
function orderOf(rows: readonly Receiver[]): Order | undefined {
  if (isAscending(rows, ({ email }) => email.toLowerCase())) return 'email';
  return isAscending(rows, ({ id }) => Number(id)) ? 'id' : undefined;
}

/** Whether the rows that two responses share are in the same order in both. */
function isSameOrder(before: readonly Receiver[], after: readonly Receiver[]): boolean {
  const indexes = new Map(before.map((row, index) => [row.id, index]));
  let previous = -1;
  for (const { id, email } of after) {
    const index = indexes.get(id);
    if (index === undefined || before[index]?.email !== email) continue;
    if (index <= previous) return false;
    previous = index;
  }
  return true;
}

function isAscending(rows: readonly Receiver[], valueOf: (row: Receiver) => string | number): boolean {
  let previous: string | number | undefined;
  for (const row of rows) {
    const value = valueOf(row);
    // so that a value that is not a number is never in order
    if (previous !== undefined && !(previous <= value)) return false;
    previous = value;
  }
  return true;
}
