/** The state from which a sweep starts, after a look at CleverReach's clock: what a wrong clock has left is corrected and reported. */

import type { CleverReachApi, Group, UnixSeconds } from '../cleverreach/types';
import type { Clock } from '../clock';
import type { Logger } from '../logger';
import { atClock, believedTime, withoutFutureCursor, withoutFutureSweep, type Reading } from './horizon';
import type { PollState } from './snapshot';

/** For a look at CleverReach's clock. */
const SMALLEST_PAGE = { page: 0, pageSize: 1, detail: 0 };

/**
 * @param answered CleverReach's time as the first answer of the poll gives it, in unix seconds
 * @param where the group that was asked, undefined where none was read; `startTime` is where a first poll begins, in unix seconds
 * @returns the state, and CleverReach's time at the beginning of the sweep in unix seconds
 */
export async function startingState(
  state: PollState,
  answered: UnixSeconds | undefined,
  { group, startTime }: { group: Group | undefined; startTime: UnixSeconds | undefined },
  { api, clock, logger }: { api: Pick<CleverReachApi, 'receivers'>; clock: Pick<Clock, 'now'>; logger: Logger },
): Promise<{ state: PollState; now: UnixSeconds }> {
  const reading = (server: UnixSeconds | undefined): Reading => ({ server, own: Math.floor(clock.now() / 1000) });
  const first = reading(answered);
  const time = await believedTime(state, first, async () =>
    reading(group && (await api.receivers(group.id, SMALLEST_PAGE)).serverTime),
  );
  const sweep = withoutFutureSweep(state, time.now);
  const cursor = withoutFutureCursor(atClock(sweep.state, time.now, first.own), time.now, startTime);
  for (const { problem } of [time, sweep, cursor]) if (problem !== undefined) logger.warn(problem);
  return { state: cursor.state, now: time.now };
}
