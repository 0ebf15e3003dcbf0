import type { UnixSeconds } from '../clock';
import { timestampFields, typeOf, type Member, type MemberView, type ReceiverType, type Timestamps } from './model';
import type { Pool } from './pool';

/**
 * Computed instead of stored members; `order` contains their ids by ascending address, and ownership passes to this
 * class.
 */
export interface MemberSource {
  member(id: number): Member | undefined;
  /** Only the timestamps, which is cheaper. */
  timestamps(id: number): Timestamps | undefined;
  /** No member has a later timestamp of this kind. */
  latest(field: keyof Timestamps): UnixSeconds;
  order: number[];
}

export const sortFields = ['email', 'id', ...timestampFields] as const;
type SortField = (typeof sortFields)[number];

export interface Order {
  field: SortField;
  descending: boolean;
}

/**
 * The members of one group. Their ids are always sorted by address, so a page costs only that page. Other orders and
 * selections by type are computed on request and cached until something changes.
 */
export class Members {
  private readonly stored = new Map<number, Member>();
  private readonly removed = new Set<number>();
  private byAddress: number[];
  private changes = 0;
  private readonly cache = new Map<string, { version: number; ids: readonly number[] }>();

  constructor(
    private readonly pool: Pool,
    private readonly source?: MemberSource,
    /** Called before a member is changed, added or deleted. */
    private readonly touch: (id: number) => void = () => undefined,
  ) {
    this.byAddress = source?.order ?? [];
  }

  /** Changes with every modification. */
  get version(): number {
    return this.changes;
  }

  get size(): number {
    return this.byAddress.length;
  }

  view(id: number): MemberView | undefined {
    return this.stored.get(id) ?? this.computed(id);
  }

  timestamps(id: number): Readonly<Timestamps> | undefined {
    return this.stored.get(id) ?? (this.removed.has(id) ? undefined : this.source?.timestamps(id));
  }

  /** No member that is computed has a later timestamp of this kind. */
  latestComputed(field: keyof Timestamps): UnixSeconds {
    return this.source?.latest(field) ?? -Infinity;
  }

  /** The members that are not computed, by ascending address. */
  changed(): number[] {
    const keyed = [...this.stored.keys()].map((id) => ({ id, key: this.pool.key(id) }));
    return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ id }) => id);
  }

  /** The member for modification, stored from now on. */
  edit(id: number): Member {
    this.touch(id);
    this.changes += 1;
    const member = this.stored.get(id) ?? this.computed(id);
    if (!member) throw new Error(`No member ${id}`);
    this.stored.set(id, member);
    return member;
  }

  /** The person must already be in the pool. */
  add(id: number, member: Member): void {
    this.touch(id);
    this.changes += 1;
    this.stored.set(id, member);
    this.byAddress.splice(this.place(this.pool.key(id)), 0, id);
  }

  /** The person must still be in the pool. */
  delete(id: number): void {
    this.touch(id);
    this.changes += 1;
    this.byAddress.splice(this.indexOf(id), 1);
    this.stored.delete(id);
    this.removed.add(id);
  }

  /** Changes the address of a member and moves the member to its new position. */
  move(id: number, change: () => void): void {
    this.changes += 1;
    this.byAddress.splice(this.indexOf(id), 1);
    change();
    this.byAddress.splice(this.place(this.pool.key(id)), 0, id);
  }

  /** Ids in an order, of all members or of one type. */
  ids(order: Order, type?: ReceiverType): readonly number[] {
    if (order.field === 'email' && !order.descending && type === undefined) return this.byAddress;
    const key = `${order.field} ${order.descending} ${type ?? 'all'}`;
    const known = this.cache.get(key);
    if (known?.version === this.changes) return known.ids;
    const ids = this.sorted(order, this.selected(type));
    this.cache.set(key, { version: this.changes, ids });
    return ids;
  }

  /** The index of the first member whose address is not before `key`. */
  place(key: string): number {
    let low = 0;
    let high = this.byAddress.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.pool.key(this.byAddress[middle] ?? 0) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Several members may have the same address in different spellings. */
  private indexOf(id: number): number {
    const first = this.place(this.pool.key(id));
    return this.byAddress[first] === id ? first : this.byAddress.indexOf(id, first);
  }

  /** Sorts ids that are given by ascending address. */
  sorted({ field, descending }: Order, ids: number[]): number[] {
    if (field === 'email') return descending ? ids.reverse() : ids;
    if (field === 'id') return [...Float64Array.from(ids).sort((a, b) => (descending ? b - a : a - b))];
    const keyed = ids.map((id) => ({ id, key: this.timestamps(id)?.[field] ?? 0 }));
    const sign = descending ? -1 : 1;
    return keyed.sort((a, b) => sign * (a.key - b.key) || a.id - b.id).map(({ id }) => id);
  }

  private selected(type: ReceiverType | undefined): number[] {
    if (type === undefined) return [...this.byAddress];
    return this.byAddress.filter((id) => {
      const timestamps = this.timestamps(id);
      return timestamps !== undefined && typeOf(timestamps) === type;
    });
  }

  private computed(id: number): Member | undefined {
    return this.removed.has(id) ? undefined : this.source?.member(id);
  }
}
