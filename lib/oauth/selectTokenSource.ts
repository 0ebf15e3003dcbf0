/** Selects the source of access tokens for the credentials of a step. */

import { AuthorisationError } from '../utils/errors';
import { clientCredentialsSource } from './clientCredentialsSource';
import type { Credentials } from './credentials';
import { elasticioTokenSource } from './elasticioTokenSource';
import type { PlatformSecretsPort } from './platformSecretsPort';
import { SingleFlight } from './singleFlight';
import { tokenPairSource } from './tokenPairSource';
import type { TokenSource } from '../http/tokenSource';
import type { TokenSourceOptions } from './tokenSourceOptions';

/** @param key of the credentials */
export function selectTokenSource(credentials: Credentials, key: string, options: TokenSourceOptions): TokenSource {
  switch (credentials.kind) {
    case 'secret':
      return elasticioTokenSource(credentials, key, options);
    case 'client':
      return clientCredentialsSource(credentials.client, key, options);
    case 'pair':
      return tokenPairSource(credentials, key, options);
    case 'accessToken':
      return oihToken(credentials.token, options.platform);
    case 'bearer':
      return fixedToken(credentials.token);
  }
}

/**
 * The token of an OAuth2 secret on OIH. The secret service renews the token whenever the secret is read, and does not
 * reveal the refresh token.
 */
function oihToken(first: string, platform: PlatformSecretsPort): TokenSource {
  let token = first;
  const flight = new SingleFlight();

  const reread = async (): Promise<void> => {
    const next = await platform.readOihToken?.();
    if (next === undefined || next === token) {
      throw new AuthorisationError(
        'CleverReach does not accept the access token, and the secret service has no newer one: reconnect the account.',
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

function fixedToken(token: string): TokenSource {
  return {
    current: () => Promise.resolve(token),
    renew: () =>
      Promise.reject(
        new AuthorisationError(
          'CleverReach does not accept the token of the secret, and the token cannot be renewed. Waiting does not help: put a new one into the secret.',
        ),
      ),
  };
}
