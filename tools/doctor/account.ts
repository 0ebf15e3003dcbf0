/** Checks of a step that ask its account, without polling and without writing. */

import { reasonAgainst } from '../../lib/upsert/execute/checkDoiForm';
import { detail, type Group } from '../../lib/cleverreach/types';
import { AuthorisationError, ConfigurationError, isTemporary, messageOf } from '../../lib/utils/errors';
import { shownId } from '../../lib/utils/ids';
import { ACTION, groupOf, pollingFields, upsertFields, type ExaminedStep } from './step';
import { adviceOnUnreachable, isUnreachable } from '../lib/unreachable';
import { failed, ok, problem, warning, type Verdict } from './verdict';

const named = ({ id, name }: Group): string => `"${name}" (${shownId(id)})`;

/** @throws the typed error that lists the groups that exist */
export async function checkGroup({ step, directory }: ExaminedStep): Promise<Verdict> {
  const group = await groupOf(step, directory);
  if (group !== undefined) return ok(named(group));
  const count = (await directory.groups()).length;
  const groups = `${count} ${count === 1 ? 'group' : 'groups'}`;
  if (count === 0) return problem('The account has no group.', 'Create a group in CleverReach.');
  if (step.function === ACTION) return ok(`The categories of a record select one of ${groups}.`);
  return ok(`All groups: ${groups}.`);
}

/** Reads one receiver of the group, or of the first one. */
export async function checkReceivers({ step, api, directory }: ExaminedStep): Promise<Verdict> {
  const group = (await groupOf(step, directory)) ?? (await directory.groups())[0];
  if (group === undefined) return ok('No group to read from.');
  await api.receivers(group.id, { page: 0, pageSize: 1, detail: detail.tags });
  return ok('Receivers can be read. Write access is not checked.');
}

/** Whether the form or flow of the double-opt-in mail exists and belongs to the group. */
export async function checkForm({ step, directory }: ExaminedStep): Promise<Verdict> {
  const { doiFormId, newReceivers } = upsertFields(step);
  if (doiFormId === undefined) {
    if (newReceivers !== 'unconfirmed') return ok('No double-opt-in mail.');
    return warning(
      'New receivers are unconfirmed and get no mail, because "doiFormId" is empty.',
      'Enter a form or flow, unless another system sends the mail.',
    );
  }
  const group = await groupOf(step, directory);
  if (group === undefined)
    return warning(
      `The categories of a record select the group, so it is unknown whether ${shownId(doiFormId)} belongs to it.`,
      'Set "groupId" or "groupName".',
    );
  const error = await reasonAgainst({ id: doiFormId, groupId: group.id, directory });
  return error === undefined
    ? ok(`${shownId(doiFormId)} belongs to the group.`)
    : failed(error, 'Select a form or flow of the group in "doiFormId".');
}

/** No timestamp is later: a filter that applies its rules returns no receiver. In Unix seconds. */
const FUTURE = 4_000_000_000;
const QUICK_POLL_FIELDS = ['registered', 'activated', 'deactivated', 'bounced'] as const;
const WITHOUT_FILTER =
  'The step works, but for a day every poll is a full read. Poll less often if that takes too many requests, and run "npm run probe".';

/** Whether the filter of quick polls answers, and applies its rules. */
export async function checkFilter({ step, api, directory }: ExaminedStep): Promise<Verdict> {
  if (pollingFields(step).fullReadMinutes === 0) return ok('Not used: "fullReadMinutes" is 0.');
  const group = await groupOf(step, directory);
  for (const field of QUICK_POLL_FIELDS) {
    try {
      const query = { field, after: FUTURE, page: 0, pageSize: 1 };
      const rows = await api.receiversChangedAfter(group === undefined ? [] : [group.id], query);
      if (rows.length > 0) return warning(`The filter ignores a rule on "${field}".`, WITHOUT_FILTER);
    } catch (error) {
      if (isTemporary(error)) throw error;
      return warning(`The filter does not work for "${field}": ${messageOf(error)}`, WITHOUT_FILTER);
    }
  }
  return ok('The filter answers.');
}

/** The account behind the credentials. */
export async function checkCredentials({ api }: Pick<ExaminedStep, 'api'>, advice: string): Promise<Verdict> {
  try {
    const { id } = await api.whoami();
    return ok(`Account ${shownId(id)}.`);
  } catch (error) {
    const verdict = failed(error, advice);
    if (error instanceof AuthorisationError) return { ...verdict, remedy: advice };
    // such as a client id with characters that are not allowed
    // such as a client id with characters that are not allowed
    if (error instanceof ConfigurationError) return { ...verdict, scope: 'all' };
    return isUnreachable(error) ? { ...verdict, remedy: adviceOnUnreachable(process.env) } : verdict;
  }
}
