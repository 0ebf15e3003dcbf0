/**
 * CleverReach's token endpoint. The grants come from simple-oauth2, which is loaded with the first token request,
 * because most steps never send one. Its own HTTP client does not support a proxy, so requests use the shared one.
 */

import type { Clock } from '../utils/clock';
import { AuthorisationError, ConfigurationError } from '../utils/errors';
import { withRetries, type AttemptResult } from '../http/retry';
import type { Logger } from '../utils/logger';
import type { OAuthClient } from './credentials';
import { failureOf, InvalidGrantError, unusableTokenResponse } from './tokenEndpointError';
import { pairFromResponse, type TokenPair } from './tokenPair';
import { requestToken } from './tokenRequest';

const TOKEN_PATH = '/oauth/token.php';
const CONFIG = { auth: { tokenPath: TOKEN_PATH, refreshPath: TOKEN_PATH }, options: {} };
/** How long a caller waits for a token, including retries. */
const BUDGET_SECONDS = 20;

export interface TokenEndpoint {
  /**
   * Returns the next pair; the old refresh token is invalid afterwards.
   * @throws InvalidGrantError if the refresh token is already invalid
   */
  refresh(pair: TokenPair & { refreshToken: string }): Promise<TokenPair>;
  /** Requests a token for the client itself. */
  grant(): Promise<TokenPair>;
  /**
   * Requests the first pair of a grant.
   * @param code from the redirect of the consent page; valid once and only for minutes
   * @param redirectUri the redirect URI of the consent request
   * @throws AuthorisationError if CleverReach rejects the code
   */
  exchange(code: string, redirectUri: string): Promise<TokenPair>;
}

/** @returns an endpoint that rejects only with typed errors: TemporaryError, RateLimitedError, AuthorisationError */
export function tokenEndpoint(options: {
  baseUrl: string;
  client: OAuthClient;
  clock: Clock;
  logger: Logger;
}): TokenEndpoint {
  const { clock, logger, client, baseUrl } = options;
  const http: ConstructorParameters<typeof Grant>[1] = {
    request: (path, form) => requestToken(baseUrl, client, path, form),
  };
  const authorizationCode = async (): Promise<Grant> => {
    const { default: AuthorizationCode } = await import('simple-oauth2/lib/authorization-code-grant-type.js');
    return new AuthorizationCode(CONFIG, http);
  };

  const ask = async (
    exchange: () => Promise<{ token: unknown }>,
    secrets: readonly string[],
    previous?: TokenPair,
  ): Promise<TokenPair> => {
    checkClient(client);
    const attempt = async (): Promise<AttemptResult<TokenPair>> => {
      try {
        const { token } = await exchange();
        const pair = pairFromResponse(token, Math.floor(clock.now() / 1_000), previous);
        return pair ? { ok: true, value: pair } : unusableTokenResponse();
      } catch (error) {
        return failureOf(error, secrets, clock.now());
      }
    };
    return await withRetries(attempt, {
      clock,
      budgetSeconds: BUDGET_SECONDS,
      onRetry: ({ error }, tries, seconds) => {
        logger.warn(`${error.message}. Retry ${tries} in ${seconds} s.`);
      },
    });
  };

  return {
    refresh: async (pair) => {
      const { refreshToken, accessToken } = pair;
      const grant = await authorizationCode();
      const secrets = [client.secret, refreshToken, accessToken];
      return await ask(() => grant.createToken({ refresh_token: refreshToken }).refresh(), secrets, pair);
    },
    grant: async () => {
      const { default: ClientCredentials } = await import('simple-oauth2/lib/client-credentials-grant-type.js');
      const grant = new ClientCredentials(CONFIG, http);
      return await ask(() => grant.getToken({}), [client.secret]);
    },
    exchange: async (code, redirectUri) => {
      const grant = await authorizationCode();
      const getToken = (): Promise<{ token: unknown }> => grant.getToken({ code, redirect_uri: redirectUri });
      return await ask(getToken, [client.secret, code]).catch((error: unknown) => {
        throw error instanceof InvalidGrantError ? new AuthorisationError(CODE_REFUSED) : error;
      });
    },
  };
}

const CODE_REFUSED =
  'CleverReach does not accept the code of this consent (invalid_grant): it was already used, has expired, or belongs to another ' +
  'redirect URI. Request a new one.';

/** @throws ConfigurationError, which does not repeat them */
function checkClient({ id, secret }: OAuthClient): void {
  if ([id, secret].every((text) => /^[\x20-\x7e]+$/.test(text))) return;
  throw new ConfigurationError(
    'The client id or client secret for CleverReach contains characters that are not allowed.',
  );
}
