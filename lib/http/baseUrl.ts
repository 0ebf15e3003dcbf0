/** The base URL of CleverReach, or of a sandbox that replaces it. */

import { ConfigurationError } from '../utils/errors';

export const cleverReachUrl = 'https://rest.cleverreach.com';
/** The path of the API version. */
const API_PATH = '/v3';
/** The path of the Flow API, which has no version. */
const FLOW_API_PATH = '/flow';

/** CleverReach's APIs on the same host, by the path with which their request paths begin. */
export const apiPaths = { v3: API_PATH, flow: FLOW_API_PATH } as const;

/** The names of this machine, as in `hostname` of a URL. */
export const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Validates the URL and removes a trailing slash. Tokens are sent there, so it must be https, or http on this machine.
 * @throws ConfigurationError that names CLEVERREACH_URL but does not repeat the URL, which may contain credentials
 */
export function checkBaseUrl(url: string): string {
  const wrong = (why: string): ConfigurationError =>
    new ConfigurationError(
      `CLEVERREACH_URL ${why}. It must look like ${cleverReachUrl}, or http://127.0.0.1:8080 for a sandbox.`,
    );
  if (!URL.canParse(url)) throw wrong('is not a valid URL');
  const { protocol, hostname, username, password, search, hash, pathname, origin } = new URL(url);
  if (username !== '' || password !== '') throw wrong('must not hold credentials');
  if (search !== '' || hash !== '') throw wrong('must not hold a query or a hash');
  if (pathname !== '/') throw wrong(`must not hold a path; "${API_PATH}" is added to it`);
  if (protocol !== 'https:' && !(protocol === 'http:' && LOOPBACK.test(hostname))) {
    throw wrong('must begin with https:// (http:// is for this machine only)');
  }
  return origin;
}
