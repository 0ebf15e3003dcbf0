/** Looks up receivers in the whole account: by an address, in any form in which it may be stored, or by an id. */

import { addressSpellings } from './emailAddress';
import { noGroups } from './groups';
import type { AccountDirectory } from './accountCache';
import type { CleverReachApi } from './types';

/** Characters that CleverReach may decode, cut off or remove in a path. */
const CHANGED_IN_PATHS = /[+/?]|\.json/i;

/** Whether the account-level path finds a receiver with this address; if not, only its groups do. */
export function isFoundByPath(email: string): boolean {
  return !CHANGED_IN_PATHS.test(email);
}

/** Uses the account-level path, which also finds a receiver that is moving between groups. */
export async function idsByPath(email: string, api: Pick<CleverReachApi, 'receiverInAccount'>): Promise<string[]> {
  const ids: string[] = [];
  for (const form of addressSpellings(email)) {
    const one = await api.receiverInAccount(form);
    if (one) ids.push(one.id);
  }
  return ids;
}

/**
 * Searches one group after the other.
 * @throws TemporaryError if there are no groups and the path would not find the address either
 */
export async function idsInGroups(
  email: string,
  api: Pick<CleverReachApi, 'receiversByEmails'>,
  directory: Pick<AccountDirectory, 'groups'>,
): Promise<string[]> {
  const ids: string[] = [];
  const groups = await directory.groups();
  if (groups.length === 0 && !isFoundByPath(email)) throw noGroups('the address could not be searched in them');
  for (const { id } of groups) {
    for (const one of await api.receiversByEmails(id, [email])) ids.push(one.id);
  }
  return ids;
}

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
