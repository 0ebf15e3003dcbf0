/** The form whose double-opt-in mail new receivers get: looked at before anybody is created who would wait for it in vain. */

import type { AccountDirectory } from '../cleverreach/directory';
import { listedForms } from '../cleverreach/groups';
import type { Form } from '../cleverreach/types';
import { ConfigurationError } from '../errors';
import { invitationOf } from './consent';
import { unlessRefused } from './failure';
import type { WriteSettings } from './settings';
import type { Planned } from './write';

/**
 * The same plans, but nobody is created for a mail of a form that CleverReach does not have. A temporary failure is thrown;
 * where CleverReach tells no forms (a missing scope, or forms of a newer kind only), nothing is known and all plans stay.
 */
export async function withKnownForm(
  planned: readonly Planned[],
  settings: WriteSettings,
  directory: AccountDirectory,
): Promise<readonly Planned[]> {
  const isInvited = ({ candidate, plan }: Planned): boolean =>
    plan.kind === 'createUnconfirmed' && invitationOf(candidate, settings) !== undefined;
  if (settings.doiFormId === undefined || !planned.some(isInvited)) return planned;
  const forms = await unlessRefused<readonly Form[]>(directory.forms(), []);
  if (forms.length === 0 || forms.some(({ id }) => id === settings.doiFormId)) return planned;
  const error = new ConfigurationError(
    `There is no form with the id ${settings.doiFormId} (field "doiFormId") in CleverReach, so nobody was created who would ` +
      `wait for its mail. ${listedForms(forms)}`,
  );
  return planned.map((one) => (isInvited(one) ? { ...one, plan: { kind: 'refuse', error } } : one));
}
