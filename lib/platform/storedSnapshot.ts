/**
 * Asks OIH a second time for a snapshot that came in empty. Its runtime passes `{}` both when a flow has never run and when
 * the snapshots service could not be reached; taking the one for the other would send every receiver again.
 */

import { TemporaryError } from '../utils/errors';
import { isObject } from '../utils/objects';
import type { Invocation, RuntimeContext, TokenData } from './runtimeContext';
import { requestService } from './platformService';

/**
 * The snapshot of a call of `process`, asked for again where it could stand for a failure.
 * @throws TemporaryError when the snapshots service gives no clear answer
 */
export async function incomingSnapshot({ context, snapshot, tokenData }: Invocation): Promise<unknown> {
  const isEmpty = !isObject(snapshot) || Object.keys(snapshot).length === 0;
  if (!isEmpty || !isObject(tokenData)) return snapshot;
  return await storedSnapshot(context, tokenData);
}

/**
 * `{}` where none is stored. The service of OIH answers 200 with `{data: {}}` then (its source). A 404 counts only as JSON, since a page
 * is what a proxy answers whose service has gone.
 */
async function storedSnapshot(context: RuntimeContext, tokenData: TokenData): Promise<unknown> {
  const settings = context.getConfig?.();
  const base = isObject(settings) ? settings['SNAPSHOTS_SERVICE_BASE_URL'] : undefined;
  if (typeof base !== 'string' || !tokenData.flowId || !tokenData.stepId) return {};
  const url = `${base}/snapshots/flows/${encodeURIComponent(tokenData.flowId)}/steps/${encodeURIComponent(tokenData.stepId)}`;

  const headers = { Authorization: `Bearer ${tokenData.apiKey ?? ''}` };
  const answer = await requestService({ method: 'GET', url, headers });
  if ('unreachable' in answer) throw unclear(answer.unreachable);
  const { status, body } = answer;
  if (status !== 200 && status !== 404) throw unclear(`status ${status}`);
  if (!isObject(body)) throw unclear(`status ${status} with an answer that is not a JSON object`);
  if (status === 404) return {};
  const snapshot = body['data'] ?? {};
  if (!isObject(snapshot) || 'error' in body || 'errors' in body) throw unclear('an answer without a snapshot');
  return snapshot;
}

function unclear(what: string): TemporaryError {
  return new TemporaryError(
    `The snapshots service gave no clear answer (${what}), so it is not known where the last poll ended. ` +
      'Nothing was read; the next poll tries again.',
  );
}
