/**
 * Checks that the fingerprints of all receivers fit into a snapshot, before anything is emitted: if the platform cannot
 * store the snapshot, the next poll would emit everything again.
 */

import { MAXIMUM_PAGE_SIZE, type CleverReachApi, type Group } from '../../cleverreach/types';
import { ConfigurationError } from '../../utils/errors';
import type { Logger } from '../../utils/logger';
import type { RuntimeKind } from '../../platform/runtimeContext';
import { createFetchPage } from '../pagination/fetchPage';
import { paginate, type FetchPage } from '../pagination/paginate';

/** Characters of JSON for fingerprints. elastic.io allows 5 KB; OIH keeps a snapshot in a document of 16 MB at the most. */
const ROOM: Record<RuntimeKind, number> = { 'elastic.io': 4_200, oih: 15_000_000 };
/** The most that a receiver with a numeric id takes. */
const PER_RECEIVER = 12;
/** Braces, names and the id of a group. */
const PER_GROUP = 40;

/** @throws ConfigurationError with the number of receivers that fit */
export async function checkSnapshotCapacity(
  io: { api: CleverReachApi; logger: Logger },
  groups: readonly Group[],
  kind: RuntimeKind,
): Promise<void> {
  const capacity = Math.max(0, Math.floor((ROOM[kind] - groups.length * PER_GROUP) / PER_RECEIVER));
  let left = capacity;
  for (const group of groups) {
    const count = await countUpTo(io, group.id, left + 1);
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

/**
 * The size of a group if `most` is small, else only whether it reaches `most`. A short page is no end of the list where CleverReach
 * limits its pages, so few rows are counted by a walk; one row far behind is found in a page of one row, which no limit shortens.
 */
async function countUpTo(io: { api: CleverReachApi; logger: Logger }, groupId: string, most: number): Promise<number> {
  if (most > MAXIMUM_PAGE_SIZE) {
    const { receivers } = await io.api.receivers(groupId, { page: most - 1, pageSize: 1, detail: 0 });
    return receivers.length > 0 ? most : 0;
  }
  let count = 0;
  let last: Promise<unknown> = Promise.resolve();
  const source = createFetchPage(io, groupId, 0);
  // the walk reads ahead: no request is begun once there are enough, and none is left behind
  const read: FetchPage = async (...page) => {
    if (count >= most) return [];
    const answer = source(...page);
    last = answer.catch(() => undefined);
    return await answer;
  };
  for await (const { rows, isMet } of paginate(read, most)) {
    count += rows.filter((row) => !isMet(row)).length;
    if (count >= most) break;
  }
  await last;
  return count;
}
