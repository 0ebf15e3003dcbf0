/**
 * Opens the CleverReach account that a step works with. What is known of an account is kept for the life of the process, by
 * credentials: a global component of OIH serves many tenants in one process, and nothing passes from one to another.
 */

import { createClient } from './cleverreach/client';
import type { CleverReachApi } from './cleverreach/types';
import { systemClock } from './utils/clock';
import { cleverReachUrl } from './http/baseUrl';
import { accountLimit, type ConcurrencyLimit } from './http/concurrencyLimit';
import { createHttpClient, noPause, readOnly, type RateLimitPause } from './http/httpClient';
import { TenantCache } from './oauth/tenantCache';
import { credentialKey, resolveCredentials } from './oauth/credentials';
import { platformSecrets } from './oauth/platformSecrets';
import { selectTokenSource } from './oauth/selectTokenSource';
import { isObject } from './utils/objects';
import { loggerOf, type Invocation } from './platform/runtimeContext';
import { AccountCache } from './cleverreach/accountCache';

export interface Account {
  /** The same for the same credentials, and for no others; tells nothing about them. */
  key: string;
  api: CleverReachApi;
  /** The same, but it refuses whatever would change anything. */
  readOnlyApi: CleverReachApi;
  /** What is known of its groups, forms and attributes, from earlier calls too. */
  cache: AccountCache;
  /** How many requests went to CleverReach since the account was opened. */
  requests: () => number;
}

/** What all calls for one account share. Each call has its own client, which logs and stores tokens through the runtime of that call. */
interface Shared {
  pause: RateLimitPause;
  slots: ConcurrencyLimit;
  cache: AccountCache;
}

/** A pause that CleverReach has asked for must hold, however many other accounts come meanwhile. */
const accounts = new TenantCache<Shared>(({ pause }) => pause.until <= systemClock.elapsed());

/**
 * @param budgetSeconds how long one request may take with its repetitions before the caller is told that it has to wait
 * @param endAt milliseconds of `Clock.elapsed` at which the run is to end: after that nothing is tried again
 * @throws ConfigurationError when the step has no credentials, before anything is sent
 */
export function openAccount(
  invocation: Pick<Invocation, 'context' | 'cfg' | 'tokenData'>,
  budgetSeconds: number,
  env = process.env,
  endAt?: number,
): Account {
  const { context, cfg, tokenData } = invocation;
  const fields = isObject(cfg) ? cfg : {};
  const baseUrl = env['CLEVERREACH_URL']?.trim() || cleverReachUrl;
  const credentials = resolveCredentials(fields, env);
  const key = credentialKey(credentials, baseUrl);
  const logger = loggerOf(invocation);
  const platform = platformSecrets({ context, cfg: fields, tokenData }, env);
  const tokens = selectTokenSource(credentials, { baseUrl, platform, clock: systemClock, logger });
  const { pause, slots, cache } = accounts.get(key, systemClock.elapsed(), newShared);
  const end = endAt === undefined ? {} : { endAt };
  const http = createHttpClient({ baseUrl, tokens, clock: systemClock, logger, budgetSeconds, pause, slots, ...end });
  return {
    key,
    api: createClient(http),
    readOnlyApi: createClient(readOnly(http)),
    cache,
    requests: () => http.requests,
  };
}

const newShared = (): Shared => ({ pause: noPause(), slots: accountLimit(), cache: new AccountCache(systemClock) });
