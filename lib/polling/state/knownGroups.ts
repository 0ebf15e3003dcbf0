/**
 * The groups that a flow over all groups has read completely. Any other group is new to the flow: all its receivers are
 * emitted, even with old timestamps, because they may have been moved or copied there.
 */

import { compareIds } from '../../cleverreach/groups';
import type { CleverReachApi, Group, GroupList } from '../../cleverreach/types';
import type { PollState } from './snapshot';

/** The scope of a poll of all groups; that of one group is its id. */
export const ALL_GROUPS = 'all';

/** Maximum number of characters for the ids in a snapshot. */
const CAPACITY = 600;
/** Precedes the first id if lower ones were omitted. */
const AND_LOWER = '<';

export class KnownGroups {
  /**
   * @param ids the groups that are known
   * @param lowest if set, all groups with an id below it count as known as well
   */
  constructor(
    private readonly ids: ReadonlySet<string>,
    private readonly lowest?: string,
  ) {}

  has(id: string): boolean {
    return this.ids.has(id) || (this.lowest !== undefined && compareIds(id, this.lowest) < 0);
  }

  /** Whether the list contains all known groups. */
  areIn(groups: readonly Group[]): boolean {
    const listed = new Set(groups.map(({ id }) => id));
    return [...this.ids].every((id) => listed.has(id));
  }

  with(groups: readonly Group[]): KnownGroups {
    return new KnownGroups(new Set([...this.ids, ...groups.map(({ id }) => id)]), this.lowest);
  }

  /** Only those that still exist. */
  among(groups: readonly Group[]): KnownGroups {
    return new KnownGroups(new Set(groups.map(({ id }) => id).filter((id) => this.has(id))));
  }

  /**
   * For a snapshot: `1046 1047 …`; if the ids do not fit, only the highest of them, since new groups get higher ids.
   */
  pack(): string {
    const names = [...this.ids].sort(compareIds).map((id) => encodeURIComponent(id));
    let isCut = this.lowest !== undefined;
    while (names.length > 1 && names.join(' ').length >= CAPACITY) {
      names.shift();
      isCut = true;
    }
    return `${isCut ? AND_LOWER : ''}${names.join(' ')}`;
  }

  /** @param packed the result of {@link pack} */
  static unpack(packed: string): KnownGroups {
    const isCut = packed.startsWith(AND_LOWER);
    const ids = packed
      .slice(isCut ? AND_LOWER.length : 0)
      .split(' ')
      .filter(Boolean)
      .map((name) => decodeURIComponent(name));
    return new KnownGroups(new Set(ids), isCut ? ids[0] : undefined);
  }
}

/**
 * The list of groups of a poll. A group that is missing from it counts as deleted: its receivers are no longer compared,
 * and if it comes back they are all sent again. So a single response without a known group is not trusted.
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

/** The log line for an account that no longer has groups; undefined if no group was known before. */
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

/**
 * The groups that a poll counts as known; undefined if it does not read all groups. A state that begins at a start
 * time, or that an earlier version has stored, names no groups: then all existing groups are known.
 */
export function knownGroupsOf(
  { scope, horizon, read, groups }: PollState,
  all: readonly Group[],
): KnownGroups | undefined {
  if (scope !== ALL_GROUPS) return undefined;
  const isFirst = horizon === 0 && read === undefined;
  return groups ?? new KnownGroups(new Set(isFirst ? [] : all.map(({ id }) => id)));
}

/** Whether the last full read has read the group; every group if the poll is not about all groups. */
export function isKnownGroup(groups: KnownGroups | undefined, groupId: string): boolean {
  return groups?.has(groupId) !== false;
}
