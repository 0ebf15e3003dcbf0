/** Selects the source of access tokens for the credentials of a step. */

import { AuthorisationError } from '../utils/errors';
import { clientTokens } from './clientCredentialsSource';
import { credentialKey, type Credentials } from './credentials';
import { oihTokens } from './oihTokenSource';
import { secretTokens } from './secretTokenSource';
import { storedPairTokens } from './tokenPairSource';
import type { TokenSource } from '../http/tokenSource';
import type { TokenSourceOptions } from './tokenSourceOptions';

export function tokenSourceFor(credentials: Credentials, options: TokenSourceOptions): TokenSource {
  const key = credentialKey(credentials, options.baseUrl);
  switch (credentials.kind) {
    case 'secret':
      return secretTokens(credentials, key, options);
    case 'pair':
      return storedPairTokens(credentials, key, options);
    case 'accessToken':
      return oihTokens(credentials, options);
    case 'client':
      return clientTokens(credentials.client, key, options);
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
          'CleverReach does not accept the token of the secret, and the token cannot be renewed: put a new one into the secret.',
        ),
      ),
  };
}
