/** Finds the receivers of the account that have an address, in any form in which it may be stored. */

import { storedForms } from './emailAddress';
import type { AccountDirectory } from './accountCache';
import type { CleverReachApi } from './types';

/** Uses the account-level path, which also finds a receiver that moves between groups. */
export async function idsByPath(email: string, api: Pick<CleverReachApi, 'receiverInAccount'>): Promise<string[]> {
  const ids: string[] = [];
  for (const form of storedForms(email)) {
    const one = await api.receiverInAccount(form);
    if (one) ids.push(one.id);
  }
  return ids;
}

/** Reads one group after the other. */
export async function idsInGroups(
  email: string,
  api: Pick<CleverReachApi, 'receiversByEmails'>,
  directory: Pick<AccountDirectory, 'groups'>,
): Promise<string[]> {
  const ids: string[] = [];
  for (const { id } of await directory.groups()) {
    for (const one of await api.receiversByEmails(id, [email])) ids.push(one.id);
  }
  return ids;
}
