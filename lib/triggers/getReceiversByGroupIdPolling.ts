/**
 * Trigger `getReceiversByGroupIdPolling`: on every tick, emits one message for each receiver of one group that is new
 * or changed since the last poll. The group is selected by `groupId`, or else by `groupName`.
 *
 * Out: `{metadata: {recordUid}, data}`, where `data` is an OIH person, or the receiver if `skipTransformation` is set.
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
