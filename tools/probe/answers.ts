/** Reads the answers of CleverReach in every shape that it may have. */

import { idOf } from '../../lib/cleverreach/parseResponse';
import { isObject } from '../../lib/utils/objects';
import { NotAnswered, type RawResponse } from './wire';

export type JsonRow = Record<string, unknown>;

export const isSuccess = ({ status }: RawResponse): boolean => status >= 200 && status < 300;

/** @throws NotAnswered unless the status is a success */
export function accepted(answer: RawResponse, what: string): RawResponse {
  if (isSuccess(answer)) return answer;
  const hint = answer.status === 401 || answer.status === 403 ? ': the app may lack the scope' : '';
  throw new NotAnswered(`${what} was answered with ${answer.status}${hint}`);
}

/** The rows of a list, or of an object that stands for a list of one; none if the answer is empty or an error. */
export function rowsOf(answer: RawResponse): JsonRow[] {
  const { body } = answer;
  if (!isSuccess(answer)) return [];
  return (Array.isArray(body) ? (body as unknown[]) : [body]).filter(isObject);
}

/** @throws NotAnswered if there is no row, or no id in it */
export function rowIn(answer: RawResponse, what: string): JsonRow & { id: unknown } {
  const [row] = rowsOf(accepted(answer, what));
  if (row === undefined || idOf(row['id']) === '') throw new NotAnswered(`${what} was answered without a receiver`);
  return { ...row, id: row['id'] };
}

export const idIn = (row: JsonRow): string => idOf(row['id']);
export const groupIn = (row: JsonRow): string => idOf(row['group_id'] ?? row['groups_id']);
export const emailIn = (row: JsonRow): string => (typeof row['email'] === 'string' ? row['email'] : '');

/** Unix seconds; 0 if it is missing. */
export const timeIn = (row: JsonRow, name: string): number => Number(row[name] ?? 0) || 0;

export function tagsIn(row: JsonRow): unknown[] {
  return Array.isArray(row['tags']) ? row['tags'] : [];
}

/** @param row read with its history */
export function eventCount(row: JsonRow): number {
  return Array.isArray(row['events']) ? row['events'].length : 0;
}

export function isActive(row: JsonRow): boolean {
  return [true, 1, '1', 'true'].includes(row['active'] as boolean);
}

export function valueIn(row: JsonRow, scope: 'attributes' | 'global_attributes', name: string): unknown {
  const values = row[scope];
  return isObject(values) ? values[name] : undefined;
}
