/**
 * Asks OIH a second time for a snapshot that came in empty. Its runtime passes `{}` both when a flow has never run and when
 * the snapshots service could not be reached; taking the one for the other would send every receiver again.
 */

import axios from 'axios';
import { TemporaryError } from '../errors';
import { isObject } from '../objects';
import type { Invocation, RuntimeContext, TokenData } from './context';

const TIMEOUT_MS = 15_000;

/**
 * The snapshot of a call of `process`, asked for again where it could stand for a failure.
 * @throws TemporaryError when the snapshots service gives no clear answer
 */
export async function incomingSnapshot({ context, snapshot, tokenData }: Invocation): Promise<unknown> {
  const isEmpty = !isObject(snapshot) || Object.keys(snapshot).length === 0;
  if (!isEmpty || !isObject(tokenData)) return snapshot;
  return await storedSnapshot(context, tokenData);
}

/** `{}` where none is stored: 200 without data, or 404. */
async function storedSnapshot(context: RuntimeContext, tokenData: TokenData): Promise<unknown> {
  const settings = context.getConfig?.();
  const base = isObject(settings) ? settings['SNAPSHOTS_SERVICE_BASE_URL'] : undefined;
  if (typeof base !== 'string' || !tokenData.flowId || !tokenData.stepId) return {};
  const url = `${base}/snapshots/flows/${encodeURIComponent(tokenData.flowId)}/steps/${encodeURIComponent(tokenData.stepId)}`;

  const answer = await axios
    .get<unknown>(url, {
      headers: { Authorization: `Bearer ${tokenData.apiKey ?? ''}` },
      timeout: TIMEOUT_MS,
      // the token of the platform is for nobody else
      maxRedirects: 0,
      validateStatus: () => true,
    })
    .catch((error: unknown) => {
      const code = isObject(error) && typeof error['code'] === 'string' ? error['code'] : 'no answer';
      throw unclear(code);
    });
  if (answer.status === 404) return {};
  if (answer.status !== 200) throw unclear(`status ${answer.status}`);
  if (!isObject(answer.data)) throw unclear('an answer that is not JSON');
  return answer.data['data'] ?? {};
}

function unclear(what: string): TemporaryError {
  return new TemporaryError(
    `The snapshots service gave no clear answer (${what}), so it is not known where the last poll ended. ` +
      'Nothing was read; the next poll tries again.',
  );
}
