/**
 * Finds the receivers that a delete request names: by their address, or by the report of a trigger.
 *
 * A trigger of this component reports a deleted receiver as `cleverreach: {accountId, receiverId, groupId}` of a
 * delete request. The same id may belong to another receiver in another account, so the account must be that of the step.
 */

import { RecordError } from '../../utils/errors';
import { shownId } from '../../utils/ids';
import { asList } from '../../utils/lists';
import { isObject } from '../../utils/objects';
import { text } from '../../utils/text';
import { isRefusedOrMissing } from '../recordError';
import { receiverIdFrom } from '../record';
import type { AccountDirectory } from '../../cleverreach/accountCache';
import { groupById } from '../../cleverreach/groups';
import { idsByPath, idsInGroups } from '../../cleverreach/accountLookup';
import type { CleverReachApi } from '../../cleverreach/types';
import { contact } from '../../mapping/functions/contactData';
import { parseEmail, type Row } from '../plan/row';

/** The group of a request, in any spelling: a request about one group must not delete from all groups. */
const GROUP = /^groups?(?:[\s_-]?id)?$/i;

/** The reported receiver, or a clause that says why the report cannot be used. */
export type ReportedDeletion = { receiverId: string; groupId?: string } | { problem: string; namesGroup: boolean };

/**
 * @returns undefined if the request has no member `cleverreach`
 * @throws RecordError if the id of the group is not an id: without it, the receiver would be deleted from all groups;
 *   temporary errors of the API
 */
export async function reportedDeletion(
  entry: Record<string, unknown>,
  name: string,
  directory: Pick<AccountDirectory, 'account'>,
): Promise<ReportedDeletion | undefined> {
  const [report] = asList(entry['cleverreach']);
  if (!isObject(report)) return undefined;
  const groupId = groupIdIn(report, name);
  const without = (problem: string): ReportedDeletion => ({ problem, namesGroup: groupId !== undefined });
  const receiverId = receiverIdFrom(report['receiverId']);
  if (receiverId === undefined)
    return without('its "cleverreach.receiverId" is missing or is not an id of CleverReach');
  const accountId = text(report['accountId']);
  if (accountId === undefined) {
    return without('its "cleverreach.accountId" is missing, so the receiver may belong to another CleverReach account');
  }
  const own = await accountIdOf(directory);
  if (own === undefined) {
    return without('the step may not read which CleverReach account it is connected to (GET /debug/whoami)');
  }
  if (own !== accountId) {
    return without(
      `its "cleverreach.accountId" is ${shownId(accountId)}, and the step is connected to the CleverReach account ${shownId(own)}`,
    );
  }
  return { receiverId, ...(groupId !== undefined && { groupId }) };
}

/** The id that a delete request reports, whether or not the account is that of the step; undefined if it has none. */
export function reportedId(entry: Record<string, unknown>): string | undefined {
  const [report] = asList(entry['cleverreach']);
  return isObject(report) ? receiverIdFrom(report['receiverId']) : undefined;
}

function groupIdIn(report: Record<string, unknown>, name: string): string | undefined {
  const [, groupId] = Object.entries(report).find(([member]) => GROUP.test(member)) ?? [];
  if (groupId === undefined || groupId === null) return undefined;
  const id = receiverIdFrom(groupId);
  if (id !== undefined) return id;
  throw new RecordError(
    `The "cleverreach.groupId" of ${name} is not an id of a CleverReach group; nothing was deleted. Omit it to delete the receiver from all groups.`,
  );
}

async function accountIdOf(directory: Pick<AccountDirectory, 'account'>): Promise<string | undefined> {
  try {
    return (await directory.account()).id;
  } catch (error) {
    if (isRefusedOrMissing(error)) return undefined;
    throw error;
  }
}

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

/**
 * The receivers of the account that the path shows for the address. It shows one per spelling, so after the deletion of a
 * receiver it may show another one that has the address in upper case.
 */
export async function idsStillShown(
  entry: Record<string, unknown>,
  name: string,
  api: Pick<CleverReachApi, 'receiverInAccount'>,
): Promise<string[]> {
  const { email, givenEmail } = emailOf(entry, name);
  return email === undefined ? [] : await idsByPath(givenEmail ?? email, api);
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
