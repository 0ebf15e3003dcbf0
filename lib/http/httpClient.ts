/**
 * Sends requests to the CleverReach REST API for one account: adds the token and retries by the retry policy within a
 * time budget. Rejects only with the errors of `errors.ts`.
 */

import type { Clock } from '../utils/clock';
import { AuthorisationError, RateLimitedError } from '../utils/errors';
import type { Logger } from '../utils/logger';
import type { TokenSource } from './tokenSource';
import { RESPONSE_TIMEOUT_MS, createAxios, SILENCE_TIMEOUT_MS } from './axiosInstance';
import { apiPaths, checkBaseUrl } from './baseUrl';
import type { ParsedResponse } from './classifyResponse';
import { scopeFor, scopesOfApp } from './errorAdvice';
import { redactPath } from '../utils/redact';
import { lengthen, noPause, passPause, type RateLimitPause } from './rateLimitPause';
import { withRetries, type AttemptResult } from './retry';
import { accountLimit, processLimit, type ConcurrencyLimit } from './concurrencyLimit';
import { checkToken, sendRequest, type HttpMethod, type WireRequest } from './sendRequest';

export { noPause, type RateLimitPause } from './rateLimitPause';

export interface HttpRequest {
  method: HttpMethod;
  /** Which API of CleverReach; `v3` if it is omitted. */
  api?: keyof typeof apiPaths;
  /** Path below that of the API; each segment is percent-encoded. */
  path: string;
  query?: Record<string, string | number>;
  /** Sent as JSON. */
  body?: unknown;
  /** A POST that only reads. */
  isRead?: boolean;
  /** Whether the request may be carried out twice. Default: true for GET, PUT and DELETE, false for POST. */
  repeatable?: boolean;
  /** Sent immediately and at most once, whatever the response is, because the reason to send it may be gone later. */
  once?: true;
  /** Advice for a response that is too large: which field of the step to change. */
  whenTooLarge?: string;
}

export interface HttpResponse extends ParsedResponse {
  /** Size of the body in bytes, decompressed. */
  bytes: number;
  /** From the request to the end of the response, without waits and earlier attempts. */
  milliseconds: number;
}

export interface Requests {
  request(request: HttpRequest): Promise<HttpResponse>;
}

export interface HttpClient extends Requests {
  /** Rejects every request that does not only read, so that a dry run cannot write. */
  readonly readOnly: Requests;
  /** Number of requests sent so far. */
  readonly requests: number;
  /** Bytes of all response bodies so far, decompressed, including those of refusals and of earlier attempts. */
  readonly bytes: number;
}

export interface HttpOptions {
  /** `https://rest.cleverreach.com`, without the path of an API. */
  baseUrl: string;
  tokens: TokenSource;
  clock: Clock;
  logger: Logger;
  /** Time limit of one `request` including retries, in seconds. A wait that would exceed it is not started. */
  budgetSeconds: number;
  /** Shared by all clients of the same account; a separate one if it is omitted. */
  pause?: RateLimitPause;
  /** Shared by all clients of the same account, too. */
  slots?: ConcurrencyLimit;
  /**
   * Time of `Clock.elapsed` in milliseconds after which there are no retries. A response that is still awaited then has
   * only the time that CleverReach may be silent.
   */
  endAt?: number;
}

export function createHttpClient(options: HttpOptions): HttpClient {
  const { tokens, clock, logger, budgetSeconds, pause = noPause(), slots = accountLimit() } = options;
  const { endAt = Infinity } = options;
  const axios = createAxios(checkBaseUrl(options.baseUrl));
  let requests = 0;
  let bytes = 0;

  const request = async (wanted: HttpRequest): Promise<HttpResponse> => {
    const { method, whenTooLarge, once } = wanted;
    const reads = isReading(wanted);
    const { repeatable = reads || method !== 'POST' } = wanted;
    const wire = wireRequest(wanted);
    const what = describe(wanted);
    const start = clock.elapsed();
    let queued = 0;
    let renewed = false;

    const sendWith = async (token: string): Promise<AttemptResult<HttpResponse>> => {
      const now = (): number => clock.now();
      const advice = whenTooLarge === undefined ? {} : { whenTooLarge };
      const facts = { what, repeatable, reads, ...advice, token: checkToken(token), now };
      for (;;) {
        const deadline = once ? clock.elapsed() : Math.min(start + queued + budgetSeconds * 1_000, endAt);
        await passPause(pause, clock, deadline, what);
        const outcome = await runInSlot(async () => {
          // another request may have received a 429 in the meantime
          if (pause.until > clock.elapsed()) return undefined;
          requests += 1;
          const sentAt = clock.elapsed();
          const cost = { bytes: 0, milliseconds: 0 };
          const result = await sendRequest(axios, wire, { ...facts, within: timeFor(sentAt, endAt) }, (ended, size) => {
            cost.bytes = size;
            cost.milliseconds = clock.elapsed() - sentAt;
            bytes += size;
            logger.debug(`${what}: ${ended}, ${size} bytes, ${Math.round(cost.milliseconds)} ms.`);
          });
          return result.ok ? { ok: true as const, value: { ...result.value, ...cost } } : result;
        });
        if (outcome) return outcome;
      }
    };
    const runInSlot = async <T>(work: () => Promise<T>): Promise<T> => {
      const since = clock.elapsed();
      const begin = async (): Promise<T> => {
        queued += clock.elapsed() - since;
        return await work();
      };
      return await slots.run(() => processLimit.run(begin));
    };
    const attempt = async (): Promise<AttemptResult<HttpResponse>> => {
      const token = await tokens.current();
      const outcome = await sendWith(token);
      if (once) return outcome.ok ? outcome : { ...outcome, again: false };
      if (renewed || !isUnauthorised(outcome)) return stillRefused(outcome);
      renewed = true;
      return stillRefused(await sendWith(await tokens.renew(token)));
    };

    return await withRetries(attempt, {
      clock,
      budgetSeconds,
      endAt,
      queuedMs: () => queued,
      onWait: ({ error }, waitMs) => {
        if (error instanceof RateLimitedError) lengthen(pause, clock.elapsed() + waitMs);
      },
      onRetry: ({ error }, tries, seconds) => {
        logger.warn(`${error.message}. Retry ${tries} in ${seconds} s.`);
      },
    });
  };

  return {
    request,
    readOnly: {
      request: async (wanted) => {
        if (!isReading(wanted)) throw new Error(`${describe(wanted)} was not sent, because this client is read-only.`);
        return await request(wanted);
      },
    },
    get requests() {
      return requests;
    },
    get bytes() {
      return bytes;
    },
  };
}

/** Method and path without personal data, for errors and the log. */
function describe({ method, api = 'v3', path }: HttpRequest): string {
  return `${method} ${apiPaths[api]}${redactPath(path)}`;
}

function isReading({ method, isRead }: HttpRequest): boolean {
  return method === 'GET' || isRead === true;
}

/** Time limit of the whole response in milliseconds, at least one second. */
function timeFor(now: number, endAt: number): number {
  return Math.max(1_000, Math.min(RESPONSE_TIMEOUT_MS, Math.ceil(endAt + SILENCE_TIMEOUT_MS - now)));
}

/** The path with its query, as sent. Commas separate lists and are not encoded. */
export function addressOf(path: string, query: Record<string, string | number> = {}): string {
  const pairs = Object.entries(query).map(([name, value]) => {
    return `${encodeURIComponent(name)}=${encodeURIComponent(value).replaceAll('%2C', ',')}`;
  });
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

function wireRequest({ method, api = 'v3', path, query, body }: HttpRequest): WireRequest {
  const url = `${apiPaths[api]}${addressOf(path, query)}`;
  return body === undefined ? { method, url } : { method, url, data: JSON.stringify(body) };
}

function isUnauthorised(outcome: AttemptResult<HttpResponse>): boolean {
  return !outcome.ok && outcome.unauthorised === true;
}

/** If a fresh token is rejected too, the cause is permissions. */
function stillRefused(outcome: AttemptResult<HttpResponse>): AttemptResult<HttpResponse> {
  if (outcome.ok || !isUnauthorised(outcome)) return outcome;
  const { message } = outcome.error;
  const check = scopesOfApp(scopeFor(message));
  const text = `${message}. A renewed token was refused as well. Waiting does not help: ${check}, or connect the account again.`;
  return { ok: false, error: new AuthorisationError(text), again: false };
}
