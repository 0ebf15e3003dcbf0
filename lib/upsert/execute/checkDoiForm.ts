/** Validates the double-opt-in form, or flow, before any receiver is created for it. */

import { isFlowId, mayOptIn, mailSource } from '../../cleverreach/activationMail';
import { typedError, unlessRefused, causeOf } from '../recordError';
import { type ComponentError, AuthorisationError, ConfigurationError, NotFoundError } from '../../utils/errors';
import type { Flow, Form } from '../../cleverreach/types';
import { doiFormOf } from '../plan/consent';
import type { Planned } from '../plan/plan';
import type { GroupContext } from '../plan/writeContext';
import type { AccountDirectory } from '../../cleverreach/accountCache';
import { listedForms, namesAndIds } from '../../cleverreach/groups';
import { shownId } from '../../utils/ids';
import { groupWithName } from '../resolve/targetGroup';

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
    plan.kind === 'createUnconfirmed' && doiFormOf(candidate, settings) !== undefined;
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
    const areMissing = error instanceof NotFoundError && !isFlowId(named.id);
    return areMissing ? await missingForms(named, error) : unreadableForms(named, error);
  }
}

async function reasonAgainstForm(named: Named): Promise<ComponentError | undefined> {
  const { id, groupId, directory } = named;
  const forms = await directory.forms();
  const form = forms.find((one) => one.id === id);
  if (!form) return await unknownForm(named, forms, forms.length === 0 ? await optInFlows(directory) : []);
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
  if (!flow) return await unknownForm(named, await optInFlows(directory));
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

/** The form or flow of the step, and the group that new receivers are created in. */
export interface Named {
  id: string;
  groupId: string;
  directory: AccountDirectory;
}

/**
 * @param existing the forms or flows of the account
 * @param flows if the account has no forms
 */
async function unknownForm(
  named: Named,
  existing: readonly Form[],
  flows: readonly Flow[] = [],
): Promise<ConfigurationError> {
  const kind = kindOf(named.id);
  const hint =
    existing.length > 0 || kind === 'flow'
      ? ''
      : ` If the account has flows instead of forms, give the id of a flow, a UUID.${await usableFlows(named, flows)}`;
  return new ConfigurationError(
    `There is no ${kind} with the id ${shownId(named.id)} (field "doiFormId") in CleverReach. ` +
      `No receiver was created, because its double-opt-in mail would never arrive. ${await listUsable(named, kind, existing)}${hint}`,
  );
}

/** The forms or flows of the target group; all of them if CleverReach does not return their groups. */
async function listUsable({ groupId, directory }: Named, kind: Kind, existing: readonly Form[]): Promise<string> {
  if (existing.every((one) => one.groupId === undefined)) return listedForms(existing, `${kind}s`);
  const own = existing.filter((one) => one.groupId === groupId);
  return ofGroup(kind, own, inWords(await groupWithName(groupId, directory)));
}

/** @param flows of the account, as far as it lists them */
async function usableFlows(named: Named, flows: readonly Flow[]): Promise<string> {
  return flows.length === 0 ? '' : ` ${await listUsable(named, 'flow', flows)}`;
}

const OF_ANOTHER_GROUP = 'No receiver was created, because the mail would be for another group.';

/** @param usable the forms or flows of the target group */
async function foreign(
  { id, groupId, directory }: Named,
  itsGroupId: string,
  usable: readonly Form[],
): Promise<ConfigurationError> {
  const [its, ours] = await Promise.all([groupWithName(itsGroupId, directory), groupWithName(groupId, directory)]);
  return new ConfigurationError(
    `The ${mailSource(id)} (field "doiFormId") belongs to ${inWords(its)}, not to ${inWords(ours)}, the target group. ` +
      `${OF_ANOTHER_GROUP} ${ofGroup(kindOf(id), usable)}`,
  );
}

/** @param own the forms of the target group */
async function unlisted({ id, groupId, directory }: Named, own: readonly Form[]): Promise<ConfigurationError> {
  return new ConfigurationError(
    `The ${mailSource(id)} (field "doiFormId") does not belong to ${inWords(await groupWithName(groupId, directory))}, ` +
      `the target group. ${OF_ANOTHER_GROUP} ${ofGroup(kindOf(id), own)}`,
  );
}

/** @param usable the flows of the target group */
function optsOut({ id }: Named, usable: readonly Form[]): ConfigurationError {
  return new ConfigurationError(
    `The ${mailSource(id)} (field "doiFormId") is a flow for unsubscribing, so its mail is not a double-opt-in mail. ` +
      `No receiver was created. ${ofGroup(kindOf(id), usable)}`,
  );
}

function withoutGroup({ id, groupId }: Named): ConfigurationError {
  return new ConfigurationError(
    `CleverReach does not return the group of ${mailSource(id)} (field "doiFormId"), so the component cannot check whether it belongs to ` +
      `group ${shownId(groupId)}. No receiver was created. Set the group in the flow in CleverReach, or choose another flow.`,
  );
}

/** @param cause CleverReach has no list of forms */
async function missingForms(named: Named, cause: ComponentError): Promise<ConfigurationError> {
  const flows = await usableFlows(named, await optInFlows(named.directory));
  return new ConfigurationError(
    `CleverReach has no forms for this account, probably because the account has flows instead, so the component cannot use ${mailSource(named.id)} (field "doiFormId"). ` +
      `No receiver was created. Give the id of a flow, a UUID, or leave "doiFormId" empty and send the mail yourself.${flows} ${causeOf(cause)}`,
  );
}

function unreadableForms({ id, groupId }: Named, cause: ComponentError): ComponentError {
  const [what, scopes] = isFlowId(id) ? ['flows', 'scopes for forms and flows'] : ['forms', 'scope for forms'];
  const text =
    `CleverReach does not let this app read the ${what}, so the component cannot check whether ${mailSource(id)} (field "doiFormId") belongs to ` +
    `group ${shownId(groupId)}. No receiver was created. Tick the ${scopes} in the OAuth app and connect the account again, or leave ` +
    `"doiFormId" empty and send the mail yourself. ${causeOf(cause)}`;
  return cause instanceof AuthorisationError
    ? new AuthorisationError(text, cause.status)
    : new ConfigurationError(text);
}

type Kind = 'form' | 'flow';

const kindOf = (id: string): Kind => (isFlowId(id) ? 'flow' : 'form');

function ofGroup(kind: Kind, forms: readonly Form[], group = 'this group'): string {
  return forms.length === 0
    ? `${group.charAt(0).toUpperCase()}${group.slice(1)} has no ${kind}: create one in CleverReach.`
    : `The ${kind}s of ${group}: ${namesAndIds(forms)}.`;
}

function inWords({ id, name }: { id: string; name?: string }): string {
  return name === undefined ? `group ${shownId(id)}` : `group "${name}" (${shownId(id)})`;
}
