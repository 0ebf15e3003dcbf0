/**
 * Trigger `getReceiversByGroupIdPolling`: at every tick, the receivers of one group that are new or changed since the last
 * poll, one message each. The group is the one with the id `groupId`, or else the one named `groupName`.
 *
 * Out: `{metadata: {recordUid}, data}`, where `data` is an OIH person, or the receiver with `skipTransformation`.
 */

import { groupById, groupByName } from '../cleverreach/groups';
import { parseGroupPollingFields } from '../config/stepConfig';
import { metaModelOfTrigger, type MetaModel } from '../metadata/metaModel';
import { runPolling } from '../polling/runPolling';
import type { RuntimeContext } from '../platform/runtimeContext';

export { getGroups } from '../metadata/selectModels';

export async function process(
  this: RuntimeContext,
  message: unknown,
  cfg: unknown,
  snapshot?: unknown,
  _headers?: unknown,
  tokenData?: unknown,
): Promise<void> {
  const { groupId, groupName = '', ...fields } = parseGroupPollingFields(cfg);
  await runPolling({ context: this, message, cfg, snapshot, tokenData }, fields, (groups) => {
    const group = groupId === undefined ? groupByName(groups, groupName) : groupById(groups, groupId);
    return { scope: group.id, groups: [group] };
  });
}

export async function getMetaModel(this: RuntimeContext, cfg: unknown): Promise<MetaModel> {
  return await metaModelOfTrigger(this, cfg, true);
}
