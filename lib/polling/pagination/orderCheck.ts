/** Checks that a list keeps its order between answers. Paging by offset finds every row only then. */

import type { Receiver } from '../../cleverreach/types';

type Order = 'email' | 'id';

/** In which order the rows stand, as far as we can compare; CleverReach may sort addresses by other rules than ours. */
export function orderOf(rows: readonly Receiver[]): Order | undefined {
  if (isAscending(rows, ({ email }) => email.toLowerCase())) return 'email';
  return isAscending(rows, ({ id }) => Number(id)) ? 'id' : undefined;
}

/** Whether the rows that two answers share stand in the same order in both. */
export function isSameOrder(before: readonly Receiver[], after: readonly Receiver[]): boolean {
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
    // so that what is no number is not in order either
    if (previous !== undefined && !(previous <= value)) return false;
    previous = value;
  }
  return true;
}
