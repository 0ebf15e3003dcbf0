/** Looks up receivers by a list of ids or addresses, and does not take one list without a receiver for the word that it is not there. */

import type { HttpAnswer, HttpRequest } from '../http/httpClient';
import { splitList } from './listQueries';
import { parseReceivers } from './parseResponse';
import { paths } from './paths';
import { detail, type Receiver } from './types';

/** A limit of a server is at least this, or a multiple of one of {@link ROUND}, in rows. */
const USUAL_LIMIT = 50;
const ROUND = [10, 25];

type Get = (path: string, query: HttpRequest['query']) => Promise<HttpAnswer>;
type LookUp = (
  groupId: string,
  parameter: 'id_list' | 'email_list',
  values: readonly string[],
  /** What one value, or the id or address of a row, is recognised by. */
  wanted: { keys: ReadonlySet<string>; keyOf: (value: string) => string },
) => Promise<Receiver[]>;

/**
 * The receivers whose key is wanted, each once; other rows are left out. Values with a comma would be taken for two, so they are
 * looked up alone, and so is whoever an answer with other rows does not show. An answer that a server may have cut is asked for again
 * without those that it shows, in lists that are no longer than the answer was.
 * @param lookUpAlone one receiver by id or address
 */
export function createListLookUp(
  get: Get,
  lookUpAlone: (groupId: string, idOrEmail: string) => Promise<Receiver | undefined>,
): LookUp {
  return async (groupId, parameter, values, { keys, keyOf }) => {
    const path = paths.receivers(groupId);
    const keyOfRow = ({ id, email }: Receiver): string => keyOf(parameter === 'id_list' ? id : email);
    const distinct = [...new Set(values)].filter(canBeSent);
    const found = new Map<string, Receiver>();
    const shown = new Set<string>();
    /** Rows that nobody asked for. */
    const others = new Set<string>();
    const isMissing = (value: string): boolean => !shown.has(keyOf(value));

    /** @returns lists to be asked for again */
    const ask = async (list: readonly string[]): Promise<string[][]> => {
      const again: string[][] = [];
      for (const { values: asked, query } of splitList(path, parameter, list, { type: 'all', detail: detail.tags })) {
        const rows = parseReceivers((await get(path, query)).body, `GET ${path}`, groupId);
        for (const row of rows) {
          const key = keyOfRow(row);
          if (keys.has(key)) {
            found.set(row.id, row);
            shown.add(key);
          } else others.add(key);
        }
        if (mayBeCut(rows.length, asked.length)) again.push(...inParts(asked.filter(isMissing), rows.length));
      }
      return again;
    };

    const lists = distinct.filter((value) => !value.includes(','));
    for (const list of await ask(lists)) await ask(list);
    const missing = others.size > 0 ? [...keys].filter((key) => canBeSent(key) && !shown.has(key)) : [];
    for (const value of new Set([...distinct.filter((one) => one.includes(',')), ...missing])) {
      const one = await lookUpAlone(groupId, value);
      if (one) found.set(one.id, one);
    }
    return [...found.values()];
  };
}

/** Whether fewer rows than were asked for look like a limit, rather than like receivers that are not there. */
function mayBeCut(rows: number, asked: number): boolean {
  return rows > 0 && rows < asked && (rows >= USUAL_LIMIT || ROUND.some((round) => rows % round === 0));
}

function inParts(values: readonly string[], size: number): string[][] {
  const parts: string[][] = [];
  for (let start = 0; start < values.length; start += size) parts.push(values.slice(start, start + size));
  return parts;
}

/** No URL can hold half a character, so nobody in CleverReach has it in an address. */
function canBeSent(value: string): boolean {
  return value !== '' && !/\p{Surrogate}/u.test(value);
}
