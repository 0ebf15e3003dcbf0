/**
 * The result in the formats in which it is used: a secret of OIH, a credential of elastic.io, the environment of `npm
 * run flow`.
 */

import { cleverReachUrl } from '../../lib/http/baseUrl';
import type { OAuthClient } from '../../lib/oauth/credentials';
import { pairToStore, type TokenPair } from '../../lib/oauth/tokenPair';

export interface Grant {
  /** The name of the account; missing if it could not be read. */
  account?: string;
  baseUrl: string;
  client: OAuthClient;
  redirectUri: string;
  pair: TokenPair;
}

interface AuthClientRequest {
  data: {
    name: string;
    type: 'OA2_AUTHORIZATION_CODE';
    clientId: string;
    clientSecret: string;
    redirectUri: string;
    endpoints: { auth: string; token: string };
  };
}

interface SecretRequest {
  data: {
    name: string;
    type: 'OA2_AUTHORIZATION_CODE';
    value: { authClientId: string; accessToken: string; refreshToken?: string; scope: string; expires: string };
  };
}

/**
 * `POST /auth-clients` of the secret service: the OAuth app with which the service renews the tokens. `auth` is the
 * template of the service's own authorisation flow (models/AuthClient and auth-flow-manager of the service).
 */
export function authClientRequest({ baseUrl, client, redirectUri }: Grant): AuthClientRequest {
  const query =
    'client_id={{clientId}}&grant=basic&response_type=code&redirect_uri={{redirectUri}}&scope={{scope}}&state={{state}}';
  return {
    data: {
      name: 'CleverReach',
      type: 'OA2_AUTHORIZATION_CODE',
      clientId: client.id,
      clientSecret: client.secret,
      redirectUri,
      endpoints: { auth: `${baseUrl}/oauth/authorize.php?${query}`, token: `${baseUrl}/oauth/token.php` },
    },
  };
}

/**
 * `POST /secrets` of the secret service (model/Secret of the service: `authClientId`, `accessToken` and `expires` are
 * required, `scope` is a string). If the expiry is unknown, the token is declared expired, and the service renews it
 * when it is first read.
 */
export function secretRequest({ account, pair }: Grant, authClientId: string): SecretRequest {
  const scope: unknown = pair.members['scope'];
  return {
    data: {
      name: nameOf(account),
      type: 'OA2_AUTHORIZATION_CODE',
      value: {
        authClientId,
        accessToken: pair.accessToken,
        ...(pair.refreshToken !== undefined && { refreshToken: pair.refreshToken }),
        scope: Array.isArray(scope) ? scope.map(String).join(' ') : typeof scope === 'string' ? scope : '',
        expires: new Date((pair.expiresAt ?? 0) * 1_000).toISOString(),
      },
    },
  };
}

/**
 * The keys of a classic credential of elastic.io. They include the client, so the component renews the pair without
 * environment variables.
 */
export function classicCredential({ client, pair }: Grant): Record<string, unknown> {
  return { client_id: client.id, client_secret: client.secret, oauth: pairToStore(pair) };
}

/**
 * `POST /v2/workspaces/{WORKSPACE_ID}/secrets` of elastic.io, which accepts only these three fields of an OAuth2
 * secret.
 */
export function elasticioSecret({ account, pair }: Grant): Record<string, unknown> {
  const { accessToken, refreshToken, lifetime } = pair;
  return {
    data: {
      type: 'auth-secret',
      attributes: {
        name: nameOf(account),
        state: 'ready',
        credentials: { access_token: accessToken, refresh_token: refreshToken, expires_in: lifetime },
      },
      relationships: { 'auth-client': { data: { id: '{AUTH-CLIENT_ID}', type: 'auth-client' } } },
    },
  };
}

/** For `npm run flow`. */
export function environment({ baseUrl, client, pair }: Grant): Record<string, string> {
  return {
    ...(baseUrl !== cleverReachUrl && { CLEVERREACH_URL: baseUrl }),
    CLEVERREACH_CLIENT_ID: client.id,
    CLEVERREACH_CLIENT_SECRET: client.secret,
    CLEVERREACH_ACCESS_TOKEN: pair.accessToken,
    ...(pair.refreshToken !== undefined && { CLEVERREACH_REFRESH_TOKEN: pair.refreshToken }),
  };
}

function nameOf(account: string | undefined): string {
  return account === undefined ? 'CleverReach' : `CleverReach ${account}`;
}
