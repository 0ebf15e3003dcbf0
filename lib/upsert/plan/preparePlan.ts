/** Plans a record and collects the values that are not written. */

import { byLowerCase } from '../../utils/attributeNames';
import { isTooLarge, MAX_ATTRIBUTES } from '../../cleverreach/parseResponse';
import type { Receiver } from '../../cleverreach/types';
import { RecordError } from '../../utils/errors';
import { shownId } from '../../utils/ids';
import { filterAttributes } from './attributeFilter';
import type { Candidate } from './candidate';
import { planRecord, type Plan } from './plan';
import type { GroupContext } from './writeContext';

export interface Planned {
  candidate: Candidate;
  plan: Plan;
}

/** Values that are not written: one sentence each, without values. */
export interface DroppedValues {
  /** Reports that are the same for all records with these properties. */
  missing: string[];
  /** Reports that are specific to the values of this record. */
  dropped: string[];
}

/** @param stored undefined if the receiver is not in the group */
export function preparePlan(
  candidate: Candidate,
  stored: Receiver | undefined,
  {
    groupId,
    types,
    spellings,
    clock,
    settings,
  }: Pick<GroupContext, 'groupId' | 'types' | 'spellings' | 'clock' | 'settings'>,
): Planned & { losses: DroppedValues } {
  if (stored && isTooLarge(stored)) {
    const text = `Receiver ${shownId(stored.id)} of group ${shownId(groupId)} has more than ${MAX_ATTRIBUTES} attributes in CleverReach; nothing was written.`;
    return {
      candidate,
      plan: { kind: 'refuse', error: new RecordError(text) },
      losses: { missing: [...candidate.notices], dropped: [] },
    };
  }
  const known = stored && withLowerNames(stored);
  const { row, missing, dropped } = filterAttributes(candidate.row, known, types);
  const isSettled = known && spellings.of(groupId, known, clock.now());
  const optsOut = settings.optOuts && candidate.optOut === 'here';
  const plan = planRecord({ ...candidate, row, stored: known, types, isSettled, optsOut });
  return {
    candidate: { ...candidate, notices: [...candidate.notices, ...missing, ...dropped] },
    // the result contains the receiver as CleverReach returned it
    plan: stored && plan.kind === 'same' ? { ...plan, stored } : plan,
    losses: { missing: [...candidate.notices, ...missing], dropped },
  };
}

/** Records use attribute names in lower case. */
function withLowerNames(receiver: Receiver): Receiver {
  const { attributes, global_attributes } = receiver;
  return { ...receiver, attributes: byLowerCase(attributes), global_attributes: byLowerCase(global_attributes) };
}
