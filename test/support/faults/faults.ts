/** All known and likely ways in which a request to CleverReach fails. */

import type { FaultKind } from '../../../sandbox';

export interface NamedFault {
  name: string;
  /** The number of requests that fail. */
  times: number;
  fault: FaultKind;
}

const page = '<html><head><title>502</title></head><body><h1>Bad Gateway</h1></body></html>';
const problem = (status: number, message: string): FaultKind => ({
  kind: 'status',
  status,
  body: { error: { code: status, message } },
});
const limited = (seconds?: string): FaultKind => ({
  ...problem(429, 'Too Many Requests'),
  ...(seconds !== undefined && { headers: { 'Retry-After': seconds } }),
});

const once = (name: string, fault: FaultKind): NamedFault => ({ name, times: 1, fault });
const forEver = (name: string, fault: FaultKind): NamedFault => ({ name: `${name}, for ever`, times: Infinity, fault });

export const everyFault: readonly NamedFault[] = [
  once('401', problem(401, 'Unauthorized')),
  forEver('401', problem(401, 'Unauthorized')),
  once('400', problem(400, 'Bad Request')),
  once('403', problem(403, 'Forbidden')),
  once('404', problem(404, 'Not Found')),
  once('404 that is a page', { kind: 'status', status: 404, body: page }),
  once('409', problem(409, 'Conflict')),
  once('413', problem(413, 'Request Entity Too Large')),
  once('429 with Retry-After', limited('2')),
  once('429 without Retry-After', limited()),
  forEver('429 with a long Retry-After', limited('3600')),
  once('500', problem(500, 'Internal Server Error')),
  forEver('500', problem(500, 'Internal Server Error')),
  once('502 that is a page', { kind: 'status', status: 502, body: page }),
  once('503 without a body', { kind: 'status', status: 503 }),
  once('200 with an error in the body', { kind: 'body', body: { error: { code: 500, message: 'database' } } }),
  once('200 with an error of no code', { kind: 'body', body: { error: 'unknown' } }),
  once('200 with false', { kind: 'body', body: false }),
  once('200 with null', { kind: 'body', body: null }),
  once('200 with a page', { kind: 'html' }),
  once('JSON that breaks off', { kind: 'truncate' }),
  once('an answer that breaks off', { kind: 'truncate', connection: 'closed' }),
  once('a connection dropped before the request was carried out', { kind: 'drop' }),
  once('a connection dropped after the request was carried out', { kind: 'drop', applied: true }),
  forEver('connections dropped after the request was carried out', { kind: 'drop', applied: true }),
  once('a slow answer', { kind: 'delay', ms: 15 }),
];

/**
 * A permanent fault, a fault that lasts longer than all retries, and a fault after which the result of the request is
 * unknown.
 */
export const tellingFaults: readonly NamedFault[] = everyFault.filter(({ name }) =>
  ['403', '404', '500, for ever', 'connections dropped after the request was carried out, for ever'].includes(name),
);
