/**
 * Decides how far to trust the clock of CleverReach and its timestamps, and what to do after the clock was set.
 *
 * No cursor passes the start of a sweep in CleverReach time, so a single wrong answer must not determine that time:
 * - A time counts at once if it matches our clock plus the offset of the previous poll.
 * - Any other time counts only if a second answer confirms it. If two more answers do not, the expected time counts.
 * - A jump of more than a week since the previous poll is ignored and moves no cursor back, even if it is confirmed.
 * - A cursor in the future does not show what was emitted: receivers are then read from the beginning, which repeats
 * some but loses none.
 */

import type { UnixSeconds } from '../../cleverreach/types';
import { LAST_SECOND } from '../../utils/clock';
import { emptySeen } from '../state/boundedNotes';
import type { PollState } from '../state/snapshot';

/** How long a change may take to become visible in CleverReach's lists, in seconds. No cursor comes closer to the beginning of a sweep. */
export const LOOKBACK = 60;
/** Two clocks differ by a little more or less from poll to poll without either having been set. */
const JITTER = 5;
/** How far a clock can have been set, in seconds; whatever is further away is wrong. */
const BELIEVED = 7 * 86_400;
/** About a hundred years; no two clocks differ by more, so a snapshot that says so is wrong. */
const LARGEST_OFFSET = 3_000_000_000;
/** How far a time may lie in the future, in seconds, before it is wrong. */
const FUTURE_TOLERANCE = 300;
/** Answers that are asked for to confirm a time. */
const CONFIRMATIONS = 2;

/** One look at both clocks, in unix seconds. */
export interface Reading {
  /** Undefined where CleverReach's answer does not tell. */
  server: UnixSeconds | undefined;
  own: UnixSeconds;
}

/**
 * CleverReach's time at the first reading, as far as it is believed.
 * @param again asks CleverReach for its time once more
 */
export async function believedTime(
  state: PollState,
  first: Reading,
  again: () => Promise<Reading>,
): Promise<{ now: UnixSeconds; problem?: string }> {
  const noted = believedOffset(state.clockOffset);
  const expected = noted ?? 0;
  const tolerance = noted === undefined ? LOOKBACK : JITTER;
  const offsets: number[] = [];
  for (let reading = first; ; reading = await again()) {
    const offset = (reading.server ?? Number.NaN) - reading.own;
    if (Math.abs(offset - expected) <= tolerance) return { now: first.own + offset };
    if (offsets.some((one) => Math.abs(one - offset) <= JITTER)) {
      const isBelieved = noted === undefined || Math.abs(offset - noted) <= BELIEVED;
      return isBelieved ? { now: first.own + offset } : farTime(state, first.own, offset, expected);
    }
    offsets.push(offset);
    if (first.server === undefined) return { now: first.own + expected };
    if (offsets.length > CONFIRMATIONS) break;
  }
  const problem = `CleverReach answered with the time ${utc(first.server)}, and other answers did not confirm it; ${utc(first.own + expected)} counts.`;
  return { now: first.own + expected, problem };
}

/** A time that is confirmed and further away than a clock can have been set. */
function farTime(
  { cursor }: PollState,
  own: UnixSeconds,
  offset: number,
  expected: number,
): { now: UnixSeconds; problem: string } {
  const server = own + offset;
  // changes that are older than the time given have been seen: if one of the clocks is wrong, ours is the later one
  const now = cursor > 1 && server >= cursor ? Math.min(server, own + expected) : own + expected;
  const problem = `CleverReach's clock says ${utc(server)} and ours ${utc(own)}; ${utc(now)} counts. Check the clock of this machine; if it is right, report this to CleverReach.`;
  return { now, problem };
}

/**
 * The state with which a new sweep starts. Where CleverReach's clock has been set back since the last one, changes after that
 * bear older stamps than the cursor, so the cursor goes back by as much; seen by comparing its clock with ours. Where it was set
 * forth, it may be further ahead of the timestamps by as much.
 * (A clock that is set back and forth again between two polls leaves no trace; only a comparison of contents is right then.)
 * @param now CleverReach's clock, in unix seconds
 * @param ownNow our clock, in unix seconds
 */
export function atClock(state: PollState, now: UnixSeconds, ownNow: UnixSeconds): PollState {
  if (state.sweep) return state;
  const offset = now - ownNow;
  const noted = believedOffset(state.clockOffset);
  const before = noted ?? offset;
  if (Math.abs(offset - before) > BELIEVED) return { ...state, clockOffset: before };
  if (Math.abs(offset - before) <= JITTER) return { ...state, clockOffset: before };
  const setBack = before - offset;
  const cursor = setBack > LOOKBACK / 2 && state.cursor > 0 ? Math.max(1, state.cursor - setBack) : state.cursor;
  const lead = state.lead === undefined ? undefined : state.lead + Math.max(0, -setBack);
  return { ...state, cursor, clockOffset: offset, lead };
}

/** A sweep that began in the future began by a wrong clock, and is begun anew. */
export function withoutFutureSweep(state: PollState, now: UnixSeconds): { state: PollState; problem?: string } {
  const { sweep, ...rest } = state;
  const newest = sweep ? Math.max(sweep.startedAt, sweep.newest) : 0;
  if (newest <= now + FUTURE_TOLERANCE) return { state };
  const problem =
    `The snapshot speaks of a poll that began at ${utc(newest)}, but CleverReach's clock says ${utc(now)}. That poll is begun anew; ` +
    'some receivers may be sent a second time.';
  return { state: rest, problem };
}

/**
 * What a cursor in the future claims cannot be true.
 * @param startTime where a first poll begins, in unix seconds
 */
export function withoutFutureCursor(
  state: PollState,
  now: UnixSeconds,
  startTime: UnixSeconds | undefined,
): { state: PollState; problem?: string } {
  const limit = now + FUTURE_TOLERANCE;
  if (state.cursor <= limit) return { state };
  const present = Math.max(1, now - LOOKBACK);
  // contents tell what has been sent
  if (state.fingerprints) return { state: { ...state, cursor: present } };
  if (startTime !== undefined && startTime - 1 > limit) {
    const problem =
      `The start time ${utc(startTime)} lies in the future: CleverReach's clock says ${utc(now)}. Receivers of today are not sent, ` +
      'changes from now on are. If that is not meant, correct "startTime" and reset the snapshot of the step to {}.';
    return { state: { ...state, cursor: present }, problem };
  }
  const { cursor, scope, retry, unlisted, clockOffset } = state;
  const from = startTime === undefined ? 0 : Math.max(0, startTime - 1);
  const problem =
    `The snapshot says that all changes up to ${utc(cursor)} were sent, but that lies in the future: CleverReach's clock says ${utc(now)}. ` +
    `What was sent is not known, so every receiver is read ${from === 0 ? 'from the beginning' : `from ${utc(from)}`} and may be sent a second time. ` +
    'To go on from another time instead, stop the flow and give the step the snapshot {"lastUpdated": <unix seconds>}.';
  return { state: { cursor: from, scope, retry, unlisted, clockOffset, seen: emptySeen() }, problem };
}

function believedOffset(offset: number | undefined): number | undefined {
  return offset !== undefined && Math.abs(offset) <= LARGEST_OFFSET ? offset : undefined;
}

/** A time in words; every date from 1970 to the end of the year 9999. */
export function utc(time: UnixSeconds): string {
  return new Date(Math.min(Math.max(time, 0), LAST_SECOND) * 1000).toISOString().replace('.000Z', 'Z');
}
