/** CleverReach's clock: how far its stamps can be trusted, and what to do when it has been set. */

import type { UnixSeconds } from '../cleverreach/types';
import type { PollState } from './snapshot';

/** How long a change may take to become visible in CleverReach's lists, in seconds. No cursor comes closer to the beginning of a sweep. */
export const LOOKBACK = 60;
/** Two clocks differ by a little more or less from poll to poll without either having been set. */
const JITTER = 5;

/**
 * The state with which a new sweep starts. Where CleverReach's clock has been set back since the last one, changes after that
 * bear older stamps than the cursor, so the cursor goes back by as much; seen by comparing its clock with ours.
 * (A clock that is set back and forth again between two polls leaves no trace; only a comparison of contents is right then.)
 * @param now CleverReach's clock, in unix seconds
 * @param ownNow our clock, in unix seconds
 */
export function atClock(state: PollState, now: UnixSeconds, ownNow: UnixSeconds): PollState {
  if (state.sweep) return state;
  const offset = now - ownNow;
  const before = state.clockOffset ?? offset;
  if (Math.abs(offset - before) <= JITTER) return { ...state, clockOffset: before };
  const setBack = before - offset;
  const cursor = setBack > LOOKBACK / 2 && state.cursor > 0 ? Math.max(1, state.cursor - setBack) : state.cursor;
  return { ...state, cursor, clockOffset: offset };
}
