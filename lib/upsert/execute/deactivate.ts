/** Carries out an opt-out: deactivates a receiver in the group, before anything else of its record is written. */

import type { CleverReachApi, Receiver } from '../../cleverreach/types';
import { ComponentError, NotFoundError, TemporaryError } from '../../utils/errors';
import { shownId } from '../../utils/ids';

/** @throws TemporaryError if the group does not contain the receiver any more; the errors of the API */
export async function deactivate(
  { id }: Receiver,
  { groupId, api }: { groupId: string; api: Pick<CleverReachApi, 'deactivateReceiver'> },
): Promise<void> {
  try {
    await api.deactivateReceiver(groupId, id);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    throw new TemporaryError(
      `Receiver ${shownId(id)} was to be deactivated in group ${shownId(groupId)}, but is no longer there. Sending the record again reads the group again.`,
    );
  }
}

/** Temporary: on redelivery, the receiver is deactivated again. */
export function stillActive(id: string, groupId: string): ComponentError {
  return new TemporaryError(
    `Receiver ${shownId(id)} was deactivated in group ${shownId(groupId)}, but CleverReach still shows it as active. It is deactivated again when the record is sent again.`,
  );
}

/** Adds to the error of a record that its opt-out was carried out all the same. */
export function despiteOptOut(error: ComponentError, { id }: Receiver, groupId: string): ComponentError {
  return error.reworded(
    `${error.message.replace('; nothing was written', '')} The opt-out of the record was carried out: receiver ${shownId(id)} of group ${shownId(groupId)} is deactivated.`,
  );
}
