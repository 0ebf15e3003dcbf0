/** What elastic.io asks while a flow is built: the messages that a step takes and sends, with the attributes of its account. */

import { groupById, groupByName } from '../cleverreach/groups';
import type { CleverReachApi } from '../cleverreach/types';
import { parseShapeFields, type ShapeFields } from '../config/stepConfig';
import { AuthorisationError } from '../utils/errors';
import { loggerOf, type RuntimeContext } from '../platform/runtimeContext';
import { accountOfForm } from './designTimeAccount';
import { actionSchemas, recordKind, triggerSchemas } from './messageSchemas';
import type { KnownAttributes } from './receiverSchemas';
import { forForms, type FormSchema } from './jsonSchema';

export interface MetaModel {
  /** Empty for a trigger. */
  in: FormSchema;
  out: FormSchema;
}

/**
 * Of a trigger. The account is asked only where the messages are receivers.
 * @param readsOneGroup whether the step has fields for a group
 */
export async function metaModelOfTrigger(
  context: RuntimeContext,
  cfg: unknown,
  readsOneGroup: boolean,
): Promise<MetaModel> {
  const fields = parseShapeFields(cfg);
  const group = readsOneGroup ? fields : {};
  const known = recordKind(fields) === 'receiver' ? await knownAttributes(context, cfg, group) : {};
  return { in: {}, out: forForms(triggerSchemas(fields, known).out) };
}

/** Of the action, whose answer is a receiver in any case. */
export async function metaModelOfAction(context: RuntimeContext, cfg: unknown): Promise<MetaModel> {
  const fields = parseShapeFields(cfg);
  const { in: taken = {}, out } = actionSchemas(fields, await knownAttributes(context, cfg, fields));
  return { in: forForms(taken), out: forForms(out) };
}

type GroupFields = Partial<Pick<ShapeFields, 'groupId' | 'groupName'>>;

async function knownAttributes(context: RuntimeContext, cfg: unknown, fields: GroupFields): Promise<KnownAttributes> {
  const api = accountOfForm(context, cfg);
  const groupId = await groupOf(api, fields);
  try {
    const account = await api.attributes();
    return groupId === undefined ? { account } : { account, group: await api.groupAttributes(groupId) };
  } catch (error) {
    if (!(error instanceof AuthorisationError)) throw error;
    // credentials that are bad altogether fail here too
    await api.whoami();
    loggerOf({ context, cfg }).warn(
      `The attributes are not listed, since the OAuth app may not read them: ${error.message}`,
    );
    return {};
  }
}

/** Undefined while no group is chosen. Throws as `groupById` and `groupByName` do. */
async function groupOf(
  api: Pick<CleverReachApi, 'groups'>,
  { groupId, groupName }: GroupFields,
): Promise<string | undefined> {
  if (groupId !== undefined) return groupById(await api.groups(), groupId).id;
  return groupName === undefined ? undefined : groupByName(await api.groups(), groupName).id;
}
