/** Determines the start of a poll: the time of CleverReach, if plausible, and the state that matches it. */

import type { CleverReachApi, UnixSeconds } from '../../cleverreach/types';
import type { Clock } from '../../utils/clock';
import type { Logger } from '../../utils/logger';
import { atClock, believedTime, withoutFutureCursor, withoutFutureSweep, type Reading } from './clockSkew';
import type { PollState } from '../state/snapshot';

/** Both clocks when CleverReach answered. */
export interface ClockReading extends Reading {
  /** Milliseconds of `Clock.elapsed`. */
  at: number;
}

/** @param server CleverReach's time in the answer that has just come in, in unix seconds; undefined if the answer has none */
export function readClocks(server: UnixSeconds | undefined, clock: Clock): ClockReading {
  return { server, own: Math.floor(clock.now() / 1000), at: clock.elapsed() };
}

export interface Beginning {
  /** The state that the last poll stored. */
  stored: PollState;
  /** The state in which this poll begins. */
  state: PollState;
  /** When it began, in milliseconds of `Clock.elapsed`. */
  startedAt: number;
  /** CleverReach's time at the first reading, in unix seconds. */
  now: UnixSeconds;
  /** Seconds since the first reading. */
  elapsed: () => number;
}

/**
 * Logs a warning for each implausible time.
 * @param first the clocks when CleverReach listed the groups
 * @param startTime where a first poll begins, in unix seconds
 */
export async function stateAtServerTime(
  stored: PollState,
  { clocks: first, startTime }: { clocks: ClockReading; startTime?: UnixSeconds | undefined },
  { api, clock, logger }: { api: CleverReachApi; clock: Clock; logger: Logger },
): Promise<Beginning> {
  const startedAt = clock.elapsed();
  const time = await believedTime(stored, first, async () => readClocks((await api.groupList()).serverTime, clock));
  const { now } = time;
  const sweep = withoutFutureSweep(stored, now);
  const cursor = withoutFutureCursor(atClock(sweep.state, now, first.own), now, startTime);
  for (const { problem } of [time, sweep, cursor]) if (problem !== undefined) logger.warn(problem);
  return { stored, state: cursor.state, startedAt, now, elapsed: () => (clock.elapsed() - first.at) / 1000 };
}
