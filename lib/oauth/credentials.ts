/** Reads the credentials of a step. The two platforms pass them in five forms; no other file distinguishes them. */

import { createHash } from 'node:crypto';
import { ConfigurationError } from '../utils/errors';
import { pairFromStore, type TokenPair } from './tokenPair';

/** An OAuth app of CleverReach. */
export interface OAuthClient {
  id: string;
  secret: string;
}

export type Credentials =
  /** A secret of elastic.io: the platform stores it and renews its token. */
  | { kind: 'secret'; secretId: string }
  /** A classic credential of elastic.io: the component renews the token and stores it. */
  | { kind: 'pair'; pair: TokenPair; client?: OAuthClient; accountId?: string }
  /** An OAuth2 secret of OIH: the secret service renews the token. */
  | { kind: 'accessToken'; token: string }
  /** A client id and secret: the component requests tokens with them and stores nothing. */
  | { kind: 'client'; client: OAuthClient }
  /** A fixed token that is never renewed. */
  | { kind: 'bearer'; token: string };

/**
 * The credentials of a step, from its config and the environment.
 * @param cfg the config of the step with its credential, as passed by the runtime; blank strings count as missing
 * @throws ConfigurationError if there are no credentials
 */
export function stepCredentials(cfg: Record<string, unknown>, env: NodeJS.ProcessEnv): Credentials {
  const secretId = filledString(cfg['secretId']);
  if (secretId !== undefined) return { kind: 'secret', secretId };

  const pair = pairFromStore(cfg['oauth']);
  if (pair) {
    const client = clientIn(cfg) ?? clientOf(env['CLEVERREACH_CLIENT_ID'], env['CLEVERREACH_CLIENT_SECRET']);
    const accountId = filledString(cfg['_account']);
    return { kind: 'pair', pair, ...(client && { client }), ...(accountId !== undefined && { accountId }) };
  }

  const token = filledString(cfg['accessToken']);
  if (token !== undefined) return { kind: 'accessToken', token };

  const client = clientIn(cfg) ?? clientOf(cfg['username'], cfg['passphrase']);
  if (client) return { kind: 'client', client };

  const key = withoutBearer(filledString(cfg['key']));
  if (key !== undefined) return { kind: 'bearer', token: key };
  throw new ConfigurationError(missing(cfg));
}

/**
 * A string that identifies the credentials without revealing them: the key under which the state of an account is kept.
 */
export function credentialKey(credentials: Credentials, baseUrl: string): string {
  return createHash('sha256')
    .update(JSON.stringify([baseUrl, ...identityOf(credentials)]))
    .digest('hex');
}

function identityOf(credentials: Credentials): readonly (string | undefined)[] {
  const { kind } = credentials;
  switch (kind) {
    case 'secret':
      return [kind, credentials.secretId];
    case 'pair': {
      const { accountId, client, pair } = credentials;
      return [kind, accountId, client?.id, client?.secret, pair.accessToken, pair.refreshToken];
    }
    case 'client':
      return [kind, credentials.client.id, credentials.client.secret];
    case 'accessToken':
    case 'bearer':
      return [kind, credentials.token];
  }
}

/** Maximum length of a client id or secret; those of CleverReach have a few dozen characters. */
const LONGEST_OF_CLIENT = 1_000;

/**
 * A client with id and secret; undefined unless both are present.
 * @throws ConfigurationError if one of them is too long; its value is not shown
 */
export function clientOf(id: unknown, secret: unknown): OAuthClient | undefined {
  const client = { id: filledString(id), secret: filledString(secret) };
  for (const [name, value] of Object.entries(client)) {
    if (value !== undefined && value.length > LONGEST_OF_CLIENT) {
      throw new ConfigurationError(`The client ${name} for CleverReach has more than ${LONGEST_OF_CLIENT} characters.`);
    }
  }
  return client.id === undefined || client.secret === undefined ? undefined : { id: client.id, secret: client.secret };
}

/** The trimmed string, or a number as a string; undefined if it is missing or blank. */
export function filledString(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}

/**
 * Users sometimes paste a whole header as the key.
 * @param value trimmed
 */
export function withoutBearer(value: string | undefined): string | undefined {
  return filledString(value?.replace(/^bearer(\s+|$)/i, ''));
}

function clientIn(cfg: Record<string, unknown>): OAuthClient | undefined {
  return clientOf(cfg['client_id'], cfg['client_secret']) ?? clientOf(cfg['clientId'], cfg['clientSecret']);
}

const HALVES = [
  ['client_id', 'client_secret'],
  ['clientId', 'clientSecret'],
  ['username', 'passphrase'],
] as const;

function missing(cfg: Record<string, unknown>): string {
  const half = HALVES.map(([id, secret]) => [id, secret].filter((name) => filledString(cfg[name]) === undefined)).find(
    (empty) => empty.length === 1,
  );
  if (half) {
    const where = 'You find the client id and client secret in CleverReach under My account › Extras › REST API.';
    return `No CleverReach credentials were found: the field "${half.join()}" is empty. Fill it in. ${where}`;
  }
  if (typeof cfg['payload'] === 'string') {
    return 'No CleverReach credentials were found: the "payload" of the secret is not JSON. It must be {"client_id": "…", "client_secret": "…"}.';
  }
  return (
    `No CleverReach credentials were found. Choose a credential (elastic.io) or a secret (OIH) for the step, with a client id and ` +
    'client secret of CleverReach (My account › Extras › REST API) or with tokens. If a credential is selected, the ' +
    "platform's secret service may have failed; then the next run works."
  );
}
