/** What a full read notes of receivers that were looked up, because they differ from the last read. */

import type { Receiver, UnixSeconds } from '../../cleverreach/types';
import type { EmissionNotes } from './emissionNotes';
import { DELETED } from './note';
import type { ReadSketches } from './readSketches';
import { idOf, valueAt } from './receiverContent';

/** In how many groups the deletion of one receiver is noted. */
const MAX_NOTED_GROUPS = 10;

/** A receiver in one group. */
export interface Member {
  groupId: string;
  receiver: Receiver;
}

export class Resolution {
  /**
   * @param horizon of the sketch that the read makes, in Unix seconds
   * @param groups those that are read
   */
  constructor(
    private readonly sketches: ReadSketches,
    private readonly notes: EmissionNotes,
    private readonly horizon: UnixSeconds,
    private readonly groups: readonly { id: string }[],
  ) {}

  /**
   * @param members the receivers that have this key, as they were emitted; none if they were not found
   * @param isDecided whether receivers that were not found were deleted, and this was announced if the step asks for it
   */
  resolve(key: number, members: readonly Member[], isDecided: boolean): void {
    const { sketches, notes, horizon } = this;
    const isNoted = members.map(({ groupId, receiver }) =>
      notes.resolved({ groupId, id: receiver.id }, receiver, sketches.isResumed),
    );
    const values = members.map(({ groupId, receiver }) => valueAt(groupId, receiver, horizon));
    sketches.resolve(
      key,
      values.reduce((sum, value) => sum + value, 0),
    );
    if (!sketches.isResumed) return;
    // the rows that an earlier run has read are not known: notes say what was emitted, or the next read looks again
    if (members.length === 0) isNoted.push(isDecided && this.noteDeletion(key));
    if (isNoted.includes(false)) sketches.mark(key);
  }

  /** Whether an earlier read has announced the deletion of a receiver that is being looked up, and it has not come back. */
  isDeletionAnnounced(id: string): boolean {
    if (this.groups.length > MAX_NOTED_GROUPS) return false;
    return this.groups.some((group) => this.notes.doubted({ groupId: group.id, id }) === DELETED);
  }

  /** A deleted receiver may come back to any group. @returns whether there was room */
  private noteDeletion(key: number): boolean {
    const id = idOf(key);
    if (id === undefined || this.groups.length > MAX_NOTED_GROUPS) return false;
    return this.groups.every((group) => this.notes.deleted({ groupId: group.id, id }));
  }
}
