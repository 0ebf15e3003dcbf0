import type { Account, Group } from '../state/account';

const limits = {
  /** Receivers that are shown at a time. */
  rows: 50,
  /** A larger group is searched by the beginning of the address, which the order of the members makes quick. */
  anywhere: 10_000,
} as const;

/** A part of the receivers of a group, by ascending address. */
export interface Found {
  /** How the text was looked for. */
  match: 'contains' | 'beginsWith';
  /** How many receivers were found, and the number of those before the first `id`. */
  total: number;
  offset: number;
  ids: readonly number[];
}

/** Looks for receivers by address, without regard to case; an offset after the end is the last part. */
export function search(account: Account, group: Group, text: string, offset: number): Found {
  const wanted = text.trim().toLowerCase();
  const all = group.members.ids({ field: 'email', descending: false });
  if (all.length <= limits.anywhere) {
    const found = wanted === '' ? all : all.filter((id) => account.pool.key(id).includes(wanted));
    return { match: 'contains', ...part(found, 0, found.length, offset) };
  }
  const start = group.members.place(wanted);
  // behind every address that begins so: nothing sorts after the last code unit
  const end = wanted === '' ? all.length : group.members.place(`${wanted}\uffff`);
  return { match: 'beginsWith', ...part(all, start, end, offset) };
}

function part(ids: readonly number[], start: number, end: number, offset: number): Omit<Found, 'match'> {
  const total = end - start;
  const last = Math.max(0, Math.ceil(total / limits.rows) - 1) * limits.rows;
  const first = Math.min(Math.max(0, offset), last);
  return { total, offset: first, ids: ids.slice(start + first, Math.min(end, start + first + limits.rows)) };
}
