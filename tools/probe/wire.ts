/**
 * Sends the requests of the probe and returns each response unchanged, whatever its status, because the probe examines
 * the format of responses. An error never contains the token or the request.
 */

import { isAxiosError } from 'axios';
import type { Clock } from '../../lib/utils/clock';
import { agentsFor, createAxios } from '../../lib/http/axiosInstance';
import { apiPaths } from '../../lib/http/baseUrl';
import { addressOf } from '../../lib/http/httpClient';
import { readRetryAfter, retryPolicy } from '../../lib/http/retryPolicy';
import type { HttpMethod } from '../../lib/http/sendRequest';
import type { TokenSource } from '../../lib/http/tokenSource';
import { parseJson } from '../../lib/utils/json';

/** Maximum number of attempts if CleverReach answers 429, or 502 to 504 to a request that only reads. */
const TRIES = 3;
const GATEWAY_WAIT_MS = 2_000;
const GATEWAY_STATUSES: readonly number[] = [502, 503, 504];

export interface RawResponse {
  status: number;
  /** The body as it was sent. */
  text: string;
  /** Parsed JSON; undefined if the body is empty. */
  body: unknown;
  /** From the `Date` header, in Unix seconds. */
  serverTime?: number;
}

export interface RawRequest {
  /** Which API of CleverReach; `v3` if it is omitted. */
  api?: keyof typeof apiPaths;
  query?: Record<string, string | number>;
  body?: unknown;
  /** A POST that only reads. */
  isRead?: boolean;
}

/** A question cannot be answered; the message is the reason, without data of the account. */
export class NotAnswered extends Error {}

/** The user has pressed Ctrl-C. */
export class Interrupted extends Error {}

export interface WireOptions {
  /** `https://rest.cleverreach.com` */
  baseUrl: string;
  tokens: TokenSource;
  clock: Clock;
  /** The maximum number of requests. */
  limit: number;
  signal?: AbortSignal | undefined;
}

export class Wire {
  /** Number of requests sent so far. */
  requests = 0;
  /** How far CleverReach's clock is ahead of ours, in milliseconds, by its last answer. */
  private ahead = 0;
  private readonly axios;

  /** @param options `baseUrl` was checked already */
  constructor(private readonly options: WireOptions) {
    this.axios = createAxios(options.baseUrl);
  }

  /** CleverReach's time, in Unix seconds. */
  now(): number {
    return Math.floor((this.options.clock.now() + this.ahead) / 1_000);
  }

  /** @throws NotAnswered if there is no answer or it is not JSON; Interrupted */
  async send(method: HttpMethod, path: string, request: RawRequest = {}): Promise<RawResponse> {
    for (let tries = 1; ; tries += 1) {
      const { answer, retryAfter } = await this.sendOnce(method, path, request);
      const wait =
        tries < TRIES ? waitAfter(answer.status, retryAfter, method === 'GET' || request.isRead === true) : 0;
      if (wait === 0) {
        const { isJson, body } = parseJson(answer.text);
        if (!isJson) throw new NotAnswered(`the answer (${answer.status}) is not JSON`);
        return { ...answer, body };
      }
      await this.pause(wait);
    }
  }

  /** @throws Interrupted */
  async pause(milliseconds: number): Promise<void> {
    this.check();
    await this.options.clock.sleep(milliseconds);
    this.check();
  }

  private async sendOnce(
    method: HttpMethod,
    path: string,
    { api = 'v3', query, body }: RawRequest,
  ): Promise<{ answer: Omit<RawResponse, 'body'>; retryAfter: number | undefined }> {
    this.check();
    if (this.requests >= this.options.limit) throw new NotAnswered(`the limit of ${this.options.limit} requests`);
    const token = await this.options.tokens.current();
    this.requests += 1;
    const { status, data, headers } = await this.axios
      .request<unknown>({
        method,
        url: `${apiPaths[api]}${addressOf(path, query)}`,
        ...(body !== undefined && { data: JSON.stringify(body) }),
        ...agentsFor(method !== 'POST'),
        headers: {
          Accept: 'application/json',
          Authorization: `Bearer ${token}`,
          'Content-Type': body === undefined ? false : 'application/json; charset=utf-8',
        },
      })
      .catch((error: unknown) => {
        // the error of axios holds the token
        const code = isAxiosError(error) ? (error.code ?? 'no response') : 'no response';
        throw new NotAnswered(`CleverReach could not be reached (${code})`);
      });
    const date = Date.parse(String(headers['date']));
    if (!Number.isNaN(date)) this.ahead = date - this.options.clock.now();
    return {
      answer: {
        status,
        text: typeof data === 'string' ? data : '',
        ...(!Number.isNaN(date) && { serverTime: Math.floor(date / 1_000) }),
      },
      retryAfter: readRetryAfter(String(headers['retry-after'] ?? ''), this.options.clock.now()),
    };
  }

  private check(): void {
    if (this.options.signal?.aborted) throw new Interrupted('interrupted');
  }
}

/** Milliseconds until the request is sent again; 0 if it is not. */
function waitAfter(status: number, retryAfterMs: number | undefined, reads: boolean): number {
  if (status === 429) return Math.min(retryAfterMs ?? retryPolicy.rateLimitMs, retryPolicy.retryAfterCapMs) + 1;
  return reads && GATEWAY_STATUSES.includes(status) ? GATEWAY_WAIT_MS : 0;
}
