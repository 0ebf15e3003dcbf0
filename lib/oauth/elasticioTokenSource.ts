/**
 * Reads the token of a secret on elastic.io. The platform renews the token about a minute before it expires, and on
 * request; the component stores nothing.
 */

import { AuthorisationError, ConfigurationError } from '../utils/errors';
import { SingleFlight } from './singleFlight';
import { TenantCache } from './tenantCache';
import { clientCredentialsSource } from './clientCredentialsSource';
import { credentialKey, type Credentials } from './credentials';
import { parseSecret, type Secret } from './parseSecret';
import type { TokenSource } from '../http/tokenSource';
import type { TokenSourceOptions } from './tokenSourceOptions';

/**
 * After this time, a secret is read again, because a user may have changed it. A renewed token is noticed earlier: the
 * old one gets a 401.
 */
const KEPT_FOR_MS = 300_000;

interface Entry {
  secret?: Secret;
  /** Milliseconds of `Clock.elapsed`. */
  readAt: number;
  flight: SingleFlight;
}

const entries = new TenantCache<Entry>((entry) => !entry.flight.isUnderWay);

/** @param key of the credentials */
export function elasticioTokenSource(
  { secretId }: Credentials & { kind: 'secret' },
  key: string,
  options: TokenSourceOptions,
): TokenSource {
  const { platform, clock, baseUrl } = options;
  const entry = entries.get(key, clock.elapsed(), () => ({ readAt: -Infinity, flight: new SingleFlight() }));

  const read = async (): Promise<Secret> => {
    if (!platform.readSecret) throw new ConfigurationError('A secret ("secretId") can only be read on elastic.io.');
    const secret = parseSecret(await platform.readSecret(secretId));
    entry.readAt = clock.elapsed();
    return secret;
  };

  const tokensOf = async (): Promise<TokenSource> => {
    if (!entry.secret || clock.elapsed() - entry.readAt >= KEPT_FOR_MS) {
      await entry.flight.run(async () => {
        entry.secret = await read();
      });
    }
    const { secret } = entry;
    if (secret?.kind === 'client') {
      return clientCredentialsSource(secret.client, credentialKey(secret, baseUrl), options);
    }
    return { current: () => Promise.resolve(secret?.token ?? ''), renew: renewToken };
  };

  const renewToken = async (rejected: string): Promise<string> => {
    if (entry.secret?.kind === 'token' && entry.secret.token === rejected) {
      await entry.flight.run(async () => {
        entry.secret = await otherSecret(rejected);
      });
    }
    return await (await tokensOf()).current();
  };

  /** Another process may already have renewed the token; a second renewal would invalidate it. */
  const otherSecret = async (rejected: string): Promise<Secret> => {
    const isOther = (secret: Secret): boolean => secret.kind === 'client' || secret.token !== rejected;
    const stored = await read();
    if (isOther(stored)) return stored;
    if (stored.kind === 'token' && stored.isRenewable && platform.refreshSecret) {
      const response = await platform.refreshSecret(secretId);
      const renewed = isSecret(response) ? parseSecret(response) : await read();
      if (isOther(renewed)) return renewed;
      const readAgain = await read();
      if (isOther(readAgain)) return readAgain;
    }
    throw new AuthorisationError(
      'CleverReach rejected the token of the secret, and elastic.io has no newer one: reconnect the account in the secret.',
    );
  };

  return {
    current: async () => await (await tokensOf()).current(),
    renew: async (rejected) => await (await tokensOf()).renew(rejected),
  };
}

function isSecret(response: unknown): boolean {
  return typeof response === 'object' && response !== null && 'data' in response;
}
