/** The beginning of a run: what time it is by CleverReach's clock, as far as it is believed, and the state that is true of that time. */

import type { CleverReachApi, Group, UnixSeconds } from '../../cleverreach/types';
import type { Clock } from '../../utils/clock';
import type { Logger } from '../../utils/logger';
import { atClock, believedTime, withoutFutureCursor, withoutFutureSweep, type Reading } from './clockSkew';
import type { PollState } from '../state/snapshot';

/** For a look at CleverReach's clock. */
const SMALLEST_PAGE = { page: 0, pageSize: 1, detail: 0 };

/** What CleverReach's first answer tells. */
export interface FirstAnswer {
  /** Undefined where no group was read. */
  group: Group | undefined;
  /** CleverReach's time, in unix seconds; undefined where the answer does not tell. */
  time: UnixSeconds | undefined;
}

/**
 * Warns of each time that cannot be true.
 * @param startTime where a first poll begins, in unix seconds
 * @returns `now` of the first answer, in unix seconds, and how many seconds have passed since
 */
export async function beginning(
  before: PollState,
  startTime: UnixSeconds | undefined,
  { group, time }: FirstAnswer,
  { api, clock, logger }: { api: CleverReachApi; clock: Clock; logger: Logger },
): Promise<{ state: PollState; now: UnixSeconds; elapsed: () => number }> {
  const answeredAt = clock.elapsed();
  const reading = (server: UnixSeconds | undefined): Reading => ({ server, own: Math.floor(clock.now() / 1000) });
  const first = reading(time);
  const believed = await believedTime(before, first, async () =>
    reading(group && (await api.receivers(group.id, SMALLEST_PAGE)).serverTime),
  );
  const { now } = believed;
  const sweep = withoutFutureSweep(before, now);
  const cursor = withoutFutureCursor(atClock(sweep.state, now, first.own), now, startTime);
  for (const { problem } of [believed, sweep, cursor]) if (problem !== undefined) logger.warn(problem);
  return { state: cursor.state, now, elapsed: () => (clock.elapsed() - answeredAt) / 1000 };
}
