/**
 * Looks up receivers by a list of ids or addresses. A receiver that is missing from one response is looked up again
 * before it counts as missing.
 */

import { type HttpRequest, addressOf } from '../http/httpClient';
import { isRefusal, NotAcceptedError, NotFoundError, RejectedError } from '../utils/errors';
import { parseFoundReceivers } from './parseResponse';
import { paths } from './paths';
import type { Receiver } from './types';

/** A server's limit for rows is at least this number, or a multiple of a number in {@link ROUND}. */
const USUAL_LIMIT = 50;
const ROUND = [10, 25];

/** CleverReach may store an address in several spellings, each as a receiver, so a page has room for more rows than values. */
const SPARE_ROWS = 10;
const MAX_PAGE_SIZE = 5_000;
/** More pages than any list of values needs. */
const MAX_PAGES = 100;

/** Sends a GET and parses the response. */
type Get = <T>(request: Pick<HttpRequest, 'path' | 'query'>, parse: (body: unknown, what: string) => T) => Promise<T>;
type LookUp = (
  groupId: string,
  parameter: 'id_list' | 'email_list',
  values: readonly string[],
  /** Maps a value, or the id or address of a row, to the key under which both match. */
  wanted: { keys: ReadonlySet<string>; keyOf: (value: string) => string; detail: number },
) => Promise<Receiver[]>;

/**
 * Returns each receiver whose key is requested, once; other rows are dropped. After a full page, the next one is read, as
 * long as it has further receivers that were requested. A value with a comma would be read as two
 * values, so it is looked up separately. A missing receiver is also looked up separately if the response contains rows
 * that were not requested or are not receivers. If the server may have truncated a response, the missing values are
 * requested again in lists that are no longer than that response. A list that is too long for the server is requested in
 * halves, and the receivers of a list that it refuses are looked up one by one.
 * @param lookUpAlone looks up one receiver by id or address
 */
export function createReceiverLookup(
  get: Get,
  lookUpAlone: (groupId: string, idOrEmail: string) => Promise<Receiver | undefined>,
): LookUp {
  return async (groupId, parameter, values, { keys, keyOf, detail }) => {
    const path = paths.receivers(groupId);
    const keyOfRow = ({ id, email }: Receiver): string => keyOf(parameter === 'id_list' ? id : email);
    const distinct = [...new Set(values)].filter(canBeSent);
    const found = new Map<string, Receiver>();
    const shown = new Set<string>();
    /** The ids or addresses as they are stored, without regard to case. */
    const spelt = new Set<string>();
    /** The number of rows that were not requested, or that are not receivers. */
    let others = 0;
    /** Values that no list can contain. */
    const alone = new Set(distinct.filter((value) => value.includes(',')));
    // another spelling of an address may belong to another receiver
    const isMissing = (value: string): boolean => !spelt.has(value.toLowerCase());

    /** Undefined if the server refuses the list. */
    const read = async ({ values: asked, query }: ListQuery): Promise<Found | undefined> => {
      const readPage = async (page: number): Promise<Found> =>
        await get({ path, query: { ...query, page } }, (body, what) => parseFoundReceivers(body, what, groupId));
      try {
        const all = await readPage(0);
        const ids = new Set<string>();
        let last = all;
        for (let page = 1; page < MAX_PAGES && mayContinue(last.rows, asked.length); page += 1) {
          for (const { id } of last.receivers) ids.add(id);
          last = await readPage(page).catch(endOrError);
          const more = last.receivers.filter((row) => !ids.has(row.id) && keys.has(keyOfRow(row)));
          if (more.length === 0) break;
          all.receivers.push(...more);
          all.rows += more.length;
        }
        return all;
      } catch (error) {
        if (isTooLong(error) && asked.length > 1) {
          const halves = inParts(asked, Math.ceil(asked.length / 2)).flatMap((half) => listsOf(half));
          return await allOf(halves, read);
        }
        // if the credentials are refused, so is the first single look-up
        if (isRefusal(error)) return undefined;
        throw error;
      }
    };
    const listsOf = (list: readonly string[]): ListQuery[] => splitList(path, parameter, list, { type: 'all', detail });

    /** @returns lists that have to be requested again */
    const ask = async (list: readonly string[]): Promise<string[][]> => {
      const again: string[][] = [];
      for (const part of listsOf(list)) {
        const { values: asked } = part;
        const response = await read(part);
        if (!response) for (const value of asked) alone.add(value);
        const { receivers, rows } = response ?? { receivers: [], rows: 0 };
        others += rows - receivers.length;
        for (const row of receivers) {
          const key = keyOfRow(row);
          if (keys.has(key)) {
            found.set(row.id, row);
            shown.add(key);
            spelt.add((parameter === 'id_list' ? row.id : row.email).trim().toLowerCase());
          } else others += 1;
        }
        if (mayBeCut(rows, asked.length)) again.push(...inParts(asked.filter(isMissing), rows));
      }
      return again;
    };

    for (const list of await ask(distinct.filter((value) => !alone.has(value)))) await ask(list);
    const missing = others > 0 ? [...keys].filter((key) => canBeSent(key) && !shown.has(key)) : [];
    for (const value of new Set([...alone, ...missing])) {
      const one = await lookUpAlone(groupId, value);
      if (one) found.set(one.id, one);
    }
    return [...found.values()];
  };
}

/** Receivers, and the number of rows of the responses. */
interface Found {
  receivers: Receiver[];
  rows: number;
}

/** @returns undefined if the server refuses one of the lists */
async function allOf(
  lists: readonly ListQuery[],
  read: (list: ListQuery) => Promise<Found | undefined>,
): Promise<Found | undefined> {
  const all: Found = { receivers: [], rows: 0 };
  for (const list of lists) {
    const found = await read(list);
    if (!found) return undefined;
    all.receivers.push(...found.receivers);
    all.rows += found.rows;
  }
  return all;
}

/** Whether the server refuses the length of the list. */
function isTooLong(error: unknown): boolean {
  const status = error instanceof NotAcceptedError || error instanceof RejectedError ? error.status : undefined;
  return status === 414 || status === 413;
}

/** A page past the end may return 404 or 400. */
function endOrError(error: unknown): Found {
  if (error instanceof NotFoundError || error instanceof RejectedError) return { receivers: [], rows: 0 };
  throw error;
}

/** Whether the number of rows looks like a server limit rather than like missing receivers. */
function mayBeCut(rows: number, asked: number): boolean {
  return rows > 0 && rows < pageSizeFor(asked) && looksLikeLimit(rows);
}

/** Whether a page is full. Only if an address is stored in several spellings, it has more rows than values. */
function mayContinue(rows: number, asked: number): boolean {
  return rows >= pageSizeFor(asked) || (rows > asked && looksLikeLimit(rows));
}

function looksLikeLimit(rows: number): boolean {
  return rows >= USUAL_LIMIT || ROUND.some((round) => rows % round === 0);
}

function pageSizeFor(values: number): number {
  return Math.min(2 * values + SPARE_ROWS, MAX_PAGE_SIZE);
}

function inParts(values: readonly string[], size: number): string[][] {
  const parts: string[][] = [];
  for (let start = 0; start < values.length; start += size) parts.push(values.slice(start, start + size));
  return parts;
}

/** A URL cannot contain half of a surrogate pair, so no receiver can have it in an address. */
function canBeSent(value: string): boolean {
  return value !== '' && !/\p{Surrogate}/u.test(value);
}

/** Maximum length of a URL; part of it is reserved for the host. Common web servers accept at least 8,000 characters. */
const MAX_URL_LENGTH = 6_000;
const KEPT_FOR_HOST = 100;

/** One request of a list look-up. */
interface ListQuery {
  values: string[];
  query: Record<string, string | number>;
}

/**
 * @param path path below the API version
 * @param parameter `id_list` or `email_list`
 * @param rest the other parameters; the page size is given, because CleverReach's default is 50
 */
function splitList(
  path: string,
  parameter: string,
  values: readonly string[],
  rest: Record<string, string | number>,
): ListQuery[] {
  const queryFor = (chunk: readonly string[]): ListQuery['query'] => ({
    ...rest,
    page: 0,
    pagesize: pageSizeFor(chunk.length),
    [parameter]: chunk.join(','),
  });
  const room = MAX_URL_LENGTH - KEPT_FOR_HOST;
  const fixed = addressOf(path, { ...queryFor([]), pagesize: MAX_PAGE_SIZE }).length;
  const chunks: string[][] = [];
  let length = Infinity;
  for (const value of values) {
    const own = encodeURIComponent(value).length + 1;
    const current = chunks.at(-1);
    if (current === undefined || length + own > room) {
      chunks.push([value]);
      length = fixed + own;
    } else {
      current.push(value);
      length += own;
    }
  }
  return chunks.map((chunk) => ({ values: chunk, query: queryFor(chunk) }));
}
