/** Checks whether an account still contains a receiver. */

import type { CleverReachApi } from './types';

/**
 * Sends one account-level request that covers all groups: with one request per group, a receiver that moves in the
 * meantime would be missed. CleverReach may still know a receiver that is not in any group, so the receiver's groups
 * decide. If the groups cannot be read, the receiver counts as existing. Throws the errors of the API.
 */
export async function receiverExists(
  api: Pick<CleverReachApi, 'receiverInAccount' | 'groupsOfReceiver'>,
  id: string,
): Promise<boolean> {
  if (!(await api.receiverInAccount(id))) return false;
  const groups = await api.groupsOfReceiver(id);
  return groups?.length !== 0;
}
