/**
 * CleverReach's token endpoint, by simple-oauth2. Its errors hold the client secret and the tokens, so none of them leaves this
 * file. It brings a hundred files with it, and is loaded when the first token is asked for: most steps never do.
 */

import type { ModuleOptions } from 'simple-oauth2';
import type { Clock } from '../clock';
import { AuthorisationError, ConfigurationError } from '../errors';
import { withRetries, type Outcome } from '../http/retry';
import type { Logger } from '../logger';
import type { Client } from './credentials';
import { failureOf, InvalidGrantError, unusableAnswer } from './endpointFailure';
import { pairFromAnswer, type TokenPair } from './pair';

const TOKEN_PATH = '/oauth/token.php';
const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 1024 * 1024;
/** How long a caller waits for a token, repetitions included. */
const BUDGET_SECONDS = 20;

export interface TokenEndpoint {
  /**
   * The next pair; the old refresh token is dead from then on.
   * @throws InvalidGrantError when the refresh token is dead already
   */
  refresh(pair: TokenPair & { refreshToken: string }): Promise<TokenPair>;
  /** A token for the client itself. */
  grant(): Promise<TokenPair>;
  /**
   * The first pair of a grant.
   * @param code from the redirect of the consent page; good once, and for minutes only
   * @param redirectUri the one that the consent was asked for with
   * @throws AuthorisationError when CleverReach does not take the code
   */
  exchange(code: string, redirectUri: string): Promise<TokenPair>;
}

/** @returns an endpoint that rejects with typed errors only: TemporaryError, RateLimitedError, AuthorisationError */
export function tokenEndpoint(options: {
  baseUrl: string;
  client: Client;
  clock: Clock;
  logger: Logger;
}): TokenEndpoint {
  const { clock, logger, client } = options;
  const settings = settingsOf(options.baseUrl, client);

  const ask = async (
    exchange: () => Promise<{ token: unknown }>,
    secrets: readonly string[],
    previous?: TokenPair,
  ): Promise<TokenPair> => {
    const attempt = async (): Promise<Outcome<TokenPair>> => {
      try {
        const { token } = await exchange();
        const pair = pairFromAnswer(token, Math.floor(clock.now() / 1_000), previous);
        return pair ? { ok: true, value: pair } : unusableAnswer();
      } catch (error) {
        return failureOf(error, secrets, clock.now());
      }
    };
    return await withRetries(attempt, {
      clock,
      budgetSeconds: BUDGET_SECONDS,
      onRetry: ({ error }, tries, seconds) => {
        logger.warn(`${error.message}. Trying again (no. ${tries + 1}) in ${seconds} s.`);
      },
    });
  };

  return {
    refresh: async (pair) => {
      const { refreshToken, accessToken } = pair;
      const { AuthorizationCode } = await import('simple-oauth2');
      const grant = constructed(() => new AuthorizationCode(settings));
      const secrets = [client.secret, refreshToken, accessToken];
      return await ask(() => grant.createToken({ refresh_token: refreshToken }).refresh(), secrets, pair);
    },
    grant: async () => {
      const { ClientCredentials } = await import('simple-oauth2');
      const grant = constructed(() => new ClientCredentials(settings));
      return await ask(() => grant.getToken({}), [client.secret]);
    },
    exchange: async (code, redirectUri) => {
      const { AuthorizationCode } = await import('simple-oauth2');
      const grant = constructed(() => new AuthorizationCode(settings));
      const getToken = (): Promise<{ token: unknown }> => grant.getToken({ code, redirect_uri: redirectUri });
      return await ask(getToken, [client.secret, code]).catch((error: unknown) => {
        throw error instanceof InvalidGrantError ? new AuthorisationError(CODE_REFUSED) : error;
      });
    },
  };
}

const CODE_REFUSED =
  'CleverReach does not take the code of this consent (invalid_grant): it is used up or too old, or was given for another ' +
  'redirect URI. Ask for a new one.';

/** Client and secret go as HTTP Basic, not form-encoded first: the clients known to work send them so. */
function settingsOf(baseUrl: string, client: Client): ModuleOptions {
  return {
    client: { ...client },
    auth: { tokenHost: baseUrl, tokenPath: TOKEN_PATH },
    http: { timeout: TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES, redirects: false, json: 'force' },
    options: { authorizationMethod: 'header', credentialsEncodingMode: 'loose', bodyFormat: 'form' },
  };
}

/** The library checks what it is given, and repeats it in its error. */
function constructed<T>(make: () => T): T {
  try {
    return make();
  } catch {
    throw new ConfigurationError(
      'The client id or client secret for CleverReach holds characters that neither can have.',
    );
  }
}
