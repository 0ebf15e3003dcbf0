/**
 * The token pair of a classic elastic.io credential. A refresh invalidates the old refresh token, so losing the
 * response means losing access to the account. Therefore only one refresh runs at a time, the new pair is stored before
 * it is used, and it stays in memory until it is stored.
 *
 * The runtime reads `cfg` once, when the container starts, so every tick passes the old pair again. The key of the cache
 * entry is the pair in `cfg`; the pair in the entry is used instead of it. A new pair in `cfg` gets a new entry.
 */

import { AuthorisationError, TemporaryError } from '../utils/errors';
import { safeMessageOf } from '../http/safeErrorText';
import { SingleFlight } from './singleFlight';
import { TenantCache } from './tenantCache';
import type { Credentials } from './credentials';
import { tokenEndpoint } from './tokenEndpoint';
import { InvalidGrantError } from './tokenEndpointError';
import { isDue, pairFromStore, pairToStore, type TokenPair } from './tokenPair';
import type { TokenSource } from '../http/tokenSource';
import type { TokenSourceOptions } from './tokenSourceOptions';

interface Entry {
  pair: TokenPair;
  /** The platform has not stored the pair yet, so it must not be used. */
  isUnstored: boolean;
  flight: SingleFlight;
}

const entries = new TenantCache<Entry>((entry) => !entry.isUnstored && !entry.flight.isUnderWay);

/** @param key of the credentials, and so of the pair in `cfg` */
export function tokenPairSource(
  credentials: Credentials & { kind: 'pair' },
  key: string,
  options: TokenSourceOptions,
): TokenSource {
  const { platform, clock, logger } = options;
  const entry = entries.get(key, clock.elapsed(), () => ({
    pair: credentials.pair,
    isUnstored: false,
    flight: new SingleFlight(),
  }));
  const isRenewable = (): boolean =>
    entry.pair.refreshToken !== undefined && credentials.client !== undefined && platform.storeKeys !== undefined;
  /** A pair that cannot be renewed is used as long as CleverReach accepts it. */
  const isExpiring = (): boolean => isRenewable() && isDue(entry.pair, clock.now() / 1_000);

  const store = async (): Promise<void> => {
    try {
      await platform.storeKeys?.({ oauth: pairToStore(entry.pair) });
    } catch (error) {
      throw new TemporaryError(
        `The token was renewed, but could not be stored, so it is not used yet: ${safeMessageOf(error)} The component tries to store it again before the next request.`,
      );
    }
    entry.isUnstored = false;
    logger.info('The access token was renewed and stored.');
  };

  const refresh = async (): Promise<void> => {
    const { client } = credentials;
    const { pair } = entry;
    const { refreshToken } = pair;
    if (refreshToken === undefined)
      throw new AuthorisationError(`${REFUSED} the credential holds no refresh token. ${RECONNECT}`);
    if (!platform.storeKeys) {
      throw new AuthorisationError(
        `${REFUSED} a new one can be stored only in an elastic.io credential. ${USE_CLIENT}`,
      );
    }
    if (!client) throw new AuthorisationError(`${REFUSED} the client is missing. ${GIVE_CLIENT}`);
    try {
      entry.pair = await tokenEndpoint({ ...options, client }).refresh({ ...pair, refreshToken });
      entry.isUnstored = true;
    } catch (error) {
      if (!(error instanceof InvalidGrantError)) throw error;
      entry.pair = await storedMeanwhile(pair, error);
      return;
    }
    await store();
  };

  /** Another step with the same credential may have refreshed first; then its pair is stored. */
  const storedMeanwhile = async (dead: TokenPair, reason: Error): Promise<TokenPair> => {
    const cfg = await platform.readConfig?.();
    const stored = pairFromStore(cfg?.['oauth']);
    if (stored && stored.accessToken !== dead.accessToken) return stored;
    throw new AuthorisationError(reason.message);
  };

  const settle = async (rejected?: string): Promise<string> => {
    const isNeeded = (): boolean => entry.pair.accessToken === rejected || isExpiring();
    // the first pass may join a refresh that is already running; the limit ends the loop if a new token is already
    // about to expire when it is issued
    for (let passes = 0; entry.isUnstored || (passes < 2 && isNeeded()); passes += 1) {
      await entry.flight.run(entry.isUnstored ? store : refresh);
    }
    return entry.pair.accessToken;
  };

  return { current: () => settle(), renew: settle };
}

const REFUSED = 'The access token has expired or CleverReach does not accept it, and it cannot be renewed:';
const RECONNECT = 'Reconnect the account in the credential.';
const USE_CLIENT =
  'Remove the token (in the environment: CLEVERREACH_ACCESS_TOKEN), so that the client id and secret are used, or enter a new one.';
const GIVE_CLIENT =
  'Set CLEVERREACH_CLIENT_ID and CLEVERREACH_CLIENT_SECRET to those of the OAuth app that the account was connected with.';
