/** Whether an account still has a receiver. */

import type { CleverReachApi } from './types';

/**
 * Asks the account, in one request for all groups: asked about one group after the other, a receiver that moves meanwhile would be
 * missed. Whether the account still has a receiver that is in no group any more is not known, so its groups decide then; where they
 * cannot be told, it is taken to be there. Throws the errors of the API.
 */
export async function isInAnyGroup(
  api: Pick<CleverReachApi, 'receiverInAccount' | 'groupsOfReceiver'>,
  id: string,
): Promise<boolean> {
  if (!(await api.receiverInAccount(id))) return false;
  const groups = await api.groupsOfReceiver(id);
  return groups?.length !== 0;
}
