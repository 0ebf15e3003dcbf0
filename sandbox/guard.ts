import type { FastifyRequest } from 'fastify';
import { Problem } from './problems';

const loopback = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;
const ownSites: readonly unknown[] = [undefined, 'same-origin', 'none'];

/** Whether an address leads to this machine, whatever a name server says. */
export function isLoopbackUrl(text: string): boolean {
  const { protocol, hostname, username, password } = new URL(text);
  const isHttp = protocol === 'http:' || protocol === 'https:';
  return isHttp && username === '' && password === '' && loopback.test(hostname);
}

type Asked = Pick<FastifyRequest, 'headers'>;

/**
 * The address that was asked for has to be one of this machine: a web page whose name was pointed at this machine (DNS rebinding) would otherwise be
 * an own page of the sandbox to the browser, and could read and change everything.
 * @throws Problem 403
 */
export function refuseForeignHost({ headers }: Asked): void {
  if (!loopback.test(headers.host ?? ''))
    throw new Problem(403, 'Forbidden: the sandbox answers to 127.0.0.1, [::1] and localhost only');
}

/**
 * Refuses the other pages of the same browser. Programs that are not a browser send neither header and pass.
 * @throws Problem 403
 */
export function refuseForeignPage({ headers }: Asked): void {
  const ownOrigin = `http://${headers.host ?? ''}`.toLowerCase();
  const isOwn = headers.origin === undefined || headers.origin.toLowerCase() === ownOrigin;
  if (!isOwn || !ownSites.includes(headers['sec-fetch-site']))
    throw new Problem(403, 'Forbidden: this is for the pages of the sandbox only');
}
