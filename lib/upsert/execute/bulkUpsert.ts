/** Writes many rows with few requests; a rejected row does not affect the others. */

import type { CleverReachApi, ReceiverWrite, UpsertResult } from '../../cleverreach/types';
import { AuthorisationError, ComponentError, RejectedError, UnexplainedError } from '../../utils/errors';
import type { CircuitBreaker } from '../circuitBreaker';
import { typedError } from '../recordError';

/** Rows per request. Production clients send 250 to 1000. */
const MAX_ROWS = 250;
/** Maximum number of splits in the search for rejected rows; after that, the remaining rows count as rejected too. */
const MAX_DIVISIONS = 40;

const TOO_LARGE = 413;

interface Io {
  api: Pick<CleverReachApi, 'upsertReceivers'>;
  breaker: Pick<CircuitBreaker, 'check'>;
}

/** The result of one row. */
export type WrittenRow = Extract<UpsertResult, { ok: true }> | ComponentError;

/**
 * Returns one result per row, in the same order; never rejects for a response of CleverReach. Addresses must be unique.
 * A request that is rejected as a whole (too many rows, or one invalid row) is split in half, down to single rows.
 */
export async function bulkUpsert(rows: readonly ReceiverWrite[], groupId: string, io: Io): Promise<WrittenRow[]> {
  const results: WrittenRow[] = [];
  for (let start = 0; start < rows.length; start += MAX_ROWS) {
    const divisions = { left: MAX_DIVISIONS };
    results.push(...(await upsertBatch(rows.slice(start, start + MAX_ROWS), groupId, io, divisions)));
  }
  return results;
}

async function upsertBatch(
  rows: readonly ReceiverWrite[],
  groupId: string,
  io: Io,
  divisions: { left: number },
): Promise<WrittenRow[]> {
  try {
    io.breaker.check();
    return (await io.api.upsertReceivers(groupId, rows)).map(rowResult);
  } catch (thrown) {
    const error = typedError(thrown);
    if (rows.length < 2 || !mayBeDivided(error, divisions)) return rows.map(() => error);
    const half = Math.ceil(rows.length / 2);
    const first = await upsertBatch(rows.slice(0, half), groupId, io, divisions);
    return [...first, ...(await upsertBatch(rows.slice(half), groupId, io, divisions))];
  }
}

/**
 * Splitting always helps for 413. A 400, a 403 or an unexplained rejection may be caused by one row, or by the account
 * and then by every row.
 */
function mayBeDivided(error: ComponentError, divisions: { left: number }): boolean {
  if (error instanceof RejectedError && error.status === TOO_LARGE) return true;
  if (![RejectedError, AuthorisationError, UnexplainedError].some((kind) => error instanceof kind)) return false;
  divisions.left -= 1;
  return divisions.left >= 0;
}

function rowResult(result: UpsertResult): WrittenRow {
  return result.ok ? result : new RejectedError(result.reason, 200);
}
