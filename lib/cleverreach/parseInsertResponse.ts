/** Assigns the result of a bulk insert to each row, by position. */

import { UnexplainedError } from '../utils/errors';
import { isObject } from '../utils/objects';
import { idOf } from './parseResponse';
import { rejectionText } from './parseUpsertResponse';
import type { InsertResult } from './types';

/**
 * A row that was inserted is an object with an id and the status "insert success"; a refused one is the reason, as a
 * string or as the status of an object.
 * @param rows the number of rows; an array of one row may be answered by its element
 * @throws UnexplainedError if the response has another form, since the rows may have been written
 */
export function parseInsertResponse(body: unknown, rows: number, what: string): InsertResult[] {
  const items: unknown[] = Array.isArray(body) ? body : [body];
  const results = items.flatMap((item) => resultOf(item) ?? []);
  if (items.length === rows && results.length === rows) return results;
  throw new UnexplainedError(
    `CleverReach answered ${what} with ${items.length} results for ${rows} rows, or with results in an unknown form. Waiting may help. If the error persists, check the receivers in CleverReach.`,
  );
}

function resultOf(item: unknown): InsertResult | undefined {
  const status = isObject(item) ? item['status'] : item;
  if (typeof status !== 'string' || status.trim() === '') return undefined;
  if (!/success/i.test(status)) return { ok: false, reason: rejectionText(status) };
  const id = isObject(item) ? idOf(item['id']) : '';
  return /insert/i.test(status) && id !== '' ? { ok: true, id } : undefined;
}
