/** From a record and what is stored to what is to be done, and what of the record is not written. */

import type { Receiver } from '../cleverreach/types';
import { fitRow, type Types } from './attributes';
import type { Candidate } from './existing';
import { planRecord, type Plan } from './plan';
import type { WriteIo } from './records';
import type { WriteSettings } from './settings';

/** A group that is written to. */
export interface Place {
  groupId: string;
  types: Types;
  settings: WriteSettings;
  io: WriteIo;
}

export interface Planned {
  candidate: Candidate;
  plan: Plan;
}

/** What of a record is not written, a sentence each, without any value. */
export interface Losses {
  /** The same for all records that have these properties. */
  missing: string[];
  /** For the values of this record. */
  dropped: string[];
}

/** @param stored undefined when the receiver is not in the group */
export function prepare(
  candidate: Candidate,
  stored: Receiver | undefined,
  { groupId, types, io }: Place,
): Planned & { losses: Losses } {
  const { row, missing, dropped } = fitRow(candidate.row, stored, types);
  const isSettled = stored && io.echoes.of(groupId, stored.id);
  return {
    candidate: { ...candidate, notices: [...candidate.notices, ...missing, ...dropped] },
    plan: planRecord({ ...candidate, row, stored, types, isSettled }),
    losses: { missing: [...candidate.notices, ...missing], dropped },
  };
}
