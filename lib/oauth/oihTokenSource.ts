/**
 * Reads the token of an OAuth2 secret on OIH. The secret service renews the token whenever the secret is read, and does
 * not reveal the refresh token.
 */

import { AuthorisationError } from '../utils/errors';
import { SingleFlight } from './singleFlight';
import type { TokenSource } from '../http/tokenSource';
import type { TokenSourceOptions } from './tokenSourceOptions';

export function oihTokenSource(first: string, { platform }: TokenSourceOptions): TokenSource {
  let token = first;
  const flight = new SingleFlight();

  const reread = async (): Promise<void> => {
    const next = await platform.readOihToken?.();
    if (next === undefined || next === token) {
      throw new AuthorisationError(
        'CleverReach rejected the access token, and the secret service has no newer one: reconnect the account.',
      );
    }
    token = next;
  };

  return {
    current: () => Promise.resolve(token),
    renew: async (rejected) => {
      if (token === rejected) await flight.run(reread);
      return token;
    },
  };
}
