/**
 * Plans the change for a record, based on the record and the stored receiver, and collects the values that are not
 * written. Sends no requests.
 */

import type { Receiver, ReceiverWrite } from '../../cleverreach/types';
import { isSameAddress } from '../../cleverreach/emailAddress';
import { RecordError, type ComponentError } from '../../utils/errors';
import { type Types, filterAttributes } from './attributeFilter';
import { contentOf, diff } from './diff';
import type { IsKnownForm } from './storedSpellings';
import type { WriteSettings } from '../writeSettings';
import type { Row } from './row';
import { newTags } from './tags';
import { byLowerCase } from '../../utils/attributeNames';
import { isTooLarge, MAX_ATTRIBUTES } from '../../cleverreach/parseResponse';
import { shownId } from '../../utils/ids';
import type { Candidate } from './candidate';
import type { GroupContext } from './writeContext';

export type Plan =
  /** `elsewhere` is the receiver of another group that has this address, if it was searched for and found. */
  | { kind: 'create' | 'createUnconfirmed'; write: ReceiverWrite; elsewhere?: Receiver }
  | ({ kind: 'update'; stored: Receiver; write: ReceiverWrite } & Opting)
  /** `otherwise` lists what CleverReach stores in a different form than it was sent: names of attributes, or "tags". */
  | ({ kind: 'same'; stored: Receiver; otherwise?: string[] } & Opting)
  /** The address changes first; `write` contains the other differences. */
  | ({ kind: 'move'; stored: Receiver; email: string; write?: ReceiverWrite } & Opting)
  | { kind: 'skip'; reason: string }
  | { kind: 'refuse'; error: ComponentError }
  /** The opt-out is carried out all the same. */
  | ({ kind: 'refuse'; error: ComponentError; stored: Receiver } & Opting & { optsOut: true });

interface Opting {
  /** Set if the record is an opt-out that the step obeys, and a receiver is active: {@link activeOf} are deactivated first. */
  optsOut?: true;
  /** If the record is an opt-out: the other active receivers of the group with the same address, in other spellings. */
  others?: readonly Receiver[];
}

/** The active receivers of the group that an opt-out is about: an address is one person, in whichever spelling. */
export function activeOf({ stored, others = [] }: { stored: Receiver } & Opting): Receiver[] {
  return [stored, ...others].filter(({ active }) => active);
}

/** The input of a plan. */
interface Facts {
  row: Row;
  /** The matching receiver; undefined if it is not in the group. */
  stored: Receiver | undefined;
  types: Types;
  /** Whether the present value is the form in which CleverReach stores the wanted one. */
  isKnownForm?: IsKnownForm | undefined;
  newReceivers: WriteSettings['newReceivers'];
  opting: Opting;
  /** The name of the record in errors and the log. */
  name: string;
}

function planChange({ row, stored, types, isKnownForm, newReceivers, opting, name }: Facts): Plan {
  if (stored) return { ...planExisting(row, stored, types, isKnownForm), ...opting };
  if (row.email === undefined) return { kind: 'refuse', error: noAddress(name) };
  if (newReceivers === 'skip') {
    return { kind: 'skip', reason: `the group has no receiver for ${name}, and "newReceivers" is "skip"` };
  }
  const content = contentOf(row.attributes, row.global_attributes, newTags(row.tags));
  const write = { email: row.email, ...content };
  return { kind: newReceivers === 'active' ? 'create' : 'createUnconfirmed', write };
}

/**
 * Plans an update. The write uses the stored spelling of the address: CleverReach may treat another spelling as another
 * receiver.
 */
function planExisting(
  row: Row,
  stored: Receiver,
  types: Types,
  isKnownForm: Facts['isKnownForm'],
): Extract<Plan, { stored: Receiver }> {
  const otherwise = new Set<string>();
  const content = diff(row, stored, types, (scope, name, wanted) => {
    const settled = isKnownForm?.(scope, name, wanted) === true;
    if (settled) otherwise.add(scope === 'tags' ? scope : name);
    return settled;
  });
  if (row.email !== undefined && !isSameAddress(row.email, stored.email)) {
    const { email } = row;
    return { kind: 'move', stored, email, ...(content && { write: { email, ...content } }) };
  }
  if (content) return { kind: 'update', stored, write: { email: stored.email, ...content } };
  return { kind: 'same', stored, ...(otherwise.size > 0 && { otherwise: [...otherwise] }) };
}

/** @param advice a sentence with a leading blank, if there is advice */
export function noAddress(name: string, advice = ''): RecordError {
  return new RecordError(
    `No receiver matches ${name}, and it has no e-mail address to create one; nothing was written.${advice}`,
  );
}

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

/**
 * @param stored undefined if the receiver is not in the group
 * @param others the other receivers of the group with the same address
 */
export function planRecord(
  {
    candidate,
    stored,
    others = [],
  }: { candidate: Candidate; stored: Receiver | undefined; others?: readonly Receiver[] },
  {
    groupId,
    types,
    spellings,
    clock,
    settings,
  }: Pick<GroupContext, 'groupId' | 'types' | 'spellings' | 'clock' | 'settings'>,
): Planned & { losses: DroppedValues } {
  const opting = stored && candidate.optOut === 'here' ? optingOf(stored, others, settings) : {};
  const error = candidate.invalid ?? (stored && isTooLarge(stored) ? tooLarge(stored, groupId) : undefined);
  if (error) {
    return {
      candidate,
      plan: { kind: 'refuse', error, ...(stored && opting.optsOut && { stored, ...opting, optsOut: true }) },
      losses: { missing: [...candidate.notices], dropped: [] },
    };
  }
  const known = stored && withLowerNames(stored);
  const { row, missing, dropped } = filterAttributes(candidate.row, known, types);
  const isKnownForm = known && spellings.of(groupId, known, clock.now());
  const plan = planChange({ ...candidate, row, stored: known, types, isKnownForm, opting });
  return {
    candidate: { ...candidate, notices: [...candidate.notices, ...missing, ...dropped] },
    // the result contains the receiver as CleverReach returned it
    plan: stored && plan.kind === 'same' ? { ...plan, stored } : plan,
    losses: { missing: [...candidate.notices, ...missing], dropped },
  };
}

function optingOf(stored: Receiver, others: readonly Receiver[], { optOuts }: Pick<WriteSettings, 'optOuts'>): Opting {
  const active = others.filter((one) => one.active);
  const optsOut = optOuts && (stored.active || active.length > 0);
  return { ...(optsOut && { optsOut }), ...(active.length > 0 && { others: active }) };
}

function tooLarge({ id }: Receiver, groupId: string): RecordError {
  return new RecordError(
    `Receiver ${shownId(id)} of group ${shownId(groupId)} has more than ${MAX_ATTRIBUTES} attributes in CleverReach; nothing was written.`,
  );
}

/** Records use attribute names in lower case. */
function withLowerNames(receiver: Receiver): Receiver {
  const { attributes, global_attributes } = receiver;
  return { ...receiver, attributes: byLowerCase(attributes), global_attributes: byLowerCase(global_attributes) };
}
