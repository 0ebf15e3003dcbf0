/** The receivers that a request to delete means by its address. */

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
 * The ids of all receivers that have the address, in whatever form it is stored: more than one where CleverReach took two forms for
 * two people. The address is `email`, or of a person the contact marked as primary, else the first.
 * @param groupId undefined: in the whole account
 * @returns undefined where the request has no address
 * @throws RecordError when the address cannot be read; the errors of the API; NotFoundError when there is no such group
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
  // "confirmed" is a promise to a person, so it is not left to one list without the receiver
  const one = await api.receiver(groupId, email);
  if (one) return [one.id];
  groupById(await directory.groups(), groupId);
  return [];
}

/** Where the path of the account shows no receiver, each group is asked. */
async function inAccount(email: string, { api, directory }: LookUp): Promise<string[]> {
  const ids = await idsByPath(email, api);
  return ids.length > 0 ? ids : await idsInGroups(email, api, directory);
}

function emailOf(entry: Record<string, unknown>, name: string): Pick<Row, 'email' | 'givenEmail'> {
  const own = parseEmail(entry['email'], name);
  return own.email === undefined ? parseEmail(contact(entry['contactData'], 'email'), name) : own;
}
