/**
 * Creates a receiver who has to confirm first. A plain create is used because it refuses whoever is there already: an upsert with
 * these stamps would switch off somebody who has come into the group since it was read.
 */

import type { Receiver, ReceiverWrite, UnixSeconds } from '../../cleverreach/types';
import {
  AuthorisationError,
  NotAcceptedError,
  RecordError,
  TemporaryError,
  UnexplainedError,
} from '../../utils/errors';
import { shownId } from '../../utils/ids';
import { circumstances, isTraceOf, unconfirmedTimestamps } from '../plan/consent';
import { createAlone, findStored } from './createReceivers';
import { causeOf, typedError } from '../recordError';
import type { WriteContext } from '../plan/writeContext';
import type { Row } from '../plan/row';

export type CreatedUnconfirmed = { isNew: boolean; receiver: Receiver };

/**
 * Creates it and, where a form is given, sends its double-opt-in mail. `isNew` is false, and nothing was written, when the
 * receiver exists after all.
 * @throws RecordError when the receiver was created and its mail could not be sent, whatever the reason: repeating would not send it
 */
export async function createUnconfirmed(
  { write, doidata, groupId }: { write: ReceiverWrite; doidata: Row['doidata']; groupId: string },
  formId: string | undefined,
  { api, clock }: Pick<WriteContext, 'api' | 'clock'>,
): Promise<CreatedUnconfirmed> {
  const created = await create(api, groupId, write, Math.floor(clock.now() / 1_000));
  if (!created.isNew || formId === undefined) return created;
  const { id, email } = created.receiver;
  try {
    if ((await api.sendActivationMail(formId, email, circumstances(doidata))) === 'sent') return created;
    // it may have been confirmed in the back-end meanwhile
    const receiver = await api.receiver(groupId, id);
    if (receiver?.active) return { isNew: true, receiver };
    throw new RecordError(
      'CleverReach answered that the receiver is already active: the form may belong to another group.',
    );
  } catch (error) {
    const cause = typedError(error);
    const text =
      `Receiver ${shownId(id)} was created in group ${shownId(groupId)} and waits for its confirmation, but the double-opt-in mail of form ${shownId(formId)} was not sent. ` +
      `Sending the record again does not send the mail: send it from CleverReach, or delete the receiver there before you send the record again. `;
    // the forms could be read before, so the permission is there, and a 403 is about the address
    const isAboutAddress = cause instanceof AuthorisationError && cause.status === 403;
    const why = isAboutAddress ? 'CleverReach may have blocked the address or treat it as spam. ' : '';
    throw new RecordError(`${text}${why}${causeOf(cause)}`);
  }
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
    // an upsert could create it active where it is refused because of another group
    if (created.kind === 'hidden') throw created.error;
    return { isNew: created.kind === 'created', receiver: created.receiver };
  } catch (error) {
    if (![TemporaryError, UnexplainedError, NotAcceptedError].some((kind) => error instanceof kind)) throw error;
    // the answer may have been lost, and not the request; when the record comes again it is no longer new and would get no mail
    const receiver = await findStored(api, groupId, write.email);
    if (receiver && isTraceOf(receiver, timestamps)) return { isNew: true, receiver };
    throw error;
  }
}
