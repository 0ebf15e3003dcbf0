/** Writes many rows with few requests, so that a row that is refused costs the others nothing. */

import type { CleverReachApi, ReceiverWrite, UpsertResult } from '../../cleverreach/types';
import { AuthorisationError, ComponentError, RejectedError, UnexplainedError } from '../../utils/errors';
import { typedError } from '../recordError';

/** Rows of one request; clients in production send from 250 to 1000. */
const MAX_ROWS = 250;
/** How many refused requests are divided to find the rows at fault, before the rest is taken to be refused as well. */
const MAX_DIVISIONS = 40;

const TOO_LARGE = 413;

/** What became of one row. */
export type WrittenRow = Extract<UpsertResult, { ok: true }> | ComponentError;

/**
 * One result per row, in their order; never rejects for what CleverReach answers. No address may be there twice.
 * A request that is refused as a whole (too many rows, or one among them that spoils it) is divided in two, down to single rows.
 */
export async function bulkUpsert(
  api: Pick<CleverReachApi, 'upsertReceivers'>,
  groupId: string,
  rows: readonly ReceiverWrite[],
): Promise<WrittenRow[]> {
  const results: WrittenRow[] = [];
  for (let start = 0; start < rows.length; start += MAX_ROWS) {
    const divisions = { left: MAX_DIVISIONS };
    results.push(...(await upsertBatch(api, groupId, rows.slice(start, start + MAX_ROWS), divisions)));
  }
  return results;
}

async function upsertBatch(
  api: Pick<CleverReachApi, 'upsertReceivers'>,
  groupId: string,
  rows: readonly ReceiverWrite[],
  divisions: { left: number },
): Promise<WrittenRow[]> {
  try {
    return (await api.upsertReceivers(groupId, rows)).map(rowResult);
  } catch (thrown) {
    const error = typedError(thrown);
    if (rows.length < 2 || !mayBeDivided(error, divisions)) return rows.map(() => error);
    const half = Math.ceil(rows.length / 2);
    const first = await upsertBatch(api, groupId, rows.slice(0, half), divisions);
    return [...first, ...(await upsertBatch(api, groupId, rows.slice(half), divisions))];
  }
}

/** 413 always helps when divided; a 400, a 403 or a refusal without a reason may be about one row, or about the account and then about each. */
function mayBeDivided(error: ComponentError, divisions: { left: number }): boolean {
  if (error instanceof RejectedError && error.status === TOO_LARGE) return true;
  if (![RejectedError, AuthorisationError, UnexplainedError].some((kind) => error instanceof kind)) return false;
  divisions.left -= 1;
  return divisions.left >= 0;
}

function rowResult(result: UpsertResult): WrittenRow {
  return result.ok ? result : new RejectedError(result.reason, 200);
}
