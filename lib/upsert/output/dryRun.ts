/** Describes the plan that a real run would execute, with every value that would change. */

import type { Receiver } from '../../cleverreach/types';
import type { RecordError } from '../../utils/errors';
import type { DryRunResult, Change, Changes, RecordResult } from './writeResult';
import { contentOf, type Content } from '../plan/diff';
import type { Types } from '../plan/attributeFilter';
import { isSameValue } from '../plan/attributeValues';
import { doiFormOf } from '../plan/consent';
import type { Candidate } from '../plan/candidate';
import { listOfNames, redactName } from '../redactName';
import { activeOf, type Plan } from '../plan/plan';
import type { WriteSettings } from '../writeSettings';
import { isRemoval, tagEffect } from '../plan/tags';
import { subscriptionOf, type SubscriptionStatus } from '../../subscription/subscriptionOf';
import { shownId } from '../../utils/ids';
import { byLowerCase } from '../../utils/attributeNames';
import { ownValue } from '../../utils/objects';

interface Context {
  settings: Pick<WriteSettings, 'doiFormId'>;
  /** The types of the attributes. */
  types: Types;
}

/** Returns the result of a dry run, or the error of a record that a real run would reject. */
export function dryRunOf(
  plan: Plan,
  candidate: Candidate,
  group: NonNullable<DryRunResult['group']>,
  { settings, types }: Context,
): RecordResult {
  if (plan.kind === 'refuse') return { kind: 'failed', error: plan.error };
  const { reasons, ...rest } = inWords(plan, candidate, { settings, types });
  return {
    kind: 'dryRun',
    preview: { dryRun: true, group, ...rest, reasons: [...reasons, ...candidate.notices] },
  };
}

export function dryRunOfRefusal(error: RecordError): DryRunResult {
  return { dryRun: true, wouldDo: 'refuse', reasons: [error.message] };
}

/** @param there the ids of the receivers that the deletion would remove */
export function dryRunOfDeletion(
  { outcome, recordUid, reason }: Extract<RecordResult, { kind: 'deleted' }>,
  there: readonly string[],
  group: DryRunResult['group'],
): DryRunResult {
  const isThere = there.length > 0;
  const wouldDo = { denied: 'deny', failed: 'refuse', confirmed: isThere ? 'delete' : 'nothing' } as const;
  const absent = isThere ? [] : ['No receiver to delete; the request would be confirmed.'];
  const everywhere =
    isThere && !group ? ['The step names no group, so the receiver would be deleted from all groups.'] : [];
  const all =
    there.length > 1
      ? [`The receivers ${listOfIds(there)}, which have the same address in different spellings, would be deleted.`]
      : [];
  return {
    dryRun: true,
    wouldDo: wouldDo[outcome],
    ...(group && { group }),
    ...(recordUid !== undefined && { receiver: { id: recordUid } }),
    reasons: reason === undefined ? [...absent, ...all, ...everywhere] : [reason],
  };
}

function inWords(
  plan: Exclude<Plan, { kind: 'refuse' }>,
  candidate: Candidate,
  { settings, types }: Context,
): Omit<DryRunResult, 'dryRun' | 'group'> {
  switch (plan.kind) {
    case 'create':
    case 'createUnconfirmed': {
      const state = plan.kind === 'create' ? 'active' : 'unconfirmed';
      const doiFormId = state === 'active' ? undefined : doiFormOf(candidate, settings);
      const write = plan.elsewhere ? withoutEqual(plan.write, plan.elsewhere, types) : plan.write;
      return {
        wouldDo: 'create',
        receiver: { email: plan.write.email },
        state,
        ...(doiFormId !== undefined && { doiFormId }),
        changes: changesOf(
          write,
          plan.elsewhere && { global_attributes: byLowerCase(plan.elsewhere.global_attributes) },
        ),
        reasons: [
          ...inOtherGroups(write, plan.elsewhere),
          ...(state === 'active' || doiFormId !== undefined ? [] : [candidate.heldBack ?? NO_MAIL]),
          ...leftover(candidate.row.tags),
        ],
      };
    }
    case 'update':
      return {
        wouldDo: plan.optsOut ? 'unsubscribe' : 'update',
        receiver: idAndEmail(plan.stored),
        changes: changesOf(plan.write, plan.stored),
        reasons: aboutState(plan, candidate),
      };
    case 'move':
      return {
        wouldDo: plan.optsOut ? 'unsubscribe' : 'changeAddress',
        receiver: idAndEmail(plan.stored),
        changes: { email: { from: plan.stored.email, to: plan.email }, ...changesOf(plan.write ?? {}, plan.stored) },
        reasons: aboutState(plan, candidate),
      };
    case 'same':
      return {
        wouldDo: plan.optsOut ? 'unsubscribe' : 'nothing',
        receiver: idAndEmail(plan.stored),
        reasons: [...sameness(plan), ...aboutState(plan, candidate)],
      };
    case 'skip': {
      const { email } = candidate.row;
      return { wouldDo: 'skip', ...(email !== undefined && { receiver: { email } }), reasons: [`${plan.reason}.`] };
    }
  }
}

function sameness({ otherwise, optsOut }: Extract<Plan, { kind: 'same' }>): string[] {
  if (otherwise === undefined) return optsOut ? [] : ['Nothing differs.'];
  return [
    `CleverReach stores these values in a different form than they were sent; writing them again would change nothing: ${listOfNames(otherwise)}.`,
  ];
}

const STATES: Readonly<Record<SubscriptionStatus, string>> = {
  subscribed: 'is active',
  pending: 'has not confirmed',
  unsubscribed: 'has unsubscribed',
  bounced: 'has bounced',
  inactive: 'is not active',
};

/** CleverReach may have kept tags for the address; they are visible only after the create. */
function leftover(tags: readonly string[]): string[] {
  return tags.some(isRemoval)
    ? ['If CleverReach still has tags of this address that the record removes, they are removed too.']
    : [];
}

const NO_MAIL = 'No double-opt-in mail would be sent, because "doiFormId" of the step is empty.';

/**
 * The content without the global attributes that already have these values at the receiver of another group. A create
 * sends them all, so only the form in which CleverReach keeps dates and numbers does not matter.
 */
function withoutEqual(
  { attributes, global_attributes = {}, tags = [] }: Content,
  elsewhere: Receiver,
  types: Types,
): Content {
  const stored = byLowerCase(elsewhere.global_attributes);
  const different = Object.entries(global_attributes).filter(([name, value]) => {
    const type = types ? types.global_attributes.get(name) : 'unknown';
    const shown = ownValue(stored, name) ?? '';
    return value !== shown && !(FORMATTED.has(type ?? '') && isSameValue(value, shown, type));
  });
  return contentOf(attributes ?? {}, Object.fromEntries(different), tags);
}

/** Types whose values CleverReach keeps in a form of its own. */
const FORMATTED: ReadonlySet<string> = new Set(['date', 'number']);

/** Global attributes are shared by all groups. */
function inOtherGroups(write: Content, elsewhere: Receiver | undefined): string[] {
  if (!elsewhere || !write.global_attributes) return [];
  return [
    `Receiver ${shownId(elsewhere.id)} of another group has this address, so changes to "global_attributes" apply there too.`,
  ];
}

function changesOf(
  { attributes, global_attributes, tags }: Content,
  stored?: Partial<Pick<Receiver, 'attributes' | 'global_attributes' | 'tags'>>,
): Changes {
  return {
    ...(attributes && { attributes: valueChanges(attributes, stored?.attributes) }),
    ...(global_attributes && { global_attributes: valueChanges(global_attributes, stored?.global_attributes) }),
    ...(tags && { tags: tagEffect(tags, stored?.tags ?? []) }),
  };
}

function valueChanges(values: Record<string, string>, stored?: Record<string, string>): Record<string, Change> {
  const changes = Object.entries(values).map(([name, to]): [string, Change] => {
    return [name, stored ? { from: ownValue(stored, name) ?? '', to } : { to }];
  });
  return Object.fromEntries(changes);
}

function idAndEmail({ id, email }: Receiver): { id: string; email: string } {
  return { id, email };
}

/** What to do if a record that is not an opt-out has to be one. */
export const MAP_OPT_OUT = 'If it is an opt-out in your system, map it to "subscription" with a "customMapping".';

/** A write never activates an existing inactive receiver, and deactivates one only for an opt-out. */
function aboutState(plan: Extract<Plan, { stored: Receiver }>, { optOut, inactiveField }: Candidate): string[] {
  const { stored } = plan;
  const active = activeOf(plan);
  if (optOut === 'here' && active.length > 0) {
    const [who, stay] = whichLeave(active, stored);
    return plan.optsOut
      ? [`The record is an opt-out; ${who} would be deactivated in this group.`]
      : [`The record is an opt-out, but ${who} ${stay} active, because "optOuts" of the step is not set.`];
  }
  if (stored.active)
    return inactiveField === undefined
      ? []
      : [
          `The record counts as not active (field "${redactName(inactiveField)}"), but not as an opt-out, so the receiver stays active. ${MAP_OPT_OUT}`,
        ];
  return [`The receiver ${STATES[subscriptionOf(stored).status]}; its state does not change.`];
}

/** The receivers that an opt-out is about, and the form of "stay" for them. */
function whichLeave(active: readonly Receiver[], stored: Receiver): [who: string, stay: string] {
  if (active.every(({ id }) => id === stored.id)) return ['the receiver', 'stays'];
  const ids = listOfIds(active.map(({ id }) => id));
  return active.length === 1
    ? [`receiver ${ids}, which has the same address in another spelling,`, 'stays']
    : [`the receivers ${ids}, which have the same address in different spellings,`, 'stay'];
}

function listOfIds(ids: readonly string[]): string {
  return ids.map(shownId).join(', ');
}
