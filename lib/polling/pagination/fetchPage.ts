/** Requests the pages of a walk from CleverReach. */

import type { CleverReachApi } from '../../cleverreach/types';
import { RejectedError } from '../../utils/errors';
import { shownId } from '../../utils/ids';
import type { Logger } from '../../utils/logger';
import type { FetchPage } from './paginate';

/** Unique within a group, and so a total order. */
const ORDER = 'email asc';

/** @param detail what rows carry beside their own members, a bit mask */
export function createFetchPage(
  io: { api: CleverReachApi; logger: Logger },
  groupId: string,
  detail: number,
): FetchPage {
  let ordered = true;
  return async (page, pageSize, purpose, onWeight) => {
    const query = { page, pageSize, detail: purpose === 'rows' ? detail : 0 };
    const read = (): ReturnType<CleverReachApi['receivers']> =>
      io.api.receivers(groupId, ordered ? { ...query, orderBy: ORDER } : query);
    const { receivers, bytes, milliseconds } = await read().catch((error: unknown) => {
      // which orders CleverReach takes is not documented; without one a group that changes meanwhile may be read less exactly
      if (!ordered || !(error instanceof RejectedError) || error.status !== 400) throw error;
      ordered = false;
      io.logger.warn(
        `CleverReach does not list group ${shownId(groupId)} in the order "${ORDER}"; reading it in its own order.`,
      );
      return read();
    });
    if (bytes !== undefined && milliseconds !== undefined) onWeight?.({ bytes, milliseconds });
    return receivers;
  };
}
