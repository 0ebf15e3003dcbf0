/** Tells a group that was deleted while all groups are read from a group that cannot be read for another reason. */

import type { CleverReachApi } from '../cleverreach/types';
import { withoutAdvice } from '../http/errorAdvice';
import { NotFoundError } from '../utils/errors';
import { shownId } from '../utils/ids';
import { ALL_GROUPS } from './state/knownGroups';

/**
 * Whether an error means that the group was deleted, so that the poll can continue without it. To continue without a group
 * that exists would skip its receivers forever, and a poll of one group cannot continue.
 */
export async function isGroupDeleted(
  error: unknown,
  groupId: string,
  { api, scope }: { api: Pick<CleverReachApi, 'groups'>; scope: string },
): Promise<boolean> {
  if (!(error instanceof NotFoundError) || scope !== ALL_GROUPS) return false;
  return !(await api.groups()).some(({ id }) => id === groupId);
}

/** For the log. */
export function deletedGroupText(groupId: string, error: unknown): string {
  const reason = error instanceof Error ? withoutAdvice(error.message) : '';
  return `Group ${shownId(groupId)} was deleted while it was read: ${reason}`;
}
