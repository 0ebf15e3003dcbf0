/** A full read without I/O, for tests: a step that asks for all changes, unless another filter is given. */

import { CHANGE_TYPES } from '../../../lib/config/changeTypes';
import { ChangeFilter } from '../../../lib/polling/changes/changeFilter';
import { Reconciliation } from '../../../lib/polling/changes/reconciliation';
import type { PollState, SnapshotRoom } from '../../../lib/polling/state/snapshot';

export const EVERYTHING = new ChangeFilter({ types: CHANGE_TYPES, tag: undefined });
/** As a step sends that names no types. */
export const BY_DEFAULT = new ChangeFilter({
  types: CHANGE_TYPES.filter((type) => type !== 'deleted'),
  tag: undefined,
});

export const reconciliationOf = (
  before: PollState,
  now: number,
  room: SnapshotRoom,
  groups: readonly { id: string }[] = [],
  filter = EVERYTHING,
): Reconciliation => new Reconciliation(before, now, room, filter, groups);
