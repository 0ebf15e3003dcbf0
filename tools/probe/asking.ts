/** What every part of the probe works with. */

import { paths } from '../../lib/cleverreach/paths';
import { idIn, rowIn, rowsOf, type JsonRow } from './answers';
import type { Question } from './catalogue';
import type { Findings } from './findings';
import { NotAnswered, type RawResponse, type Wire } from './wire';

export interface Asking {
  wire: Wire;
  findings: Findings;
  /** Asks questions. If that fails, they are not answered, and the reason is kept; the others are asked all the same. */
  ask: (questions: readonly Question[], how: () => Promise<void>) => Promise<void>;
}

/** A group whose receivers are known in part, and another group. */
export interface Subject {
  groupId: string;
  otherGroupId: string | undefined;
  /** Some of its receivers, as a list shows them. */
  rows: readonly JsonRow[];
}

export const receiversOf = (
  wire: Wire,
  groupId: string,
  query: Record<string, string | number>,
): Promise<RawResponse> => wire.send('GET', paths.receivers(groupId), { query });

/**
 * A receiver with tags and history, by its id.
 * @throws NotAnswered if it is not there
 */
export async function receiverIn(wire: Wire, groupId: string, id: string): Promise<JsonRow> {
  const answer = await receiversOf(wire, groupId, { id_list: id, detail: 7 });
  const row = rowsOf(answer).find((one) => idIn(one) === id);
  if (row === undefined) throw new NotAnswered('a receiver of the probe is not found by its id');
  return row;
}

export async function upsert(wire: Wire, groupId: string, rows: readonly object[]): Promise<RawResponse> {
  return await wire.send('POST', `${paths.receivers(groupId)}/upsertplus`, { body: rows });
}

/** @throws NotAnswered if the row is refused */
export async function upsertOne(wire: Wire, groupId: string, row: object): Promise<JsonRow> {
  return rowIn(await upsert(wire, groupId, [row]), 'a bulk write of one row');
}

/** Far in the future, in Unix seconds: no timestamp is later. */
export const FUTURE = 4_000_000_000;
