/**
 * Reads which receiver a trigger of this component reports as deleted: `cleverreach: {accountId, receiverId, groupId}` of a
 * delete request. The same id may belong to another receiver in another account, so the account must be that of the step.
 */

import type { AccountDirectory } from '../../cleverreach/accountCache';
import { RecordError } from '../../utils/errors';
import { shownId } from '../../utils/ids';
import { asList } from '../../utils/lists';
import { isObject } from '../../utils/objects';
import { text } from '../../utils/text';
import { isRefusedOrMissing } from '../recordError';
import { receiverIdFrom } from './receiverId';

/** Also in other spellings: a request about one group must not delete from all groups. */
const GROUP = /^groups?(?:[\s_-]?id)?$/i;

/** The receiver of the account of the step, or a sentence about why it is not known. */
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
  if (groupId === undefined || groupId === null || groupId === '') return undefined;
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
