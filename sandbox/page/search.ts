import type { Account, Group } from '../state/account';

const limits = {
  /** Number of receivers per window. */
  rows: 50,
  /** Larger groups are searched by the beginning of the address, which is fast because the members are sorted. */
  anywhere: 10_000,
} as const;

/** A window of the receivers of a group, by ascending address. */
export interface Found {
  /** How the search text was matched. */
  match: 'contains' | 'beginsWith';
  /** The number of matches, and the number of matches before the first `id`. */
  total: number;
  offset: number;
  ids: readonly number[];
}

/** Searches receivers by address, without regard to case; an offset after the end returns the last window. */
export function search(account: Account, group: Group, text: string, offset: number): Found {
  const wanted = text.trim().toLowerCase();
  const all = group.members.ids({ field: 'email', descending: false });
  if (all.length <= limits.anywhere) {
    const found = wanted === '' ? all : all.filter((id) => account.pool.key(id).includes(wanted));
    return { match: 'contains', ...part(found, 0, found.length, offset) };
  }
  const start = group.members.place(wanted);
  // after every address with this beginning: nothing sorts after the last code unit
  const end = wanted === '' ? all.length : group.members.place(`${wanted}\uffff`);
  return { match: 'beginsWith', ...part(all, start, end, offset) };
}

function part(ids: readonly number[], start: number, end: number, offset: number): Omit<Found, 'match'> {
  const total = end - start;
  const last = Math.max(0, Math.ceil(total / limits.rows) - 1) * limits.rows;
  const first = Math.min(Math.max(0, offset), last);
  return { total, offset: first, ids: ids.slice(start + first, Math.min(end, start + first + limits.rows)) };
}
