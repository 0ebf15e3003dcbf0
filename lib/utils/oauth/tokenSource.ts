/** Where the access token comes from, whatever the credentials are. */

import type { Clock } from '../clock';
import { AuthorisationError } from '../errors';
import type { Logger } from '../logger';
import { clientTokens } from './clientTokens';
import { credentialKey, type Credentials } from './credentials';
import { oihTokens } from './oihTokens';
import type { PlatformSecrets } from './platform';
import { secretTokens } from './secretTokens';
import { storedPairTokens } from './storedPairTokens';

export interface TokenSource {
  /** A token that is good as far as is known; renewed ahead of its expiry where that is known. */
  current(): Promise<string>;
  /**
   * Another token, after CleverReach refused one with 401. When somebody has renewed it meanwhile, that one.
   * @throws AuthorisationError when there is no other, TemporaryError when it could not be found out
   */
  renew(rejected: string): Promise<string>;
}

export interface TokenSourceOptions {
  /** `https://rest.cleverreach.com`; tokens are asked for there. */
  baseUrl: string;
  platform: PlatformSecrets;
  clock: Clock;
  logger: Logger;
}

export function tokenSource(credentials: Credentials, options: TokenSourceOptions): TokenSource {
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
          'CleverReach does not accept the token of the secret, and nothing is known that could renew it: put a new one into the secret.',
        ),
      ),
  };
}
