/**
 * Opens the CleverReach account that a step works with. What is known of an account is kept for the life of the process, by
 * credentials: a global component of OIH serves many tenants in one process, and nothing passes from one to another.
 */

import { createClient } from './cleverreach/client';
import type { CleverReachApi } from './cleverreach/types';
import { systemClock } from './utils/clock';
import { cleverReachUrl } from './http/baseUrl';
import { slotsOfAccount, type Slots } from './http/concurrencyLimit';
import { createHttp, noPause, readOnly, type Http, type Pause } from './http/httpClient';
import { Cache } from './oauth/tokenCache';
import { credentialKey, resolveCredentials } from './oauth/credentials';
import { platformSecrets } from './oauth/platformSecrets';
import { tokenSourceFor } from './oauth/selectTokenSource';
import { isObject } from './utils/objects';
import { loggerOf, type Invocation } from './platform/runtimeContext';
import { createDirectory, type AccountDirectory } from './cleverreach/accountCache';

export interface Account {
  /** The same for the same credentials, and for no others; tells nothing about them. */
  key: string;
  api: CleverReachApi;
  /** The same, but it refuses whatever would change anything. */
  readOnlyApi: CleverReachApi;
  /** What is known of its groups and attributes, from earlier calls too. */
  directory: AccountDirectory;
  /** How many requests went to CleverReach since the account was opened. */
  requests: () => number;
}

/** What all calls of one account share. All of it can be found out again. */
interface Shared {
  pause: Pause;
  slots: Slots;
  directory: AccountDirectory;
  /** The last call's, since it logs and stores tokens by way of its runtime: that of a call that has ended no longer listens. */
  latest: CleverReachApi;
}

/** A pause that CleverReach has asked for must hold, however many other accounts come meanwhile. */
const accounts = new Cache<Shared>(({ pause }) => pause.until <= systemClock.elapsed());

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
  const tokens = tokenSourceFor(credentials, { baseUrl, platform, clock: systemClock, logger });
  const open = (limits: Pick<Shared, 'pause' | 'slots'>): { http: Http; api: CleverReachApi } => {
    const { pause, slots } = limits;
    const end = endAt === undefined ? {} : { endAt };
    const http = createHttp({ baseUrl, tokens, clock: systemClock, logger, budgetSeconds, pause, slots, ...end });
    return { http, api: createClient(http) };
  };
  const shared = accounts.get(key, systemClock.elapsed(), () => share(open));
  const { http, api } = open(shared);
  // what a run that ends asks for has no patience left for others
  if (endAt === undefined) shared.latest = api;
  return {
    key,
    api,
    readOnlyApi: createClient(readOnly(http)),
    directory: shared.directory,
    requests: () => http.requests,
  };
}

function share(open: (limits: Pick<Shared, 'pause' | 'slots'>) => { api: CleverReachApi }): Shared {
  const limits = { pause: noPause(), slots: slotsOfAccount() };
  const directory = createDirectory(
    {
      groups: () => shared.latest.groups(),
      forms: () => shared.latest.forms(),
      groupForms: (groupId) => shared.latest.groupForms(groupId),
      attributes: () => shared.latest.attributes(),
      groupAttributes: (groupId) => shared.latest.groupAttributes(groupId),
    },
    systemClock,
  );
  const shared: Shared = { ...limits, directory, latest: open(limits).api };
  return shared;
}
