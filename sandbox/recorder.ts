import type { UnixSeconds } from './clock';
import { textOf } from './input';
import { matchesPath, type PathPattern } from './paths';

/** A recorded request, in the order of arrival. Tokens and secrets are never recorded. */
export interface RecordedRequest {
  method: string;
  /** Without `.json`, trailing slash and query, e.g. `/v3/groups/1046/receivers`. */
  path: string;
  /** The route that serves it, e.g. `/v3/groups/:gid/receivers`; undefined if there is none. */
  route: string | undefined;
  query: Record<string, unknown>;
  /** Parsed; undefined without a body. */
  body: unknown;
  /** 0 while the request is running, and permanently if the connection was dropped before a response. */
  status: number;
  time: UnixSeconds;
  /** Size of the body of the response as it was sent; 0 while the request is running. */
  bytes: number;
  /** Whether the request carried a token, and whether the token was valid. */
  token: 'none' | 'valid' | 'invalid';
}

export interface RequestQuery {
  method?: string;
  path?: PathPattern;
}

/** A request in one line, for the page. */
export interface RequestLine {
  /** 1 for the first request of the sandbox. */
  number: number;
  method: string;
  /** Path and query; truncated if very long. */
  path: string;
  time: UnixSeconds;
  /** The body as JSON; empty without one, shortened if it is long. */
  body: string;
  /** 0 until the response is sent, see {@link RecordedRequest}. */
  status: number;
  /** Duration of the request, 0 until the response is sent. */
  ms: number;
}

interface Counter {
  method: string;
  route: string;
  count: number;
  bytes: number;
}

const lines = { kept: 60, pathLength: 300, bodyRows: 2, bodyLength: 1000 } as const;

/**
 * Records requests. The newest requests are always available as `latest`, one line each. With `keep` false (for long
 * runs) only numbers per method and route are kept: `count` and `bytes` then distinguish routes
 * (`/groups/:gid/receivers`) but not single paths, and `requests` stays empty.
 */
export class Recorder {
  readonly requests: RecordedRequest[] = [];
  /** Oldest first. */
  readonly latest: RequestLine[] = [];
  private arrived = 0;
  private readonly counters = new Map<string, Counter>();

  constructor(private readonly keep: boolean) {}

  /** Returns the line of the request, to be completed when the response is sent. */
  add(request: RecordedRequest): RequestLine {
    if (this.keep) this.requests.push(request);
    this.counterOf(request).count += 1;
    return this.addLine(request);
  }

  /** Records the size of the response body. */
  sent(request: RecordedRequest, bytes: number): void {
    request.bytes = bytes;
    this.counterOf(request).bytes += bytes;
  }

  count(query: RequestQuery = {}): number {
    return this.keep ? this.kept(query).length : sum(this.counted(query).map(({ count }) => count));
  }

  /** The total size of the response bodies. */
  bytes(query: RequestQuery = {}): number {
    return sum((this.keep ? this.kept(query) : this.counted(query)).map(({ bytes }) => bytes));
  }

  private kept({ method, path }: RequestQuery): RecordedRequest[] {
    return this.requests.filter(
      (one) => isMethod(one.method, method) && (path === undefined || matchesPath(path, one.path, one.route)),
    );
  }

  private counted({ method, path }: RequestQuery): Counter[] {
    return [...this.counters.values()].filter(
      (one) => isMethod(one.method, method) && (path === undefined || matchesPath(path, one.route, undefined)),
    );
  }

  private counterOf({ method, route = '(none)' }: RecordedRequest): Counter {
    const key = `${method} ${route}`;
    const counter = this.counters.get(key) ?? { method, route, count: 0, bytes: 0 };
    this.counters.set(key, counter);
    return counter;
  }

  forget(): void {
    this.requests.length = 0;
    this.latest.length = 0;
    this.counters.clear();
  }

  private addLine({ method, path, query, time, body }: RecordedRequest): RequestLine {
    const parts = Object.entries(query).map(([name, value]) => `${name}=${textOf(value) ?? '…'}`);
    const full = parts.length === 0 ? path : `${path}?${parts.join('&')}`;
    this.arrived += 1;
    const shown = { path: cut(full, lines.pathLength), time, body: bodyText(body) };
    const line = { number: this.arrived, method, ...shown, status: 0, ms: 0 };
    this.latest.push(line);
    if (this.latest.length > lines.kept) this.latest.shift();
    return line;
  }
}

/** Of a list, only the first rows are serialised: a bulk write may have thousands. */
function bodyText(body: unknown): string {
  if (body === undefined) return '';
  const more = Array.isArray(body) ? body.length - lines.bodyRows : 0;
  const text = JSON.stringify(more > 0 && Array.isArray(body) ? body.slice(0, lines.bodyRows) : body, undefined, 1);
  return `${cut(text, lines.bodyLength)}${more > 0 ? `\n… and ${more} more` : ''}`;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

function isMethod(method: string, wanted: string | undefined): boolean {
  return wanted === undefined || method === wanted.toUpperCase();
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

const secretNames = new Set(['client_secret', 'refresh_token', 'access_token', 'token', 'code']);

/** A copy without the values of secrets. */
export function withoutSecrets(sent: unknown): unknown {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) return sent;
  return Object.fromEntries(
    Object.entries(sent).map(([name, value]) => [name, secretNames.has(name) ? '(secret)' : value]),
  );
}

/**
 * - `delete-without-id`: `DELETE /groups/{gid}/receivers`, which once emptied the group. It never deletes here.
 * - `stamps-of-existing`: `registered`, `activated` or `deactivated` written for a receiver who existed.
 * - `reactivated`: a bulk or single write made an inactive receiver active.
 * - `token-in-url`: an access token in the address, where it ends up in logs.
 */
export type HazardKind = 'delete-without-id' | 'stamps-of-existing' | 'reactivated' | 'token-in-url';

export interface Hazard {
  kind: HazardKind;
  what: string;
  time: UnixSeconds;
}

/** Actions of a client that would do harm in a real account. */
export class Hazards {
  readonly list: Hazard[] = [];

  constructor(private readonly now: () => UnixSeconds) {}

  add(kind: HazardKind, what: string): void {
    this.list.push({ kind, what, time: this.now() });
  }
}
