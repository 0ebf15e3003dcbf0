/** Validates the double-opt-in form, or flow, before any receiver is created for it. */

import type { AccountDirectory } from '../../cleverreach/accountCache';
import { isFlowId, mayOptIn } from '../../cleverreach/activationMail';
import { typedError, unlessRefused } from '../recordError';
import type { ComponentError } from '../../utils/errors';
import type { Flow } from '../../cleverreach/types';
import { invitationOf } from '../plan/consent';
import type { Planned } from '../plan/preparePlan';
import type { GroupContext } from '../plan/writeContext';
import { foreign, optsOut, unknownForm, unlisted, unreadableForms, withoutGroup, type Named } from './doiFormErrors';

/**
 * Returns the plans, and rejects each create with a double-opt-in mail unless the form or flow belongs to the group.
 * The mail of a missing form would never arrive, and the form of another group would ask for a different consent. If
 * CleverReach rejects the request for the forms, these creates are rejected too. A temporary failure is thrown.
 */
export async function checkDoiForm(
  planned: readonly Planned[],
  { groupId, settings, directory }: Pick<GroupContext, 'groupId' | 'settings' | 'directory'>,
): Promise<readonly Planned[]> {
  const isInvited = ({ candidate, plan }: Planned): boolean =>
    plan.kind === 'createUnconfirmed' && invitationOf(candidate, settings) !== undefined;
  const { doiFormId } = settings;
  if (doiFormId === undefined || !planned.some(isInvited)) return planned;
  const error = await reasonAgainst({ id: doiFormId, groupId, directory });
  if (error === undefined) return planned;
  return planned.map((one) => (isInvited(one) ? { ...one, plan: { kind: 'refuse', error } } : one));
}

/** Why a mail of this form or flow cannot be sent to receivers of the group; a temporary failure is thrown. */
export async function reasonAgainst(named: Named): Promise<ComponentError | undefined> {
  try {
    return await (isFlowId(named.id) ? reasonAgainstFlow(named) : reasonAgainstForm(named));
  } catch (thrown) {
    const error = typedError(thrown);
    if (error.temporary) throw error;
    return unreadableForms(named, error);
  }
}

async function reasonAgainstForm(named: Named): Promise<ComponentError | undefined> {
  const { id, groupId, directory } = named;
  const forms = await directory.forms();
  const form = forms.find((one) => one.id === id);
  if (!form) return unknownForm(named, forms);
  if (form.groupId === groupId) return undefined;
  if (form.groupId !== undefined) {
    const usable = forms.filter((one) => one.groupId === groupId || one.groupId === undefined);
    return await foreign(named, form.groupId, usable);
  }
  const own = await directory.groupForms(groupId);
  const isOwn = own.some((one) => one.id === id && (one.groupId ?? groupId) === groupId);
  return isOwn ? undefined : await unlisted(named, own);
}

/** The flow is requested alone: the list of flows may have several pages. */
async function reasonAgainstFlow(named: Named): Promise<ComponentError | undefined> {
  const { id, groupId, directory } = named;
  const flow = await directory.flow(id);
  if (!flow) return unknownForm(named, await optInFlows(directory));
  if (!mayOptIn(flow)) return optsOut(named, await flowsOfGroup(named));
  if (flow.groupId === groupId) return undefined;
  if (flow.groupId === undefined) return withoutGroup(named);
  return await foreign(named, flow.groupId, await flowsOfGroup(named));
}

async function flowsOfGroup({ groupId, directory }: Named): Promise<readonly Flow[]> {
  return (await optInFlows(directory)).filter((flow) => flow.groupId === groupId);
}

/** For an error, which is useful without them too. */
async function optInFlows(directory: AccountDirectory): Promise<readonly Flow[]> {
  return (await unlessRefused<readonly Flow[]>(directory.flows(), [])).filter(mayOptIn);
}
