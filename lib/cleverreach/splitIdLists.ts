/**
 * Splits a long list of ids or addresses into several requests, so that no URL exceeds the length that servers accept.
 */

import { addressOf } from '../http/httpClient';

/** Maximum length of a URL; part of it is reserved for the host. Common web servers accept at least 8,000 characters. */
const MAX_URL_LENGTH = 6_000;
const KEPT_FOR_HOST = 100;
/** More values than fit into any URL, so the page size never has more digits than this. */
const MANY = 1_000;

/** One request of a list look-up. */
export interface ListQuery {
  values: string[];
  query: Record<string, string | number>;
}

/**
 * @param path path below the API version
 * @param parameter `id_list` or `email_list`
 * @param rest the other parameters; the page size is the number of values, because CleverReach's default is 50
 */
export function splitList(
  path: string,
  parameter: string,
  values: readonly string[],
  rest: Record<string, string | number>,
): ListQuery[] {
  const queryFor = (chunk: readonly string[]): ListQuery['query'] => ({
    ...rest,
    page: 0,
    pagesize: chunk.length,
    [parameter]: chunk.join(','),
  });
  const room = MAX_URL_LENGTH - KEPT_FOR_HOST;
  const fixed = addressOf(path, { ...queryFor([]), pagesize: MANY }).length;
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
