/** The form whose double-opt-in mail new receivers get: looked at before anybody is created who would wait for it in vain. */

import type { AccountDirectory } from '../cleverreach/directory';
import { listedForms, namesOf } from '../cleverreach/groups';
import type { Form } from '../cleverreach/types';
import { ConfigurationError } from '../errors';
import { invitationOf } from './consent';
import { unlessRefused } from './failure';
import type { WriteSettings } from './settings';
import type { Planned } from './prepare';
import { groupWithName } from './where';

/**
 * The same plans, but nobody is created for a mail of a form that CleverReach does not have, or that belongs to another group: its mail
 * would never come. A temporary failure is thrown; where CleverReach tells no forms (a missing scope, or forms of a newer kind only),
 * nothing is known and all plans stay, and so they do for a form that does not tell its group.
 */
export async function withKnownForm(
  planned: readonly Planned[],
  groupId: string,
  settings: WriteSettings,
  directory: AccountDirectory,
): Promise<readonly Planned[]> {
  const isInvited = ({ candidate, plan }: Planned): boolean =>
    plan.kind === 'createUnconfirmed' && invitationOf(candidate, settings) !== undefined;
  if (settings.doiFormId === undefined || !planned.some(isInvited)) return planned;
  const forms = await unlessRefused<readonly Form[]>(directory.forms(), []);
  if (forms.length === 0) return planned;
  const why = await reasonAgainst(settings.doiFormId, groupId, forms, directory);
  if (why === undefined) return planned;
  const error = new ConfigurationError(why);
  return planned.map((one) => (isInvited(one) ? { ...one, plan: { kind: 'refuse', error } } : one));
}

async function reasonAgainst(
  formId: string,
  groupId: string,
  forms: readonly Form[],
  directory: AccountDirectory,
): Promise<string | undefined> {
  const consequence = 'No receiver was created, as it would wait for a mail that never comes.';
  const form = forms.find(({ id }) => id === formId);
  if (!form) {
    return `There is no form with the id ${formId} (field "doiFormId") in CleverReach. ${consequence} ${listedForms(forms)}`;
  }
  if (form.groupId === undefined || form.groupId === groupId) return undefined;
  const [its, ours] = await Promise.all([groupWithName(form.groupId, directory), groupWithName(groupId, directory)]);
  const usable = forms.filter((one) => one.groupId === groupId || one.groupId === undefined);
  const choice =
    usable.length === 0
      ? 'This group has no form: create one in CleverReach.'
      : `The forms of this group: ${namesOf(usable)}.`;
  return (
    `The form ${formId} (field "doiFormId") belongs to ${inWords(its)}, not to ${inWords(ours)}, which is written to. ` +
    `${consequence} ${choice}`
  );
}

function inWords({ id, name }: { id: string; name?: string }): string {
  return name === undefined ? `group ${id}` : `group "${name}" (${id})`;
}
