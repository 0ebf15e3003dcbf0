/** The errors of a double-opt-in form, or flow, that must not be used. Each one says that no receiver was created. */

import type { AccountDirectory } from '../../cleverreach/accountCache';
import { isFlowId, mailSource } from '../../cleverreach/activationMail';
import { listedForms, namesAndIds } from '../../cleverreach/groups';
import type { Form } from '../../cleverreach/types';
import { AuthorisationError, ConfigurationError, NotFoundError, type ComponentError } from '../../utils/errors';
import { shownId } from '../../utils/ids';
import { causeOf } from '../recordError';
import { groupWithName } from '../resolve/targetGroup';

/** The form or flow of the step, and the group that new receivers are created in. */
export interface Named {
  id: string;
  groupId: string;
  directory: AccountDirectory;
}

const FLOWS_INSTEAD = 'If the account has flows instead of forms, give the id of a flow, a UUID.';

/** @param existing the forms or flows of the account */
export function unknownForm({ id }: Named, existing: readonly Form[]): ConfigurationError {
  const isFlow = isFlowId(id);
  const hint = existing.length > 0 || isFlow ? '' : ` ${FLOWS_INSTEAD}`;
  return new ConfigurationError(
    `There is no ${isFlow ? 'flow' : 'form'} with the id ${shownId(id)} (field "doiFormId") in CleverReach. ` +
      `No receiver was created, because its double-opt-in mail would never arrive. ${listedForms(existing, isFlow ? 'flows' : 'forms')}${hint}`,
  );
}

const OF_ANOTHER_GROUP = 'No receiver was created, because the mail would be for another group.';

/** @param usable the forms or flows of the target group */
export async function foreign(
  { id, groupId, directory }: Named,
  itsGroupId: string,
  usable: readonly Form[],
): Promise<ConfigurationError> {
  const [its, ours] = await Promise.all([groupWithName(itsGroupId, directory), groupWithName(groupId, directory)]);
  return new ConfigurationError(
    `The ${mailSource(id)} (field "doiFormId") belongs to ${inWords(its)}, not to ${inWords(ours)}, the target group. ` +
      `${OF_ANOTHER_GROUP} ${ofGroup(id, usable)}`,
  );
}

/** @param own the forms of the target group */
export async function unlisted({ id, groupId, directory }: Named, own: readonly Form[]): Promise<ConfigurationError> {
  return new ConfigurationError(
    `The ${mailSource(id)} (field "doiFormId") does not belong to ${inWords(await groupWithName(groupId, directory))}, ` +
      `the target group. ${OF_ANOTHER_GROUP} ${ofGroup(id, own)}`,
  );
}

/** @param usable the flows of the target group */
export function optsOut({ id }: Named, usable: readonly Form[]): ConfigurationError {
  return new ConfigurationError(
    `The ${mailSource(id)} (field "doiFormId") is a flow for unsubscribing, so its mail is no double-opt-in mail. ` +
      `No receiver was created. ${ofGroup(id, usable)}`,
  );
}

export function withoutGroup({ id, groupId }: Named): ConfigurationError {
  return new ConfigurationError(
    `CleverReach does not return the group of ${mailSource(id)} (field "doiFormId"), so the component cannot check whether it belongs to ` +
      `group ${shownId(groupId)}. No receiver was created. Set the group in the flow in CleverReach, or choose another flow.`,
  );
}

export function unreadableForms({ id, groupId }: Named, cause: ComponentError): ComponentError {
  const isFlow = isFlowId(id);
  const [what, scopes] = isFlow ? ['flows', 'scopes for forms and flows'] : ['forms', 'scope for forms'];
  const hint = !isFlow && cause instanceof NotFoundError ? `${FLOWS_INSTEAD} ` : '';
  const text =
    `CleverReach does not let this app read the ${what}, so the component cannot check whether ${mailSource(id)} (field "doiFormId") belongs to ` +
    `group ${shownId(groupId)}. No receiver was created. Tick the ${scopes} in the OAuth app and connect the account again, or leave ` +
    `"doiFormId" empty and send the mail yourself. ${hint}${causeOf(cause)}`;
  return cause instanceof AuthorisationError
    ? new AuthorisationError(text, cause.status)
    : new ConfigurationError(text);
}

function ofGroup(id: string, forms: readonly Form[]): string {
  const kind = isFlowId(id) ? 'flow' : 'form';
  return forms.length === 0
    ? `This group has no ${kind}: create one in CleverReach.`
    : `The ${kind}s of this group: ${namesAndIds(forms)}.`;
}

function inWords({ id, name }: { id: string; name?: string }): string {
  return name === undefined ? `group ${shownId(id)}` : `group "${name}" (${shownId(id)})`;
}
