/** A token, what renews it, and how long it is good for; as the token endpoint answers and as the platform stores it. */

import type { UnixSeconds } from '../cleverreach/types';
import { inSeconds } from '../utils/clock';
import { isSendable } from '../http/sendRequest';
import { withoutDeepMembers } from '../utils/json';
import { isObject } from '../utils/objects';

export interface TokenPair {
  accessToken: string;
  /** Dies when it is used: CleverReach answers with the next one. */
  refreshToken?: string;
  /** Missing where nobody knows. */
  expiresAt?: UnixSeconds;
  /** How long it was good for when it was issued, in seconds. */
  lifetime?: number;
  /** All members, as stored by the platform or answered by CleverReach. */
  members: Record<string, unknown>;
}

/** A token is renewed this many seconds before it expires, so that none expires on the way. */
const RENEWAL_MARGIN = 600;
/** No token is taken to live longer, in seconds: ten years. CleverReach's live for a month. */
const MAX_LIFETIME = 10 * 365 * 86_400;
/** The last second of the year 9999, beyond which there is no date to store. */
const LAST_TIME = 253_402_300_799;
/** Of a token that lives for minutes only, at most this part of its life. */
const RENEWAL_SHARE = 0.1;

/**
 * The pair in the `oauth` member of a credential; undefined when there is no access token in it. A stored `expires_in` says
 * nothing, since it is not known when it began.
 */
export function pairFromStore(stored: unknown): TokenPair | undefined {
  const pair = pairOf(stored);
  const expiresAt = isObject(stored) ? timeOf(stored['expires_at']) : undefined;
  return pair && expiresAt !== undefined ? { ...pair, expiresAt } : pair;
}

/**
 * The pair in an answer of the token endpoint; undefined when there is no access token in it.
 * @param now unix seconds
 * @param previous what it follows: where the answer has no refresh token, the old one goes on
 */
export function pairFromAnswer(answer: unknown, now: UnixSeconds, previous?: TokenPair): TokenPair | undefined {
  const pair = pairOf(answer);
  if (!pair || !isObject(answer)) return undefined;
  const lifetime = lifetimeOf(answer['expires_in']);
  const refreshToken = pair.refreshToken ?? previous?.refreshToken;
  return {
    ...pair,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(lifetime !== undefined && { expiresAt: Math.floor(now + lifetime), lifetime }),
    members: { ...previous?.members, ...pair.members },
  };
}

/** What the platform is to store: all that was there and all that is new, with the time of expiry as a date. */
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
 * Whether another token is needed: this one has expired, soon will, or can stand in no header. False where nothing is known of
 * its expiry.
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
  return { accessToken: access.trim(), ...refreshToken, members: withoutDeepMembers(value) };
}

/** Seconds that a token is good for; undefined where the answer does not say it in a number above 0. */
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
