/** The rows of the last few pages, which may be met again after a step back or where pages overlap. */

import type { Receiver } from '../../cleverreach/types';

/** Pages of the largest size that are remembered at least. */
const PAGES = 4;

/** Id → address. Joining the two to one string per row would be most of the work of a walk. */
type Keys = Map<string, string>;

export class RecentRows {
  private young: Keys = new Map();
  private old: Keys = new Map();
  /** Rows. */
  private enough: number;

  constructor(pageSize: number) {
    this.enough = PAGES * pageSize;
  }

  /** A row whose address has changed is another one. */
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
