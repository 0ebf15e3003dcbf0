/** Emits a rejected record to the next step of the flow, instead of failing its message. */

import { ComponentError, rejectionType } from '../../utils/errors';
import type { Step } from '../../platform/step';
import { isId } from '../types';
import { named } from './failedMessage';

/**
 * Emits `{metadata, data: {error: {type, message, recordUid}}}` for an error about the record. Its ids are those of the
 * incoming message, because no receiver may exist.
 * @throws any other error: one that may pass, or that is about the step, the credential or the account
 */
export async function emitRejection(step: Step, error: unknown): Promise<void> {
  const type = rejectionType(error);
  if (type === undefined || !(error instanceof ComponentError)) throw error;
  const { oihUid, recordUid } = step.incoming.metadata;
  const uid = isId(recordUid) ? { recordUid: String(recordUid) } : {};
  const { message } = named(step, error);
  await step.emitData({
    metadata: { ...(oihUid !== undefined && { oihUid }), ...uid },
    data: { error: { type, message, ...uid } },
  });
}
