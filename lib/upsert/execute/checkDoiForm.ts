/** Validates the double-opt-in form before any receiver is created for it. */

import type { AccountDirectory } from '../../cleverreach/accountCache';
import { listedForms, namesAndIds } from '../../cleverreach/groups';
import type { Form } from '../../cleverreach/types';
import { AuthorisationError, ConfigurationError, type ComponentError } from '../../utils/errors';
import { shownId } from '../../utils/ids';
import { invitationOf } from '../plan/consent';
import { causeOf, typedError } from '../recordError';
import type { Planned } from '../plan/preparePlan';
import type { GroupContext } from '../plan/writeContext';
import { groupWithName } from '../resolve/targetGroup';

/**
 * Returns the plans, and rejects each create with a double-opt-in mail unless the form belongs to the group. The mail
 * of a missing form would never arrive, and the form of another group would ask for a different consent. If CleverReach
 * rejects the request for the forms, these creates are rejected too. A temporary failure is thrown.
 */
export async function checkDoiForm(
  planned: readonly Planned[],
  { groupId, settings, directory }: Pick<GroupContext, 'groupId' | 'settings' | 'directory'>,
): Promise<readonly Planned[]> {
  const isInvited = ({ candidate, plan }: Planned): boolean =>
    plan.kind === 'createUnconfirmed' && invitationOf(candidate, settings) !== undefined;
  if (settings.doiFormId === undefined || !planned.some(isInvited)) return planned;
  const error = await reasonAgainst(settings.doiFormId, groupId, directory);
  if (error === undefined) return planned;
  return planned.map((one) => (isInvited(one) ? { ...one, plan: { kind: 'refuse', error } } : one));
}

async function reasonAgainst(
  formId: string,
  groupId: string,
  directory: AccountDirectory,
): Promise<ComponentError | undefined> {
  try {
    const forms = await directory.forms();
    const form = forms.find(({ id }) => id === formId);
    if (!form) return noForm(formId, forms);
    if (form.groupId === groupId) return undefined;
    if (form.groupId !== undefined) return await foreignForm(form.groupId, formId, groupId, forms, directory);
    const own = await directory.groupForms(groupId);
    const isOwn = own.some((one) => one.id === formId && (one.groupId ?? groupId) === groupId);
    return isOwn ? undefined : await unlistedForm(formId, groupId, own, directory);
  } catch (thrown) {
    const error = typedError(thrown);
    if (error.temporary) throw error;
    return unknownForm(formId, groupId, error);
  }
}

function noForm(formId: string, forms: readonly Form[]): ConfigurationError {
  return new ConfigurationError(
    `There is no form with the id ${shownId(formId)} (field "doiFormId") in CleverReach. ` +
      `No receiver was created, because its double-opt-in mail would never arrive. ${listedForms(forms)}`,
  );
}

const OF_ANOTHER_GROUP = 'No receiver was created, because the mail would be for another group.';

async function foreignForm(
  itsGroupId: string,
  formId: string,
  groupId: string,
  forms: readonly Form[],
  directory: AccountDirectory,
): Promise<ConfigurationError> {
  const [its, ours] = await Promise.all([groupWithName(itsGroupId, directory), groupWithName(groupId, directory)]);
  const usable = forms.filter((one) => one.groupId === groupId || one.groupId === undefined);
  return new ConfigurationError(
    `The form ${shownId(formId)} (field "doiFormId") belongs to ${inWords(its)}, not to ${inWords(ours)}, the target group. ` +
      `${OF_ANOTHER_GROUP} ${formsOfGroup(usable)}`,
  );
}

async function unlistedForm(
  formId: string,
  groupId: string,
  own: readonly Form[],
  directory: AccountDirectory,
): Promise<ConfigurationError> {
  return new ConfigurationError(
    `The form ${shownId(formId)} (field "doiFormId") does not belong to ${inWords(await groupWithName(groupId, directory))}, ` +
      `the target group. ${OF_ANOTHER_GROUP} ${formsOfGroup(own)}`,
  );
}

function formsOfGroup(forms: readonly Form[]): string {
  return forms.length === 0
    ? 'This group has no form: create one in CleverReach.'
    : `The forms of this group: ${namesAndIds(forms)}.`;
}

function unknownForm(formId: string, groupId: string, cause: ComponentError): ComponentError {
  const text =
    `CleverReach does not let this app read the forms, so the component cannot check whether form ${shownId(formId)} (field "doiFormId") belongs to ` +
    `group ${shownId(groupId)}. No receiver was created. Tick the scope for forms in the OAuth app and connect the account again, or leave ` +
    `"doiFormId" empty and send the mail yourself. ${causeOf(cause)}`;
  return cause instanceof AuthorisationError
    ? new AuthorisationError(text, cause.status)
    : new ConfigurationError(text);
}

function inWords({ id, name }: { id: string; name?: string }): string {
  return name === undefined ? `group ${shownId(id)}` : `group "${name}" (${shownId(id)})`;
}
