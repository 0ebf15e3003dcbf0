/**
 * A pattern for paths: a string is compared with the path or its route (`/groups/:gid/receivers`), each with or without
 * `/v3`.
 */
export type PathPattern = string | RegExp;

/**
 * The URL without `.json` on any segment, and without doubled or trailing slashes. Segments with an e-mail address are
 * unchanged.
 */
export function normaliseUrl(url: string): string {
  const cut = url.indexOf('?');
  const path = cut < 0 ? url : url.slice(0, cut);
  const segments = path.split('/').filter((segment) => segment !== '');
  const plain = segments.map((segment) => (/@|%40/i.test(segment) ? segment : segment.replace(/\.json$/i, '')));
  return `/${plain.join('/')}${cut < 0 ? '' : url.slice(cut)}`;
}

/** The path of a URL, without the query. */
export function pathOf(url: string): string {
  const cut = url.indexOf('?');
  return cut < 0 ? url : url.slice(0, cut);
}

/** Whether a path or its route matches the pattern. */
export function matchesPath(pattern: PathPattern, path: string, route: string | undefined): boolean {
  const candidates = [path, ...(route === undefined ? [] : [route])].flatMap((one) => [
    one,
    one.replace(/^\/v3(?=\/)/, ''),
  ]);
  if (typeof pattern === 'string') return candidates.includes(normaliseUrl(pattern));
  const flagless = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
  return candidates.some((one) => flagless.test(one));
}
