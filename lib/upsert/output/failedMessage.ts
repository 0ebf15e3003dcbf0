/** Handles a message that could not be written: it is redelivered, fails for good, or is emitted as a rejected record. */

import { about, isId, nameInMessage } from '../record';
import { ComponentError, rejectionType } from '../../utils/errors';
import type { Step } from '../../platform/step';

/**
 * Returns the message to the broker if waiting helps. OIH does not keep failed messages, so there the message is also
 * returned if a person can correct the step, the credential or the account. elastic.io keeps failed messages for a
 * manual retry.
 * @throws the error, naming the record, if the message is not redelivered
 */
export async function handleFailedMessage(step: Step, thrown: unknown): Promise<void> {
  if (!(thrown instanceof ComponentError)) throw thrown;
  const error = named(step, thrown);
  const { reboundsLeft } = step;
  const isKept = step.kind === 'elastic.io';
  if (!error.temporary && (isKept || !error.correctable)) throw error;
  if (reboundsLeft === 0) {
    throw error.reworded(
      `The platform allows no more redeliveries of this message, so it fails for good. ${error.message}`,
    );
  }
  const remedy = error.temporary ? 'to be retried' : 'to give time to correct the step, the credential or the account';
  const times = reboundsLeft === undefined ? '' : ` (${reboundsLeft} more times at most)`;
  step.logger.warn(`Handed back to the broker, ${remedy}${times}: ${error.message}`);
  await step.rebound(error);
}

/** Adds the name of the record, if it has one. */
function named({ incoming }: Step, error: ComponentError): ComponentError {
  const name = nameInMessage(incoming.metadata);
  return name === undefined ? error : about(name, error);
}

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
