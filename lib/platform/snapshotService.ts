/**
 * Reads an empty snapshot from OIH a second time. The OIH runtime passes `{}` both if a flow has never run and if the
 * snapshots service was unreachable; confusing the two would send every receiver again.
 */

import { TemporaryError } from '../utils/errors';
import { isObject } from '../utils/objects';
import type { Invocation, RuntimeContext, TokenData } from './runtimeContext';
import { requestService } from './platformService';

/**
 * The snapshot of a call of `process`, read again if it may be the result of a failure.
 * @throws TemporaryError if the response of the snapshots service is ambiguous
 */
export async function storedSnapshot({ context, snapshot, tokenData }: Invocation): Promise<unknown> {
  const isEmpty = !isObject(snapshot) || Object.keys(snapshot).length === 0;
  if (!isEmpty || !isObject(tokenData)) return snapshot;
  return await askSnapshotsService(context, tokenData);
}

/**
 * `{}` if no snapshot is stored. The OIH service then returns 200 with `{data: {}}` (see its source). A 404 counts only
 * if it is JSON, because a proxy returns an HTML page if the service is down.
 */
async function askSnapshotsService(context: RuntimeContext, tokenData: TokenData): Promise<unknown> {
  const settings = context.getConfig?.();
  const base = isObject(settings) ? settings['SNAPSHOTS_SERVICE_BASE_URL'] : undefined;
  if (typeof base !== 'string' || !tokenData.flowId || !tokenData.stepId) return {};
  const url = `${base}/snapshots/flows/${encodeURIComponent(tokenData.flowId)}/steps/${encodeURIComponent(tokenData.stepId)}`;

  const headers = { Authorization: `Bearer ${tokenData.apiKey ?? ''}` };
  const response = await requestService({ method: 'GET', url, headers });
  if ('unreachable' in response) throw unclear(response.unreachable);
  const { status, body } = response;
  if (status !== 200 && status !== 404) throw unclear(`status ${status}`);
  if (!isObject(body)) throw unclear(`status ${status} with a response that is not a JSON object`);
  if (status === 404) return {};
  const snapshot = body['data'] ?? {};
  if (!isObject(snapshot) || 'error' in body || 'errors' in body) throw unclear('a response without a snapshot');
  return snapshot;
}

function unclear(what: string): TemporaryError {
  return new TemporaryError(
    `The snapshots service gave no clear response (${what}), so it is unknown where the last poll ended. ` +
      'No receivers were read; the next poll tries again.',
  );
}
