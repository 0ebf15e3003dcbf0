/**
 * When a failed request is tried again, and after how long. CleverReach documents no limits; 429, sporadic 502 and
 * connections dropped by the server are what clients in production meet.
 */

export interface RetryPolicy {
  /** The first try included. */
  readonly tries: number;
  /** The back-off before the n-th repetition is a random part of base · 2^(n-1), at most the cap ("full jitter"). */
  readonly baseMs: number;
  readonly capMs: number;
  /** A 429 that does not say how long: this long, doubled with each repetition. */
  readonly rateLimitMs: number;
  /** No `Retry-After` is obeyed for longer; one that is wrong by years must not stop an account for good. */
  readonly retryAfterCapMs: number;
  /** Answers after which a request may or may not have been carried out; tried again only where that does no harm. */
  readonly doubtfulStatuses: ReadonlySet<number>;
  /** Failures of the network before anything was sent; tried again always. */
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
 * What a failure is about: the moment, which passes; the set-up of the step, the account or the network, which a person
 * corrects; or the record that was sent.
 */
export type Matter = 'moment' | 'setup' | 'record';

/** Of the network and the server below 500: a proxy that wants credentials, a lock, a request that came too early or broke off. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([407, 408, 418, 421, 423, 424, 425, 444, 499]);
/** The only ones that speak of what was sent. */
const RECORD_STATUSES: ReadonlySet<number> = new Set([400, 409, 413, 422]);

/**
 * What a failure with this status is about; 401, 403, 404 and 429 have meanings of their own. A redirect comes from a proxy or a
 * login page, as CleverReach has none. A success status whose answer tells an error is about the record.
 */
export function matterOf(status: number): Matter {
  const isSuccess = status >= 200 && status < 300;
  if (isSuccess || RECORD_STATUSES.has(status)) return 'record';
  return status < 400 || status >= 500 || PASSING_STATUSES.has(status) ? 'moment' : 'setup';
}

/** What decides about the wait before the next try. */
export interface WaitReason {
  /** How often it has been tried so far. */
  tries: number;
  rateLimited: boolean;
  /** From `Retry-After`. */
  retryAfterMs?: number;
  /** From 0 up to 1. */
  random: number;
}

/** Milliseconds to wait before the next try. What the server asked for is never undercut, save for the cap. */
export function waitBeforeNextTry(policy: RetryPolicy, reason: WaitReason): number {
  const { tries, rateLimited, retryAfterMs, random } = reason;
  const doublings = 2 ** (tries - 1);
  const backOff = random * Math.min(policy.capMs, policy.baseMs * doublings);
  if (retryAfterMs !== undefined) return Math.min(retryAfterMs, policy.retryAfterCapMs) + random * policy.baseMs;
  if (rateLimited) return Math.min(policy.rateLimitMs * doublings, policy.retryAfterCapMs) + random * policy.baseMs;
  return backOff;
}

/**
 * Milliseconds that a `Retry-After` header asks for: seconds, or an HTTP date.
 * @param header the header, undefined where there is none
 * @param nowMs what the time of the answer is, by its own `Date` header where it has one
 */
export function readRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const value = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1_000;
  // Date.parse takes almost anything for a date; an HTTP date begins with the name of a day
  const date = /^[a-z]{3,9},? /i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
