import type { FastifyRequest } from 'fastify';
import { Problem } from './problems';

const loopback = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;
const ownSites: readonly unknown[] = [undefined, 'same-origin', 'none'];

/** Whether an address refers to this machine, independent of DNS. */
export function isLoopbackUrl(text: string): boolean {
  const { protocol, hostname, username, password } = new URL(text);
  const isHttp = protocol === 'http:' || protocol === 'https:';
  return isHttp && username === '' && password === '' && loopback.test(hostname);
}

type Asked = Pick<FastifyRequest, 'headers'>;

/**
 * The requested host must be this machine. Otherwise a web page whose domain resolves to this machine (DNS rebinding)
 * would be same-origin with the sandbox in the browser and could read and change everything.
 * @throws Problem 403
 */
export function refuseForeignHost({ headers }: Asked): void {
  if (!loopback.test(headers.host ?? ''))
    throw new Problem(403, 'Forbidden: the sandbox answers only to 127.0.0.1, [::1] and localhost');
}

/**
 * Rejects requests from other pages in the same browser. Programs other than browsers send neither header and are
 * allowed.
 * @throws Problem 403
 */
export function refuseForeignPage({ headers }: Asked): void {
  const ownOrigin = `http://${headers.host ?? ''}`.toLowerCase();
  const isOwn = headers.origin === undefined || headers.origin.toLowerCase() === ownOrigin;
  if (!isOwn || !ownSites.includes(headers['sec-fetch-site']))
    throw new Problem(403, 'Forbidden: only the pages of the sandbox may send this request');
}
