/** A full read without I/O, for tests. The step asks for all changes unless the test sets another filter. */

import { CHANGE_TYPES } from '../../../lib/config/changeTypes';
import { ChangeFilter } from '../../../lib/polling/changes/changeFilter';
import { Reconciliation } from '../../../lib/polling/changes/reconciliation';
import type { PollState, SnapshotRoom } from '../../../lib/polling/state/snapshot';

export const EVERYTHING = new ChangeFilter({ types: CHANGE_TYPES, tag: undefined });
/** The filter of a step without types and tag. */
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
