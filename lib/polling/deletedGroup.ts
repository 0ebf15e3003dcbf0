/**
 * Distinguishes a group that was deleted while all groups are read from a group that cannot be read for another reason.
 */

import type { CleverReachApi } from '../cleverreach/types';
import { withoutAdvice } from '../http/errorAdvice';
import { NotFoundError } from '../utils/errors';
import { shownId } from '../utils/ids';
import { ALL_GROUPS } from './state/knownGroups';

/**
 * The log line for a group that was deleted; the poll then continues without it. A poll must not continue without a group
 * that exists, because its receivers would be skipped. A poll of one group cannot continue either.
 * @returns undefined if the error does not mean that the group was deleted
 */
export async function deletedGroupText(
  error: unknown,
  groupId: string,
  { api, scope }: { api: Pick<CleverReachApi, 'groups'>; scope: string },
): Promise<string | undefined> {
  if (!(error instanceof NotFoundError) || scope !== ALL_GROUPS) return undefined;
  if ((await api.groups()).some(({ id }) => id === groupId)) return undefined;
  return `Group ${shownId(groupId)} was deleted while it was read: ${withoutAdvice(error.message)}`;
}
