/**
 * Whether the fingerprints of all receivers fit into a snapshot of the platform. Asked before anything is sent: a snapshot that
 * the platform does not keep would send everything again.
 */

import { MAXIMUM_PAGE_SIZE, type CleverReachApi, type Group } from '../cleverreach/types';
import { ConfigurationError } from '../errors';
import type { RuntimeKind } from '../runtime/context';

/** Characters of JSON for fingerprints. elastic.io allows 5 KB; OIH keeps a snapshot in a document of 16 MB at the most. */
const ROOM: Record<RuntimeKind, number> = { 'elastic.io': 4_200, oih: 15_000_000 };
/** The most that a receiver with a numeric id takes. */
const PER_RECEIVER = 12;
/** Braces, names and the id of a group. */
const PER_GROUP = 40;

/** @throws ConfigurationError with the number of receivers that fit */
export async function checkRoom(api: CleverReachApi, groups: readonly Group[], kind: RuntimeKind): Promise<void> {
  const capacity = Math.max(0, Math.floor((ROOM[kind] - groups.length * PER_GROUP) / PER_RECEIVER));
  let left = capacity;
  for (const group of groups) {
    const count = await countUpTo(api, group.id, left + 1);
    if (count > left) {
      throw new ConfigurationError(
        `Changes cannot be seen by content here: ${kind} keeps snapshots that hold ${capacity} receivers of ` +
          `${groups.length === 1 ? 'this group' : `these ${groups.length} groups`}, and there are more. ` +
          'Nothing was sent. Set "changeDetection" to "timestamps", which is the default and takes groups of any size.',
      );
    }
    left -= count;
  }
}

/** The size of a group if it is small, else only whether it reaches `most`: one request in either case. */
async function countUpTo(api: CleverReachApi, groupId: string, most: number): Promise<number> {
  const isSmall = most <= MAXIMUM_PAGE_SIZE;
  const query = isSmall ? { page: 0, pageSize: most } : { page: most - 1, pageSize: 1 };
  const { receivers } = await api.receivers(groupId, { ...query, detail: 0 });
  if (isSmall) return receivers.length;
  return receivers.length > 0 ? most : 0;
}
