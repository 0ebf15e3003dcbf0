/** Decides whether a poll is a quick poll, a full read or both. */

import type { UnixSeconds } from '../cleverreach/types';
import { utc } from '../utils/clock';
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

/** Until when there are no quick polls if the filter has failed now; both in Unix seconds. */
export function filterOffUntil(now: UnixSeconds): UnixSeconds {
  return now + FILTER_OFF_SECONDS;
}

/**
 * Which reads a poll does. A full read finds everything that a quick poll finds, but a quick poll sends changes of state
 * before a long full read reaches them.
 */
export function readsDue(
  state: PollState,
  { now, fullReadMinutes }: Pick<PollSettings, 'now' | 'fullReadMinutes'>,
): { quick: boolean; full: boolean } {
  const next = nextFullRead(state, fullReadMinutes);
  if (!isQuickPollPossible(state, now)) return { quick: false, full: true };
  if (state.read) return { quick: true, full: true };
  if (next === undefined) return { quick: false, full: true };
  // a clock that was set back must not delay a full read
  return { quick: true, full: now + TOLERANCE >= next || now < state.horizon };
}

/** When the next full read is due, for the line at the end of a read; empty during a full read. */
export function nextReadText(state: PollState, fullReadMinutes: number): string {
  if (state.read) return '';
  // while the filter is off, every poll is a full read
  const isFilterOff = (state.filterOffUntil ?? 0) > (state.full?.at ?? 0);
  const next = isFilterOff ? undefined : nextFullRead(state, fullReadMinutes);
  return next === undefined ? '; the next poll is a full read' : `; next full read due at ${utc(next)}`;
}

/** When the next full read is due, in Unix seconds; undefined if every poll is a full read. */
function nextFullRead({ full }: PollState, fullReadMinutes: number): UnixSeconds | undefined {
  if (full === undefined || fullReadMinutes === 0 || full.requests <= QUICK_REQUESTS) return undefined;
  return full.at + fullReadMinutes * 60;
}

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
