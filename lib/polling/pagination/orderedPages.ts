/** The pages of several groups, one group after the other, each in the order of addresses. */

import type { CleverReachApi, Group } from '../../cleverreach/types';
import { RejectedError } from '../../utils/errors';
import { shownId } from '../../utils/ids';
import type { Logger } from '../../utils/logger';
import { startWalk, type FetchPage } from './paginate';
import type { Position, WalkedPage } from './position';

/** Unique within a group, and so a total order. */
const ORDER = 'email asc';

type Pages = AsyncGenerator<WalkedPage, void, void>;
type Io = { api: CleverReachApi; logger: Logger };

/**
 * @param detail what rows contain in addition to their own members, as a bit mask
 * @param resumeAt where an earlier run stopped; undefined for the beginning
 */
export function startGroupWalks(
  io: Io,
  groups: readonly Group[],
  {
    pageSize,
    detail,
    resumeAt,
  }: { pageSize: number; detail: number; resumeAt?: (Position & { groupId: string }) | undefined },
): GroupWalks {
  return new GroupWalks(groups, ({ id }, onEnding) => {
    // the earlier run has found no rows in an empty group
    const start = id === resumeAt?.groupId && resumeAt.offset > 0 ? resumeAt : undefined;
    return startWalk(createFetchPage(io, id, detail), pageSize, start, { onEnding });
  });
}

/** The walks through several groups: the next one begins while the last page of the previous one is being handled. */
export class GroupWalks {
  private readonly begun = new Map<number, Pages>();

  /**
   * @param begin requests the first page of a group; `onEnding` is called when a page has arrived that may be the last
   *   one
   */
  constructor(
    private readonly groups: readonly Group[],
    private readonly begin: (group: Group, onEnding: () => void) => Pages,
  ) {}

  /** The walk through the group at an index that exists. */
  at(index: number): Pages {
    const walk = this.begun.get(index);
    if (walk) return walk;
    const group = this.groups[index];
    if (!group) throw new RangeError(`There is no group at ${index}.`);
    const begun = this.begin(group, () => {
      if (index + 1 < this.groups.length) this.at(index + 1);
    });
    this.begun.set(index, begun);
    return begun;
  }

  /** Starts no further requests. */
  async end(): Promise<void> {
    for (const walk of this.begun.values()) await walk.return();
  }
}

/** Requests the pages of a group. */
export function createFetchPage(io: Io, groupId: string, detail: number): FetchPage {
  let ordered = true;
  return async (page, pageSize, purpose, onWeight) => {
    const query = { page, pageSize, detail: purpose === 'rows' ? detail : 0 };
    const read = (): ReturnType<CleverReachApi['receivers']> =>
      io.api.receivers(groupId, ordered ? { ...query, orderBy: ORDER } : query);
    const { receivers, bytes, milliseconds } = await read().catch((error: unknown) => {
      // CleverReach does not document the orders that it accepts; without one, a changing group may be read less exactly
      if (!ordered || !(error instanceof RejectedError) || error.status !== 400) throw error;
      ordered = false;
      io.logger.warn(
        `CleverReach does not list group ${shownId(groupId)} in the order "${ORDER}"; the group is read in CleverReach's own order.`,
      );
      return read();
    });
    if (bytes !== undefined && milliseconds !== undefined) onWeight?.({ bytes, milliseconds });
    return receivers;
  };
}
