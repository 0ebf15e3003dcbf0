/** The two modes of change detection, and which one a poll uses. */

import { detail, type UnixSeconds } from '../../cleverreach/types';
import { adopts, ContentSweep } from './contentSweep';
import type { PollState } from '../state/snapshot';
import type { SweepRun } from './sweepRun';
import { TimestampSweep } from './timestampSweep';

/** How changes are seen: by what CleverReach records about a receiver, or by comparing all of its content. */
export type ChangeDetection = 'timestamps' | 'content';

/** Which way the next run of a flow sees changes: a sweep that is under way is finished the way it was begun. */
export function detectionOf(state: PollState, wanted: ChangeDetection): ChangeDetection {
  if (!state.sweep) return wanted;
  return state.sweep.content ? 'content' : 'timestamps';
}

/** What the rows of a sweep have to carry: stamps are of no use without events, contents are lighter without. */
export function detailFor(detection: ChangeDetection): number {
  return detection === 'timestamps' ? detail.events | detail.tags : detail.tags;
}

/** The same for the next run of a flow, which may have to compare stamps for the last time. */
export function detailOf(state: PollState, detection: ChangeDetection): number {
  return detailFor(adopts(state) ? 'timestamps' : detection);
}

/**
 * Begins a sweep, or goes on with the one that the state holds.
 * @param now CleverReach's clock, in unix seconds
 * @param elapsed seconds since then
 * @param unlistedBytes how many bytes a snapshot has for those that could not be sent and cannot be named; as on elastic.io if undefined
 */
export function beginSweep(
  state: PollState,
  detection: ChangeDetection,
  { now, elapsed }: { now: UnixSeconds; elapsed: () => number },
  unlistedBytes?: number,
): SweepRun {
  return detection === 'content'
    ? new ContentSweep(state, now)
    : new TimestampSweep(state, now, elapsed, unlistedBytes);
}
