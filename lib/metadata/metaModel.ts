/**
 * The metadata that elastic.io requests while a flow is built: the schemas of the messages of a step, with the
 * attributes of its account.
 */

import { groupById, groupByName } from '../cleverreach/groups';
import type { CleverReachApi } from '../cleverreach/types';
import { parseShapeFields, type ShapeFields } from '../config/stepConfig';
import { AuthorisationError } from '../utils/errors';
import type { RuntimeContext } from '../platform/runtimeContext';
import { loggerOf } from '../platform/step';
import { designTimeAccount } from './designTimeAccount';
import { actionSchemas, recordKind, triggerSchemas } from './messageSchemas';
import type { KnownAttributes } from './receiverSchemas';
import { toElasticioSchema, type ElasticioSchema, type Schema } from './jsonSchema';
import { withTitles } from './titles';

export interface MetaModel {
  /** Empty for a trigger. */
  in: ElasticioSchema;
  out: ElasticioSchema;
}

/**
 * The metadata of a trigger. The account is only read if the messages are raw receivers.
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
  return { in: {}, out: toForm(triggerSchemas(fields, known).out) };
}

/** The metadata of the action, whose result is always a receiver. */
export async function metaModelOfAction(context: RuntimeContext, cfg: unknown): Promise<MetaModel> {
  const fields = parseShapeFields(cfg);
  const { in: taken = {}, out } = actionSchemas(fields, await knownAttributes(context, cfg, fields));
  return { in: toForm(taken), out: toForm(out) };
}

const toForm = (schema: Schema): ElasticioSchema => toElasticioSchema(withTitles(schema));

type GroupFields = Partial<Pick<ShapeFields, 'groupId' | 'groupName'>>;

async function knownAttributes(context: RuntimeContext, cfg: unknown, fields: GroupFields): Promise<KnownAttributes> {
  const api = designTimeAccount(context, cfg);
  const groupId = await groupOf(api, fields);
  try {
    const account = await api.attributes();
    return groupId === undefined ? { account } : { account, group: await api.groupAttributes(groupId) };
  } catch (error) {
    if (!(error instanceof AuthorisationError)) throw error;
    // invalid credentials fail here too
    await api.whoami();
    loggerOf({ context, cfg }).warn(
      `The attributes are not listed, because the OAuth app may not read them: ${error.message}`,
    );
    return {};
  }
}

/** Undefined if no group is selected. Throws like `groupById` and `groupByName`. */
async function groupOf(
  api: Pick<CleverReachApi, 'groups'>,
  { groupId, groupName }: GroupFields,
): Promise<string | undefined> {
  if (groupId !== undefined) return groupById(await api.groups(), groupId).id;
  return groupName === undefined ? undefined : groupByName(await api.groups(), groupName).id;
}
