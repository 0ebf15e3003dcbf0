/** Selects the source of access tokens for the credentials of a step. */

import { AuthorisationError } from '../utils/errors';
import { clientCredentialsSource } from './clientCredentialsSource';
import type { Credentials } from './credentials';
import { elasticioTokenSource } from './elasticioTokenSource';
import { oihTokenSource } from './oihTokenSource';
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
      return oihTokenSource(credentials.token, options);
    case 'bearer':
      return fixedToken(credentials.token);
  }
}

function fixedToken(token: string): TokenSource {
  return {
    current: () => Promise.resolve(token),
    renew: () =>
      Promise.reject(
        new AuthorisationError(
          'CleverReach rejected the token of the secret, and the token cannot be renewed. Waiting does not help: put a new one into the secret.',
        ),
      ),
  };
}
