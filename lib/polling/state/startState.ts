/** The state from which a poll starts. */

import type { UnixSeconds } from '../../cleverreach/types';
import { utc } from '../../utils/clock';
import { shownId } from '../../utils/ids';
import { emptyRetry, emptySeen } from './boundedNotes';
import { ALL_GROUPS } from './knownGroups';
import type { PollState, StoredState } from './snapshot';

/** How far a time may be in the future, in seconds, before it counts as wrong. */
const TOLERANCE = 300;

/**
 * The state from which a poll of `scope` starts, and warnings for the log. A stored state of another scope is not used.
 * @param now CleverReach's clock, in Unix seconds
 * @param startTime where a first poll begins, in Unix seconds; from the very beginning if undefined
 */
export function startState(
  stored: StoredState | undefined,
  scope: string,
  now: UnixSeconds,
  startTime: UnixSeconds | undefined,
): { state: PollState; warnings: string[] } {
  const { state, warning } = withoutFutureStart(stateFor(stored, scope, startTime), now, startTime);
  const isOfOtherScope = stored?.scope !== undefined && stored.scope !== scope;
  const otherScope = isOfOtherScope
    ? [`The stored snapshot is for ${nameOf(stored.scope)}, so ${nameOf(scope)} will be read from the beginning.`]
    : [];
  return { state, warnings: [...otherScope, ...(warning === undefined ? [] : [warning])] };
}

const nameOf = (scope = ''): string => (scope === ALL_GROUPS ? 'all groups' : `group ${shownId(scope)}`);

/** The same without the corrections of {@link startState}. */
export function stateFor(
  stored: StoredState | undefined,
  scope: string,
  startTime: UnixSeconds | undefined,
): PollState {
  if (stored && (stored.scope === undefined || stored.scope === scope)) return { ...stored, scope };
  const horizon = startTime === undefined ? 0 : Math.max(0, startTime - 1);
  return { horizon, scope, seen: emptySeen(), retry: emptyRetry() };
}

/**
 * Corrects a start in the future, for a state without a sketch. If a snapshot says that future changes were sent, it does not show what was really sent. A start time in the future means
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
      `The start time ${utc(startTime)} is in the future: CleverReach's clock says ${utc(now)}. Existing receivers are not sent; ` +
      'changes from now on are sent. If you did not intend this, correct "startTime" and reset the snapshot of the step to {}.';
    return { state: { ...state, horizon: now }, warning };
  }
  const from = startTime === undefined ? 0 : Math.max(0, startTime - 1);
  const warning =
    `The snapshot says that all changes up to ${utc(horizon)} were sent, but that is in the future: CleverReach's clock says ${utc(now)}. ` +
    `It is unknown which changes were sent, so all receivers are read. ${from === 0 ? 'Every receiver' : `Every receiver changed after ${utc(from)}`} may be sent a second time. ` +
    'To continue from another time instead, stop the flow and give the step the snapshot {"lastUpdated": <unix seconds>}.';
  return { state: { ...state, horizon: from }, warning };
}
