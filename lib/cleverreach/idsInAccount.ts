/** Which receivers of the account have an address, in whatever form it is stored. */

import { storedForms } from './emailAddress';
import type { AccountDirectory } from './accountCache';
import type { CleverReachApi } from './types';

/** By the path of the account, which also shows a receiver that moves between groups. */
export async function idsByPath(email: string, api: Pick<CleverReachApi, 'receiverInAccount'>): Promise<string[]> {
  const ids: string[] = [];
  for (const form of storedForms(email)) {
    const one = await api.receiverInAccount(form);
    if (one) ids.push(one.id);
  }
  return ids;
}

/** In one group after the other. */
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
