/** The credential services of the two platforms, as accessible through the runtimes. */

import { TemporaryError } from '../utils/errors';
import type { HttpMethod } from '../http/sendRequest';
import { isObject } from '../utils/objects';
import type { RuntimeContext, TokenData } from '../platform/runtimeContext';
import { askService, failedWith, TEMPORARY_ADVICE, unusableResponse } from '../platform/platformService';
import { filledString } from './credentials';
import type { PlatformSecretsPort } from './platformSecretsPort';

export interface PlatformAccess {
  context: RuntimeContext;
  cfg: Record<string, unknown>;
  tokenData?: unknown;
}

/**
 * Timeout in milliseconds for the runtime and the API of the platform: a call that never settles would block a
 * credential permanently.
 */
const LIMIT_MS = 30_000;

/**
 * Each method of elastic.io settles within the limit. If storing a pair takes longer, the next message stores it again.
 */
export function platformSecrets(
  access: PlatformAccess,
  env: NodeJS.ProcessEnv,
  limitMs = LIMIT_MS,
): PlatformSecretsPort {
  const { context, cfg, tokenData } = access;
  if (isObject(tokenData)) return oihSecrets(context, tokenData);
  return elasticioSecrets(context, cfg, env, limitMs);
}

/**
 * Empty if the token of the orchestrator and the settings of the runtime do not contain the location of the secret.
 */
function oihSecrets(context: RuntimeContext, tokenData: TokenData): PlatformSecretsPort {
  const settings = context.getConfig?.();
  const service = isObject(settings) ? filledString(settings['SECRET_SERVICE_BASE_URL']) : undefined;
  const secretId = filledString(tokenData.secretId);
  const apiKey = filledString(tokenData.apiKey);
  if (service === undefined || secretId === undefined || apiKey === undefined) return {};
  return {
    readOihToken: async () => {
      const name = "OIH's secret service";
      const url = `${service.replace(/\/+$/, '')}/secrets/${encodeURIComponent(secretId)}`;
      const response = await askService(name, { method: 'GET', url, headers: { Authorization: `Bearer ${apiKey}` } });
      const data = isObject(response) ? response['data'] : undefined;
      if (isObject(data) && isObject(data['value'])) return filledString(data['value']['accessToken']);
      throw unusableResponse(name, 'not a secret');
    },
  };
}

function elasticioSecrets(
  context: RuntimeContext,
  cfg: Record<string, unknown>,
  env: NodeJS.ProcessEnv,
  limitMs: number,
): PlatformSecretsPort {
  const [workspace = '', flow = '', step = ''] = ['WORKSPACE_ID', 'FLOW_ID', 'STEP_ID'].map(
    (name) => env[`ELASTICIO_${name}`],
  );
  const accountId = filledString(cfg['_account']);
  const ask = (method: HttpMethod, secretId: string, suffix = ''): Promise<unknown> =>
    askService('The secrets service of elastic.io', {
      method,
      url: `${(env['ELASTICIO_API_URI'] ?? '').replace(/\/+$/, '')}/v2/workspaces/${encodeURIComponent(workspace)}/secrets/${encodeURIComponent(secretId)}${suffix}`,
      auth: { username: env['ELASTICIO_API_USERNAME'] ?? '', password: env['ELASTICIO_API_KEY'] ?? '' },
    });

  const read = (secretId: string): Promise<unknown> =>
    clientMethod(context, 'secrets', 'retrieve')?.(encodeURIComponent(workspace), encodeURIComponent(secretId)) ??
    ask('GET', secretId);
  const inTime = <T>(response: Promise<T>): Promise<T> => within(limitMs, response);

  return {
    readSecret: (secretId) => inTime(read(secretId)),
    refreshSecret: (secretId) => inTime(ask('POST', secretId, '/refresh')),
    ...(accountId !== undefined && { storeKeys: (keys) => inTime(storeKeys(context, accountId, keys)) }),
    ...(flow !== '' && step !== '' && { readConfig: () => inTime(storedConfig(context, flow, step)) }),
  };
}

async function within<T>(limitMs: number, response: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new TemporaryError(`elastic.io has not answered within ${limitMs / 1_000} seconds. ${TEMPORARY_ADVICE}`));
    }, limitMs);
  });
  try {
    return await Promise.race([response, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** During a credential check nothing listens to `updateKeys`; a pair that is lost there cannot be recovered. */
async function storeKeys(context: RuntimeContext, accountId: string, keys: object): Promise<void> {
  const before = context.errorCount;
  const isHeard = await context.emit('updateKeys', keys);
  if (context.errorCount !== before) throw new TemporaryError('elastic.io did not store the renewed token.');
  if (isHeard !== false) return;
  const update = clientMethod(context, 'accounts', 'update');
  if (!update) throw new TemporaryError('The platform offers no way to store the renewed token.');
  await update(accountId, { keys });
}

async function storedConfig(context: RuntimeContext, flow: string, step: string): Promise<Record<string, unknown>> {
  const stored = await clientMethod(context, 'tasks', 'retrieveStep')?.(flow, step);
  const config = isObject(stored) ? stored['config'] : undefined;
  return isObject(config) ? config : {};
}

/** A method of the runtime's API client. Its errors may contain the API key, so only a status or code is passed on. */
function clientMethod(
  context: RuntimeContext,
  resource: 'secrets' | 'tasks' | 'accounts',
  method: string,
): ((...args: unknown[]) => Promise<unknown>) | undefined {
  const client = context.getApiClient?.();
  const owner = isObject(client) ? client[resource] : undefined;
  const callee = isObject(owner) ? owner[method] : undefined;
  if (typeof callee !== 'function') return undefined;
  return async (...args) => {
    try {
      return (await Reflect.apply(callee, owner, args)) as unknown;
    } catch (error) {
      const { statusCode, code } = isObject(error) ? error : {};
      const name = `The API of elastic.io (${resource})`;
      if (typeof statusCode === 'number') throw failedWith(name, statusCode);
      throw new TemporaryError(`${name} failed: ${filledString(code) ?? 'no response'}. ${TEMPORARY_ADVICE}`);
    }
  };
}
