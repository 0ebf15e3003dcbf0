/**
 * Opens the CleverReach account that a step works with. What is known of an account is kept for the life of the process, by
 * credentials: a global component of OIH serves many tenants in one process, and nothing passes from one to another.
 */

import { createClient } from './cleverreach/client';
import type { CleverReachApi } from './cleverreach/types';
import { systemClock } from './clock';
import { cleverReachUrl } from './http/baseUrl';
import { createHttp, newAccountState, type AccountState } from './http/http';
import { Cache } from './oauth/cache';
import { credentialKey, resolveCredentials } from './oauth/credentials';
import { platformSecrets } from './oauth/platformSecrets';
import { tokenSource } from './oauth/tokenSource';
import { isObject } from './objects';
import type { Invocation } from './runtime/context';

export interface Account {
  api: CleverReachApi;
  /** The same for the same credentials, and for no others. */
  key: string;
  /** How many requests went to CleverReach since the account was opened. */
  requests: () => number;
}

/** What all calls of one account share; a pause that is forgotten is asked for again. */
const states = new Cache<AccountState>(() => true);

/**
 * @param budgetSeconds how long one request may take with its repetitions before the caller is told that it has to wait
 * @throws ConfigurationError when the step has no credentials, before anything is sent
 */
export function openAccount(
  { context, cfg, tokenData }: Pick<Invocation, 'context' | 'cfg' | 'tokenData'>,
  budgetSeconds: number,
  env = process.env,
): Account {
  const fields = isObject(cfg) ? cfg : {};
  const baseUrl = env['CLEVERREACH_URL']?.trim() || cleverReachUrl;
  const credentials = resolveCredentials(fields, env);
  const key = credentialKey(credentials, baseUrl);
  const { logger } = context;
  const platform = platformSecrets({ context, cfg: fields, tokenData }, env);
  const http = createHttp({
    baseUrl,
    tokens: tokenSource(credentials, { baseUrl, platform, clock: systemClock, logger }),
    clock: systemClock,
    logger,
    budgetSeconds,
    account: states.get(key, newAccountState),
  });
  return { api: createClient(http), key, requests: () => http.requests };
}
