/**
 * Decides whether a failed request is retried, and after how long. CleverReach does not document its limits. Clients in
 * production observe 429, sporadic 502, and connections that the server drops.
 */

export interface RetryPolicy {
  /** Including the first attempt. */
  readonly tries: number;
  /** The back-off before the n-th retry is a random part of base · 2^(n-1), limited by the cap ("full jitter"). */
  readonly baseMs: number;
  readonly capMs: number;
  /** The wait after a 429 without `Retry-After`, doubled with each retry. */
  readonly rateLimitMs: number;
  /** Upper limit for `Retry-After`: a value that is wrong by years must not stop an account permanently. */
  readonly retryAfterCapMs: number;
  /** Errors after which it is unknown whether the request was carried out; retried only if that is safe. */
  readonly doubtfulStatuses: ReadonlySet<number>;
  /** Network errors before anything was sent; always retried. */
  readonly unsentCodes: ReadonlySet<string>;
}

export const retryPolicy: RetryPolicy = {
  tries: 6,
  baseMs: 1_000,
  capMs: 30_000,
  rateLimitMs: 60_000,
  retryAfterCapMs: 15 * 60_000,
  doubtfulStatuses: new Set([408, 421, 423, 425, 500, 502, 503, 504]),
  unsentCodes: new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']),
};

/**
 * What a failure is about. `temporary`: only this moment. `setup`: the step, the account or the network, which a person
 * must correct. `record`: the content of the request.
 */
export type FailureKind = 'temporary' | 'setup' | 'record';

/**
 * Statuses below 500 about the network and the server: a proxy that requires credentials, a lock, a request that was
 * too early or incomplete.
 */
const PASSING_STATUSES: ReadonlySet<number> = new Set([407, 408, 418, 421, 423, 424, 425, 444, 499]);
/** The only statuses about the request content. */
const RECORD_STATUSES: ReadonlySet<number> = new Set([400, 409, 413, 422]);

/**
 * The kind of a failure with this status; 401, 403, 404 and 429 are handled separately. CleverReach never redirects,
 * so a redirect comes from a proxy or a login page. A success status with an error in the body is about the record.
 */
export function failureKindOf(status: number): FailureKind {
  const isSuccess = status >= 200 && status < 300;
  if (isSuccess || RECORD_STATUSES.has(status)) return 'record';
  return status < 400 || status >= 500 || PASSING_STATUSES.has(status) ? 'temporary' : 'setup';
}

/** The input for the wait before the next attempt. */
export interface WaitReason {
  /** Number of attempts so far. */
  tries: number;
  rateLimited: boolean;
  /** From `Retry-After`. */
  retryAfterMs?: number;
  /** From 0 (inclusive) to 1 (exclusive). */
  random: number;
}

/** Milliseconds to wait before the next attempt. Never shorter than the server requested, except for the cap. */
export function waitBeforeNextTry(policy: RetryPolicy, reason: WaitReason): number {
  const { tries, rateLimited, retryAfterMs, random } = reason;
  const doublings = 2 ** (tries - 1);
  const backOff = random * Math.min(policy.capMs, policy.baseMs * doublings);
  if (retryAfterMs !== undefined) return Math.min(retryAfterMs, policy.retryAfterCapMs) + random * policy.baseMs;
  if (rateLimited) return Math.min(policy.rateLimitMs * doublings, policy.retryAfterCapMs) + random * policy.baseMs;
  return backOff;
}

/** A longer `Retry-After`, such as one of hundreds of digits, counts as this. */
const LONGEST_REQUEST_MS = 24 * 60 * 60_000;

/**
 * The wait of a `Retry-After` header in milliseconds, a day at most: seconds or an HTTP date.
 * @param header the header, if there is one
 * @param nowMs the time of the response, from its `Date` header if it has one
 */
export function readRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const value = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(value)) return Math.min(Number(value) * 1_000, LONGEST_REQUEST_MS);
  // Date.parse accepts almost anything; an HTTP date begins with the name of a weekday
  const date = /^[a-z]{3,9},? /i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - nowMs), LONGEST_REQUEST_MS);
}

/** The requested wait in whole seconds, and the end of an error that reports it. */
export function requestedWait(retryAfterMs: number | undefined): { seconds?: number; text: string } {
  if (retryAfterMs === undefined) return { text: '' };
  const seconds = Math.ceil(retryAfterMs / 1_000);
  const more = retryAfterMs >= LONGEST_REQUEST_MS ? ' or more' : '';
  return { seconds, text: `; it asks to wait ${seconds} s${more}` };
}
