import type { FastifyRequest } from 'fastify';
import { Problem } from '../problems';

/** What the browser is told with every answer: nothing from elsewhere, in no frame, kept nowhere. */
export const protective = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
} as const;

const loopback = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;
const ownSites: readonly unknown[] = [undefined, 'same-origin', 'none'];

/**
 * The page asks for no token, so it answers only to itself: the address has to be one of this machine (else a foreign name could be pointed at it), and
 * what it holds is not for the other pages of the same browser. Programs that are no browser send neither header and pass.
 * @throws Problem 403
 */
export function guard({ headers, url }: Pick<FastifyRequest, 'headers' | 'url'>): void {
  const host = headers.host ?? '';
  if (!loopback.test(host)) throw new Problem(403, 'Forbidden: this page answers to 127.0.0.1 and localhost only');
  if (!url.startsWith('/sandbox/')) return;
  const ownOrigin = headers.origin === undefined || headers.origin === `http://${host}`;
  if (!ownOrigin || !ownSites.includes(headers['sec-fetch-site']))
    throw new Problem(403, 'Forbidden: this is for the page of the sandbox only');
}
