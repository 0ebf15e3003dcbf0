/** The forms and flows that can send a double-opt-in mail, for a drop-down. */

import { mayOptIn } from '../cleverreach/activationMail';
import { groupsByName } from '../cleverreach/groups';
import type { CleverReachApi, Form, Group } from '../cleverreach/types';
import { ComponentError } from '../utils/errors';

type Api = Pick<CleverReachApi, 'groups' | 'forms' | 'groupForms' | 'flows'>;

/**
 * Returns the forms and flows of a group, or of all groups if the id is blank and the name does not select a group. The
 * name of the group is appended to each name. If an account, or an OAuth app, has only one of the two kinds, only that
 * kind is returned.
 * @throws the error of the forms if CleverReach refuses both kinds; a temporary failure of any request
 */
export async function optInForms(
  api: Api,
  group: { id: string; name: string },
): Promise<readonly { id: string; name: string }[]> {
  const known = await unlessRefused<Group>(api.groups());
  const groups = known instanceof ComponentError ? [] : known;
  const groupId = group.id === '' ? idByName(groups, group.name) : group.id;
  const [forms, flows] = await Promise.all([
    unlessRefused<Form>(groupId === undefined ? api.forms() : api.groupForms(groupId)),
    unlessRefused(api.flows()),
  ]);
  if (forms instanceof ComponentError && flows instanceof ComponentError) throw forms;
  const all: Form[] = [
    // the list of a group need not repeat its id
    ...(forms instanceof ComponentError ? [] : forms.map((form) => ({ ...(groupId && { groupId }), ...form }))),
    ...(flows instanceof ComponentError ? [] : flows.filter(mayOptIn)),
  ];
  const names = new Map(groups.map(({ id, name }) => [id, name.trim()]));
  return all
    .filter((one) => groupId === undefined || one.groupId === groupId)
    .map(({ id, name, groupId: itsGroup = '' }) => {
      const groupName = names.get(itsGroup) ?? '';
      return { id, name: groupName === '' ? name.trim() : `${name.trim()} – ${groupName}` };
    });
}

/** Undefined if no group or more than one has the name. */
function idByName(groups: readonly Group[], name: string): string | undefined {
  const [match, ...others] = name === '' ? [] : groupsByName(groups)(name);
  return others.length === 0 ? match?.id : undefined;
}

async function unlessRefused<T>(asked: Promise<readonly T[]>): Promise<readonly T[] | ComponentError> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ComponentError && !error.temporary) return error;
    throw error;
  }
}
