/**
 * Fetches tokens with a client id and secret. A new token is requested when the current one expires or is rejected;
 * nothing has to be stored.
 */

import { SingleFlight } from './singleFlight';
import { TenantCache } from './tenantCache';
import type { OAuthClient } from './credentials';
import { tokenEndpoint } from './tokenEndpoint';
import { isDue, type TokenPair } from './tokenPair';
import type { TokenSource } from '../http/tokenSource';
import type { TokenSourceOptions } from './tokenSourceOptions';

interface Entry {
  pair?: TokenPair;
  flight: SingleFlight;
}

const entries = new TenantCache<Entry>((entry) => !entry.flight.isUnderWay);

/** @param key of the credentials */
export function clientCredentialsSource(client: OAuthClient, key: string, options: TokenSourceOptions): TokenSource {
  const { clock } = options;
  const entry = entries.get(key, clock.elapsed(), () => ({ flight: new SingleFlight() }));

  const obtain = async (isUsable: (pair: TokenPair) => boolean): Promise<string> => {
    if (!entry.pair || !isUsable(entry.pair)) {
      await entry.flight.run(async () => {
        entry.pair = await tokenEndpoint({ ...options, client }).grant();
      });
    }
    return entry.pair?.accessToken ?? '';
  };

  return {
    current: () => obtain((pair) => !isDue(pair, clock.now() / 1_000)),
    renew: (rejected) => obtain((pair) => pair.accessToken !== rejected),
  };
}
