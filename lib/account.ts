/**
 * Opens the CleverReach account of a step. The account cache lives as long as the process and is keyed by credentials:
 * a global component of OIH serves many tenants in one process, and no data may pass between them.
 */

import { createClient } from './cleverreach/endpoints';
import type { CleverReachApi } from './cleverreach/types';
import { systemClock } from './utils/clock';
import { cleverReachUrl } from './http/baseUrl';
import { accountLimit, type ConcurrencyLimit } from './http/concurrencyLimit';
import { createHttpClient, noPause, type RateLimitPause } from './http/httpClient';
import { TenantCache } from './oauth/tenantCache';
import { credentialKey, stepCredentials } from './oauth/credentials';
import { platformSecrets } from './oauth/platformSecrets';
import { selectTokenSource } from './oauth/selectTokenSource';
import { isObject } from './utils/objects';
import type { Logger } from './utils/logger';
import type { Invocation } from './platform/runtimeContext';
import { AccountCache } from './cleverreach/accountCache';

export interface Account {
  /** Identifies the credentials without revealing them. */
  key: string;
  api: CleverReachApi;
  /** A client that rejects every request that would change data. */
  readOnlyApi: CleverReachApi;
  /** Cached groups, forms and attributes, kept between calls. */
  cache: AccountCache;
  /** What was sent to and received from CleverReach since the account was opened. */
  traffic: () => { requests: number; bytes: number };
}

/**
 * Shared by all calls for one account. Each call has its own client, which logs and stores tokens through the runtime
 * of that call.
 */
interface Shared {
  pause: RateLimitPause;
  slots: ConcurrencyLimit;
  cache: AccountCache;
}

/** An account is not evicted during a rate-limit pause, even if the cache is full: the pause would be forgotten. */
const accounts = new TenantCache<Shared>(({ pause }) => pause.until <= systemClock.elapsed());

interface AccountOptions {
  logger: Logger;
  /** How long one request may take, retries included, before it fails with a temporary error. */
  budgetSeconds: number;
  /** When the run ends, in milliseconds of `Clock.elapsed`: no retries after that. */
  endAt?: number;
}

/** @throws ConfigurationError if the step has no credentials; no request is sent */
export function openAccount(
  invocation: Pick<Invocation, 'context' | 'cfg' | 'tokenData'>,
  options: AccountOptions,
  env = process.env,
): Account {
  const { context, cfg, tokenData } = invocation;
  const { logger, budgetSeconds, endAt = Infinity } = options;
  const fields = isObject(cfg) ? cfg : {};
  const baseUrl = env['CLEVERREACH_URL']?.trim() || cleverReachUrl;
  const credentials = stepCredentials(fields, env);
  const key = credentialKey(credentials, baseUrl);
  const platform = platformSecrets({ context, cfg: fields, tokenData }, env);
  const tokens = selectTokenSource(credentials, key, { baseUrl, platform, clock: systemClock, logger });
  const { pause, slots, cache } = accounts.get(key, systemClock.elapsed(), newShared);
  const http = createHttpClient({ baseUrl, tokens, clock: systemClock, logger, budgetSeconds, pause, slots, endAt });
  return {
    key,
    api: createClient(http),
    readOnlyApi: createClient(http.readOnly),
    cache,
    traffic: () => ({ requests: http.requests, bytes: http.bytes }),
  };
}

const newShared = (): Shared => ({ pause: noPause(), slots: accountLimit(), cache: new AccountCache(systemClock) });
