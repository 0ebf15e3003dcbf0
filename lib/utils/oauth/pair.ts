/** A token, what renews it, and how long it is good for; as the token endpoint answers and as the platform stores it. */

import type { UnixSeconds } from '../cleverreach/types';
import { inSeconds } from '../clock';
import { isObject } from '../objects';

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
  const seconds = Number(answer['expires_in']);
  const isKnown = Number.isFinite(seconds) && seconds > 0;
  const refreshToken = pair.refreshToken ?? previous?.refreshToken;
  return {
    ...pair,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(isKnown && { expiresAt: Math.floor(now + seconds), lifetime: seconds }),
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

/** Whether a token has expired or soon will. False where nobody knows. */
export function isDue({ expiresAt, lifetime }: TokenPair, now: UnixSeconds): boolean {
  if (expiresAt === undefined) return false;
  const margin = lifetime === undefined ? RENEWAL_MARGIN : Math.min(RENEWAL_MARGIN, lifetime * RENEWAL_SHARE);
  return now >= expiresAt - margin;
}

function pairOf(value: unknown): TokenPair | undefined {
  if (!isObject(value)) return undefined;
  const { access_token: access, refresh_token: refresh } = value;
  if (typeof access !== 'string' || access.trim() === '') return undefined;
  const refreshToken = typeof refresh === 'string' && refresh.trim() !== '' ? { refreshToken: refresh.trim() } : {};
  return { accessToken: access.trim(), ...refreshToken, members: { ...value } };
}

/** Unix seconds of a date, or of a number of seconds or milliseconds. */
function timeOf(value: unknown): UnixSeconds | undefined {
  const number = typeof value === 'string' && !/^\d+$/.test(value) ? Date.parse(value) : Number(value ?? Number.NaN);
  if (!Number.isFinite(number) || number <= 0) return undefined;
  return inSeconds(number);
}
