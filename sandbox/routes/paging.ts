import { wholeOf } from '../input';
import { badRequest, notFound, Problem } from '../problems';
import { sortFields, type Order } from '../state/members';
import type { World } from '../world';

const defaultPageSize = 50;
const maxPageSize = 5000;

export interface Paging {
  page: number;
  size: number;
}

/** Parses `page` (0-based) and `pagesize`. */
export function readPaging(world: World, sent: Record<string, unknown>): Paging {
  const page = wholeOf(sent['page']) ?? 0;
  const size = wholeOf(sent['pagesize']) ?? defaultPageSize;
  if (page < 0 || size < 1) throw badRequest('invalid page');
  if (size > maxPageSize && world.switches.pageSizeTooLarge === '400')
    throw badRequest(`pagesize must not exceed ${maxPageSize}`);
  return { page, size: Math.min(size, maxPageSize) };
}

/** One page; throws the response for a page that does not exist. */
export function pageOf<T>(world: World, rows: { slice(start: number, end: number): T[] }, { page, size }: Paging): T[] {
  const slice = rows.slice(page * size, (page + 1) * size);
  if (slice.length > 0) return slice;
  if (page === 0) {
    if (world.switches.emptyGroup === '204') throw new Problem(204, 'No Content');
    return slice;
  }
  switch (world.switches.pageOutOfRange) {
    case 'empty':
      return slice;
    case '404':
      throw notFound();
    case '400':
      throw badRequest('invalid page');
    case '204':
      throw new Problem(204, 'No Content');
  }
}

/** Parses `<field> asc|desc`; rows are sorted by id if no order is requested. */
export function readOrder(world: World, sent: unknown): Order {
  const byId: Order = { field: 'id', descending: false };
  if (sent === undefined || sent === '') return byId;
  if (world.switches.orderBy === 'rejected') throw badRequest('invalid order_by');
  const parts = typeof sent === 'string' ? /^\s*(\w+)(?:[\s+]+(asc|desc))?\s*$/i.exec(sent) : null;
  const field = sortFields.find((one) => one === parts?.[1]?.toLowerCase());
  if (!field) throw badRequest('invalid order_by');
  return world.switches.orderBy === 'ignored' ? byId : { field, descending: parts?.[2]?.toLowerCase() === 'desc' };
}
