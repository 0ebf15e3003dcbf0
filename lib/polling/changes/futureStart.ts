/** Corrects a start in the future, for a state without a sketch. */

import type { UnixSeconds } from '../../cleverreach/types';
import type { PollState } from '../state/snapshot';
import { utc } from '../../utils/clock';

/** How far a time may be in the future, in seconds, before it counts as wrong. */
const TOLERANCE = 300;

/**
 * If a snapshot says that future changes were sent, it does not show what was really sent. A start time in the future means
 * that only changes from now on are wanted.
 * @param now CleverReach's clock, in Unix seconds
 * @param startTime where a first poll starts, in Unix seconds
 * @returns the state, and a warning if it was changed
 */
export function withoutFutureStart(
  state: PollState,
  now: UnixSeconds,
  startTime: UnixSeconds | undefined,
): { state: PollState; warning?: string } {
  const { horizon, sketch, read } = state;
  if (sketch || read || horizon <= now + TOLERANCE) return { state };
  if (startTime !== undefined && startTime - 1 > now + TOLERANCE) {
    const warning =
      `The start time ${utc(startTime)} lies in the future: CleverReach's clock says ${utc(now)}. Existing receivers are not sent; ` +
      'changes from now on are sent. If you did not intend this, correct "startTime" and reset the snapshot of the step to {}.';
    return { state: { ...state, horizon: now }, warning };
  }
  const from = startTime === undefined ? 0 : Math.max(0, startTime - 1);
  const warning =
    `The snapshot says that all changes up to ${utc(horizon)} were sent, but that lies in the future: CleverReach's clock says ${utc(now)}. ` +
    `It is unknown which changes were sent, so all receivers are read. ${from === 0 ? 'Every receiver' : `Every receiver changed after ${utc(from)}`} may be sent a second time. ` +
    'To continue from another time instead, stop the flow and give the step the snapshot {"lastUpdated": <unix seconds>}.';
  return { state: { ...state, horizon: from }, warning };
}
