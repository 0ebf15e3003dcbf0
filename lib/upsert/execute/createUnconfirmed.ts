/**
 * Creates a receiver that must confirm first. It uses a plain create, which rejects an existing address: an upsert with
 * these timestamps would deactivate a receiver that was added after the group was read.
 */

import type { Receiver, ReceiverWrite, UnixSeconds } from '../../cleverreach/types';
import { retryPolicy } from '../../http/retryPolicy';
import {
  AuthorisationError,
  type ComponentError,
  NotAcceptedError,
  RecordError,
  TemporaryError,
  UnexplainedError,
} from '../../utils/errors';
import { shownId } from '../../utils/ids';
import { mailSource } from '../../cleverreach/activationMail';
import { withPlaceholders, isCreatedWith, unconfirmedTimestamps } from '../plan/consent';
import { createAlone, findStored } from './createReceivers';
import { causeOf, isAboutAccount, typedError } from '../recordError';
import type { WriteContext } from '../plan/writeContext';
import type { Row } from '../plan/row';

export type CreatedUnconfirmed = { isNew: boolean; receiver: Receiver };

/**
 * Creates the receiver and, if a form or flow is given, sends its double-opt-in mail. If the receiver already exists, `isNew`
 * is false and nothing was written.
 * @throws RecordError if the receiver was created and its mail could not be sent, for any reason: a retry would not
 *   send it
 */
export async function createUnconfirmed(
  { write, doidata, groupId }: { write: ReceiverWrite; doidata: Row['doidata']; groupId: string },
  formId: string | undefined,
  { api, clock, logger }: Pick<WriteContext, 'api' | 'clock' | 'logger'>,
): Promise<CreatedUnconfirmed> {
  const created = await create(api, groupId, write, Math.floor(clock.now() / 1_000));
  if (!created.isNew || formId === undefined) return created;
  const { id, email } = created.receiver;
  try {
    if ((await api.sendActivationMail(formId, email, withPlaceholders(doidata))) === 'sent') {
      logger.debug(`Receiver ${shownId(id)}: double-opt-in mail of ${mailSource(formId)} sent.`);
      return created;
    }
    // the receiver may have been confirmed in CleverReach in the meantime
    const receiver = await api.receiver(groupId, id);
    if (receiver?.active) return { isNew: true, receiver };
    throw new RecordError(
      'CleverReach answered that the receiver is already active: the form may belong to another group.',
    );
  } catch (error) {
    const cause = typedError(error);
    const text =
      `Receiver ${shownId(id)} was created in group ${shownId(groupId)} and waits for its confirmation, but the double-opt-in mail of ${mailSource(formId)} ${mayBeSent(cause) ? 'may not have been sent' : 'was not sent'}. ` +
      `Sending the record again does not send the mail: send it from CleverReach, or delete the receiver there before you send the record again. `;
    // the app could read the form or flow, so it has the permission, and a 403 is about the address
    const isAboutAddress = cause instanceof AuthorisationError && cause.status === 403 && !isAboutAccount(cause);
    const why = isAboutAddress ? 'CleverReach may have blocked the address or treat it as spam. ' : '';
    throw new RecordError(`${text}${why}${causeOf(cause)}`);
  }
}

/** Whether the mail may have been sent although the request failed: the response was lost, or the server failed. */
function mayBeSent(cause: ComponentError): boolean {
  if (cause instanceof NotAcceptedError) return cause.status === undefined;
  const isUnsent = [...retryPolicy.unsentCodes].some((code) => cause.message.includes(`(${code})`));
  return cause instanceof TemporaryError && !isUnsent;
}

async function create(
  api: WriteContext['api'],
  groupId: string,
  write: ReceiverWrite,
  now: UnixSeconds,
): Promise<CreatedUnconfirmed> {
  const timestamps = unconfirmedTimestamps(now);
  try {
    const created = await createAlone(api, groupId, { ...write, ...timestamps });
    // a rejection may be caused by another group; an upsert could then create the receiver as active
    if (created.kind === 'hidden') throw created.error;
    return { isNew: created.kind === 'created', receiver: created.receiver };
  } catch (error) {
    if (![TemporaryError, UnexplainedError, NotAcceptedError].some((kind) => error instanceof kind)) throw error;
    // the create may have succeeded although its response was lost; on redelivery the receiver is no longer new and would
    // get no mail
    const receiver = await findStored(api, groupId, write.email);
    if (receiver && isCreatedWith(receiver, timestamps)) return { isNew: true, receiver };
    throw error;
  }
}
