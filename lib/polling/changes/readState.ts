/** Where a full read begins, or goes on. */

import type { UnixSeconds } from '../../cleverreach/types';
import { Sketch } from '../sketch/sketch';
import type { PollState, ReadState, SnapshotRoom } from '../state/snapshot';

/**
 * How long a change may take to become visible in CleverReach's lists, in seconds. It only saves repeats: what becomes
 * visible later is found by the sketch.
 */
export const LOOKBACK = 60;
/** An account of this many receivers for each cell grows the sketch, where the platform has room. */
const RECEIVERS_PER_CELL = 8;

/** The read of a state, which may be changed in place; a new one if none is under way. @param now CleverReach's clock, in Unix seconds */
export function readStateOf(state: PollState, now: UnixSeconds, room: SnapshotRoom): ReadState {
  return state.read ? resumed(state.read) : begun(state, now, room);
}

function resumed({ difference, total, larger, ...read }: ReadState): ReadState {
  return { ...read, difference: difference.copy(), total: total.copy(), larger: larger?.copy() };
}

function begun({ horizon, sketch, full }: PollState, now: UnixSeconds, room: SnapshotRoom): ReadState {
  const cells = sizeFor(full?.rows ?? 0, room);
  const before = sketch ?? Sketch.ofSize(cells);
  return {
    startedAt: now,
    horizon: Math.max(1, now - LOOKBACK),
    basis: sketch ? 'changes' : horizon > 0 ? 'since' : 'all',
    from: horizon,
    pass: 'first',
    explained: 0,
    rows: 0,
    requests: 0,
    difference: before.copy(),
    total: before.copy(),
    larger: before.cells < cells ? Sketch.ofSize(cells) : undefined,
  };
}

function sizeFor(rows: number, { cells, maxCells }: SnapshotRoom): number {
  let size = cells;
  while (size < maxCells && size * RECEIVERS_PER_CELL < rows) size *= 2;
  return size;
}
