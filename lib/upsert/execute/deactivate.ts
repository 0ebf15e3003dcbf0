/** Carries out an opt-out: deactivates receivers in the group, before anything else of its record is written. */

import type { CleverReachApi } from '../../cleverreach/types';
import { NotFoundError, TemporaryError, type ComponentError } from '../../utils/errors';
import { shownId } from '../../utils/ids';
import type { CircuitBreaker } from '../circuitBreaker';
import { typedError } from '../recordError';
import { afterRefusal } from './refusedWrite';

interface Io {
  groupId: string;
  api: Pick<CleverReachApi, 'deactivateReceiver' | 'receiver'>;
  breaker: Pick<CircuitBreaker, 'check'>;
}

/**
 * Deactivates the receivers with these ids. A failure with one does not keep the others active.
 * @throws the first error: TemporaryError if the group no longer contains a receiver; the errors of the API
 */
export async function deactivate(ids: readonly string[], io: Io): Promise<void> {
  let failure: ComponentError | undefined;
  for (const id of ids) {
    try {
      io.breaker.check();
      await deactivateOne(id, io);
    } catch (error) {
      failure ??= typedError(error);
    }
  }
  if (failure) throw failure;
}

async function deactivateOne(id: string, { groupId, api }: Io): Promise<void> {
  try {
    await api.deactivateReceiver(groupId, id);
  } catch (error) {
    const stored = await afterRefusal(error, id, { groupId, api });
    if (stored && !stored.active) return;
    if (!(error instanceof NotFoundError)) throw notDeactivated(typedError(error), id, groupId, stored?.active);
    throw new TemporaryError(
      `Receiver ${shownId(id)} was to be deactivated in group ${shownId(groupId)}, but is no longer there. Sending the record again reads the group again.`,
    );
  }
}

/** @param active undefined if the receiver could not be looked up after the refusal */
function notDeactivated(refusal: ComponentError, id: string, groupId: string, active?: boolean): ComponentError {
  const state = active === undefined ? 'may still be active' : 'is still active';
  return refusal.reworded(
    `Receiver ${shownId(id)} was not deactivated in group ${shownId(groupId)} and ${state}, although it has opted out: deactivate it in CleverReach. ${refusal.message}`,
  );
}

/** Temporary: on redelivery, the receiver is deactivated again. */
export function stillActive(id: string, groupId: string): ComponentError {
  return new TemporaryError(
    `Receiver ${shownId(id)} was deactivated in group ${shownId(groupId)}, but CleverReach still shows it as active. It is deactivated again when the record is sent again.`,
  );
}

/** Adds to the error of a record that its opt-out was carried out all the same. */
export function despiteOptOut(error: ComponentError, ids: readonly string[], groupId: string): ComponentError {
  const [who, are] = ids.length === 1 ? ['receiver', 'is'] : ['receivers', 'are'];
  return error.reworded(
    `${error.message.replace('; nothing was written', '')} The opt-out of the record was carried out: ${who} ${ids.map(shownId).join(', ')} of group ${shownId(groupId)} ${are} deactivated.`,
  );
}
