/** A validated record with a target group. */

import { nameOf, ownId, type IncomingRecord } from '../record';
import { RecordError } from '../../utils/errors';
import type { WriteSettings } from '../writeSettings';
import { stateOfNew, type StateOfNew } from './consent';
import { refuseMappedRequest } from './deleteRequest';
import { ignoredFields, repeatedNames, unreadFields } from './ignoredFields';
import { inactiveFieldIn, type OptOut } from './optOut';
import { noAddress } from './plan';
import { parseRow, type Row } from './row';

export interface Candidate extends StateOfNew {
  /** Position among the input records. */
  position: number;
  /** The name of the record in errors and the log. */
  name: string;
  row: Row;
  /** Values that are not written, with the reason; never contains the values. */
  notices: readonly string[];
  /** Whether the record is an opt-out from its target group; missing if it is not. */
  optOut?: OptOut;
  /** The field by which the record is not active, if the step obeys opt-outs and the record is not an opt-out. */
  inactiveField?: string;
  /** The CleverReach id of the receiver, if the record has one. */
  ownId?: string;
  /** Why nothing but the opt-out of the record can be carried out. */
  invalid?: RecordError;
}

/**
 * Validates a record. An opt-out that the step obeys is carried out even if the values of the record are invalid.
 * @param optOut whether the record is one from its target group
 * @throws RecordError if it cannot be written
 */
export function candidateOf(
  { record, position }: { record: IncomingRecord; position: number },
  optOut: OptOut | undefined,
  settings: WriteSettings,
): Candidate {
  const name = nameOf(record, position);
  refuseMappedRequest(record.receiver);
  const { row, invalid } = rowOf(record.receiver, name, settings.optOuts && optOut === 'here');
  const id = ownId(record.metadata, settings);
  if (row.email === undefined && id === undefined) throw invalid ?? noAddress(name, adviceFor(record, settings));
  const { receiver, entry } = record;
  const unread = settings.defaultMapping ? unreadFields(entry) : [];
  const notices = [
    ...unread,
    ...ignoredFields(receiver),
    ...repeatedNames(receiver),
    ...(settings.optOuts && optOut !== undefined ? NOT_HERE[optOut] : []),
  ];
  const state = stateOfNew(record, settings);
  const mayBeInactive = settings.optOuts && optOut === undefined && state.heldBack !== undefined;
  const inactiveField = mayBeInactive ? inactiveFieldIn(record) : undefined;
  return {
    ...{ position, name, row, notices },
    ...state,
    ...(optOut !== undefined && { optOut }),
    ...(inactiveField !== undefined && { inactiveField }),
    ...(id !== undefined && { ownId: id }),
    ...(invalid && { invalid }),
  };
}

/** @param optsOut whether an address is enough */
function rowOf(mapped: Record<string, unknown>, name: string, optsOut: boolean): Pick<Candidate, 'row' | 'invalid'> {
  try {
    return { row: parseRow(mapped, name) };
  } catch (error) {
    if (!optsOut || !(error instanceof RecordError)) throw error;
    return { row: parseRow({ email: mapped['email'] }, name), invalid: error };
  }
}

const NOT_HERE: Readonly<Record<OptOut, readonly string[]>> = {
  here: [],
  elsewhere: [
    'The record is an opt-out from another group ("subscription.group", or "group_id" of a receiver), so no receiver of this group is deactivated.',
  ],
  unclear: [
    'The record is an opt-out from a group that cannot be identified: its "subscription.group", or "group_id" of a receiver, is neither the id nor the name of exactly one group that CleverReach lists. So no receiver of this group is deactivated.',
  ],
};

/** Members of a receiver that no flat record of another system has. */
const OF_RECEIVERS_ONLY = ['attributes', 'global_attributes', 'group_id', 'groups_id', 'doidata'];

/**
 * A trigger with "skipTransformation" emits receivers; without the same setting here, the message counts as a person.
 */
function adviceFor({ entry }: IncomingRecord, { defaultMapping }: WriteSettings): string {
  if (!defaultMapping) return ' The message, or the result of the customMapping, must have an "email".';
  if (typeof entry['email'] !== 'string') return '';
  if (!OF_RECEIVERS_ONLY.some((name) => name in entry))
    return ' It looks like a flat record, not a person: map it with a "customMapping".';
  return ' It looks like a receiver, not a person: set "skipTransformation" to true ("The message is already a receiver").';
}
