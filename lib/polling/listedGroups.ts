/**
 * The list of groups of a poll. A group that is missing from it counts as deleted: its receivers are no longer
 * compared, and if it comes back they are all sent again. So a single response without a group that the flow knows is
 * not trusted.
 */

import type { CleverReachApi, Group, GroupList } from '../cleverreach/types';
import type { KnownGroups } from './state/knownGroups';

/**
 * @param known the groups that the flow knows; undefined if it reads one group only
 * @returns the listed groups; those of two lists if the first one lacks a known group
 */
export async function listedGroups(
  api: Pick<CleverReachApi, 'groupList'>,
  known: KnownGroups | undefined,
): Promise<GroupList> {
  const list = await api.groupList();
  if (known?.areIn(list.groups) !== false) return list;
  const again = await api.groupList();
  return { ...again, groups: union(again.groups, list.groups) };
}

/** The log line for an account that has no groups any more; undefined if no group was known before. */
export function noGroupsText(groups: readonly Group[], known: KnownGroups | undefined): string | undefined {
  if (groups.length > 0 || known?.areIn(groups) !== false) return undefined;
  return (
    'CleverReach lists no groups, although the last poll has read some. Nothing is read or sent, and the snapshot stays as it is. ' +
    'If all groups were deleted on purpose, stop the flow.'
  );
}

function union(groups: readonly Group[], others: readonly Group[]): Group[] {
  const ids = new Set(groups.map(({ id }) => id));
  return [...groups, ...others.filter(({ id }) => !ids.has(id))];
}
