/** Decides whether a poll is a quick poll or a full read. */

import type { UnixSeconds } from '../cleverreach/types';
import type { PollSettings } from './pollSettings';
import type { PollState } from './state/snapshot';

/** Requests of a quick poll that finds nothing: the groups, and one filter for each of four timestamps. */
const QUICK_REQUESTS = 5;
/** How long quick polls stay off after the filter has failed, in seconds. */
const FILTER_OFF_SECONDS = 86_400;
/** The consequence, for the log. */
export const FILTER_OFF_TEXT = 'For one day, every poll is a full read. Then quick polls are tried again.';
/** How early or late a poll may start, in seconds. */
const TOLERANCE = 30;

/** When the next full read is due, in Unix seconds; undefined if every poll is a full read. */
export function nextFullRead({ full }: PollState, fullReadMinutes: number): UnixSeconds | undefined {
  if (full === undefined || fullReadMinutes === 0 || full.requests <= QUICK_REQUESTS) return undefined;
  return full.at + fullReadMinutes * 60;
}

/** Until when there are no quick polls if the filter has failed now; both in Unix seconds. */
export function filterOffUntil(now: UnixSeconds): UnixSeconds {
  return now + FILTER_OFF_SECONDS;
}

export function isFullReadDue(state: PollState, { now, fullReadMinutes }: Schedule): boolean {
  const next = nextFullRead(state, fullReadMinutes);
  if (next === undefined || state.read || !isQuickPollPossible(state, now)) return true;
  // a clock that was set back must not delay a full read
  return now + TOLERANCE >= next || now < state.horizon;
}

/**
 * A full read finds everything that a quick poll finds, but a quick poll sends changes of state before a long full read
 * reaches them.
 */
export function isQuickPollUseful(state: PollState, { now, fullReadMinutes }: Schedule): boolean {
  const isSmall = nextFullRead(state, fullReadMinutes) === undefined;
  return isQuickPollPossible(state, now) && (state.read !== undefined || !isSmall);
}

type Schedule = Pick<PollSettings, 'now' | 'fullReadMinutes'>;

/** Only a full read finds receivers that are in the filter `unlisted` of the snapshot. */
function isQuickPollPossible(
  { horizon, filterOffUntil, unlisted, sketch, read }: PollState,
  now: UnixSeconds,
): boolean {
  // a time further in the future comes from a wrong clock
  const offFor = (filterOffUntil ?? 0) - now;
  const isOff = offFor > 0 && offFor <= FILTER_OFF_SECONDS;
  return (sketch !== undefined || read !== undefined) && horizon > 0 && unlisted === undefined && !isOff;
}
