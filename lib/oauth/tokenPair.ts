/**
 * An access token with its refresh token and expiry, as returned by the token endpoint and as stored by the platform.
 */

import type { UnixSeconds } from '../cleverreach/types';
import { inSeconds } from '../utils/clock';
import { isSendable } from '../http/sendRequest';
import { withoutDeepFields } from '../utils/json';
import { isObject } from '../utils/objects';

export interface TokenPair {
  accessToken: string;
  /** Invalid after its first use: CleverReach returns the next one. */
  refreshToken?: string;
  /** Missing if the expiry is unknown. */
  expiresAt?: UnixSeconds;
  /** Lifetime at the time of issue, in seconds. */
  lifetime?: number;
  /** All members, as stored by the platform or returned by CleverReach. */
  members: Record<string, unknown>;
}

/** A token is renewed this many seconds before it expires, so that it does not expire during a request. */
const RENEWAL_MARGIN = 600;
/** Upper limit for the lifetime in seconds: ten years. CleverReach's tokens are valid for a month. */
const MAX_LIFETIME = 10 * 365 * 86_400;
/** The last second of the year 9999; later dates cannot be stored. */
const LAST_TIME = 253_402_300_799;
/** For a token that is valid only for minutes, the margin is at most this share of its lifetime. */
const RENEWAL_SHARE = 0.1;

/**
 * The pair in the `oauth` member of a credential; undefined if it contains no access token. A stored `expires_in` is
 * ignored, because the time of issue is unknown.
 */
export function pairFromStore(stored: unknown): TokenPair | undefined {
  const pair = pairOf(stored);
  const expiresAt = isObject(stored) ? timeOf(stored['expires_at']) : undefined;
  return pair && expiresAt !== undefined ? { ...pair, expiresAt } : pair;
}

/**
 * The pair in a response of the token endpoint; undefined if it contains no access token.
 * @param now Unix seconds
 * @param previous the previous pair; its refresh token stays valid if the response has none
 */
export function pairFromResponse(response: unknown, now: UnixSeconds, previous?: TokenPair): TokenPair | undefined {
  const pair = pairOf(response);
  if (!pair || !isObject(response)) return undefined;
  const lifetime = lifetimeOf(response['expires_in']);
  const refreshToken = pair.refreshToken ?? previous?.refreshToken;
  return {
    ...pair,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(lifetime !== undefined && { expiresAt: Math.floor(now + lifetime), lifetime }),
    members: { ...previous?.members, ...pair.members },
  };
}

/** The value to store: all previous and all new members, with the expiry as a date. */
export function pairToStore({ members, accessToken, refreshToken, expiresAt }: TokenPair): Record<string, unknown> {
  const kept = Object.entries(members).filter(([name]) => name !== 'expires_at');
  return {
    ...Object.fromEntries(kept),
    access_token: accessToken,
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    ...(expiresAt !== undefined && { expires_at: new Date(expiresAt * 1_000).toISOString() }),
  };
}

/**
 * Whether another token is needed: this one has expired, will expire soon, or is not valid in a header. False if the
 * expiry is unknown.
 */
export function isDue({ accessToken, expiresAt, lifetime }: TokenPair, now: UnixSeconds): boolean {
  if (!isSendable(accessToken)) return true;
  if (expiresAt === undefined) return false;
  const margin = lifetime === undefined ? RENEWAL_MARGIN : Math.min(RENEWAL_MARGIN, lifetime * RENEWAL_SHARE);
  return now >= expiresAt - margin;
}

function pairOf(value: unknown): TokenPair | undefined {
  if (!isObject(value)) return undefined;
  const { access_token: access, refresh_token: refresh } = value;
  if (typeof access !== 'string' || access.trim() === '') return undefined;
  const refreshToken = typeof refresh === 'string' && refresh.trim() !== '' ? { refreshToken: refresh.trim() } : {};
  return { accessToken: access.trim(), ...refreshToken, members: withoutDeepFields(value) };
}

/** Lifetime of a token in seconds; undefined if the response does not state it as a number above 0. */
function lifetimeOf(value: unknown): number | undefined {
  const isNumber = typeof value === 'number' || (typeof value === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(value));
  const seconds = isNumber ? Number(value) : 0;
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, MAX_LIFETIME) : undefined;
}

/** Unix seconds of a date, or of a number of seconds or milliseconds; undefined beyond the year 9999. */
function timeOf(value: unknown): UnixSeconds | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const number = typeof value === 'string' && !/^\d+$/.test(value) ? Date.parse(value) : Number(value);
  if (!Number.isFinite(number) || number <= 0) return undefined;
  const seconds = inSeconds(number);
  return seconds <= LAST_TIME ? seconds : undefined;
}
