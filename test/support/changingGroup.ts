/** A list that changes while it is read, for the tests of walks. */

import type { Receiver } from '../../lib/cleverreach/types';
import { positionAfter, type Position } from '../../lib/polling/pagination/position';
import { paginate, type FetchPage } from '../../lib/polling/pagination/paginate';
import { receiver } from './receiver';

/** A group as CleverReach keeps it: ordered by address, paged by offset, changing between any two requests. */
export class ChangingGroup {
  rows: Receiver[] = [];
  requests = 0;
  beforeRequest: (number: number) => void = () => undefined;

  add(row: Receiver): void {
    this.rows = [...this.rows.filter(({ id }) => id !== row.id), row].sort((a, b) => (a.email < b.email ? -1 : 1));
  }

  remove(id: string): void {
    this.rows = this.rows.filter((row) => row.id !== id);
  }

  readonly read: FetchPage = (page, pageSize) => {
    this.beforeRequest(this.requests);
    this.requests += 1;
    return Promise.resolve(this.rows.slice(page * pageSize, (page + 1) * pageSize).map((row) => ({ ...row })));
  };
}

export function groupOf(size: number): ChangingGroup {
  const group = new ChangingGroup();
  const rows = Array.from({ length: size }, (_, index) => receiver(String(index * 10)));
  group.rows = rows.sort((a, b) => (a.email < b.email ? -1 : 1));
  return group;
}

/** All rows that a walk hands out for the first time, each with the position after it. */
export async function walkAll(
  group: ChangingGroup,
  pageSize: number,
  start?: Position,
  read: FetchPage = group.read,
): Promise<{ ids: string[]; places: Position[] }> {
  const ids: string[] = [];
  const places: Position[] = [];
  for await (const page of paginate(read, pageSize, start)) {
    page.rows.forEach((row, index) => {
      if (page.wasHandedOut(row)) return;
      ids.push(row.id);
      places.push(positionAfter(page, index));
    });
  }
  return { ids, places };
}
