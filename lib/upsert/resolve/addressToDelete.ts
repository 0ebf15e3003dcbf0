/** Finds the receivers of a delete request by e-mail address. */

import type { AccountDirectory } from '../../cleverreach/accountCache';
import { groupById } from '../../cleverreach/groups';
import { idsByPath, idsInGroups } from '../../cleverreach/idsInAccount';
import type { CleverReachApi } from '../../cleverreach/types';
import { contact } from '../../mapping/functions/contactData';
import { parseEmail, type Row } from '../plan/row';

interface LookUp {
  api: Pick<CleverReachApi, 'receiver' | 'receiversByEmails' | 'receiverInAccount'>;
  directory: Pick<AccountDirectory, 'groups'>;
}

/**
 * Returns the ids of all receivers with the address, in any stored spelling. There can be several if CleverReach stores
 * two spellings as two receivers. The address is `email`, or for a person the primary e-mail contact, else the first
 * one.
 * @param groupId undefined: the whole account
 * @returns undefined if the request has no address
 * @throws RecordError if the address is invalid; the errors of the API; NotFoundError if the group does not exist
 */
export async function idsOfAddress(
  entry: Record<string, unknown>,
  name: string,
  groupId: string | undefined,
  io: LookUp,
): Promise<string[] | undefined> {
  const { email, givenEmail } = emailOf(entry, name);
  if (email === undefined) return undefined;
  const ids =
    groupId === undefined ? await inAccount(givenEmail ?? email, io) : await inGroup(groupId, email, givenEmail, io);
  return [...new Set(ids)];
}

async function inGroup(
  groupId: string,
  email: string,
  givenEmail: string | undefined,
  { api, directory }: LookUp,
): Promise<string[]> {
  const found = await api.receiversByEmails(groupId, [givenEmail ?? email]);
  if (found.length > 0) return found.map(({ id }) => id);
  // "confirmed" is a guarantee to a person, so one empty list is not enough
  const one = await api.receiver(groupId, email);
  if (one) return [one.id];
  groupById(await directory.groups(), groupId);
  return [];
}

/** Falls back to a search of each group if the account lookup by path finds no receiver. */
async function inAccount(email: string, { api, directory }: LookUp): Promise<string[]> {
  const ids = await idsByPath(email, api);
  return ids.length > 0 ? ids : await idsInGroups(email, api, directory);
}

function emailOf(entry: Record<string, unknown>, name: string): Pick<Row, 'email' | 'givenEmail'> {
  const own = parseEmail(entry['email'], name);
  return own.email === undefined ? parseEmail(contact(entry['contactData'], 'email'), name) : own;
}
