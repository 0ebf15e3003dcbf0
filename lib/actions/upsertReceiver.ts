/**
 * Action `upsertReceiver`: updates the receiver if it is in the group, and creates it otherwise. The group is selected by
 * `groupId`, or else by `groupName`, or else it is the group that is named like one of the record's categories.
 *
 * In: `{metadata?, data}`, where `data` is an OIH person, or a receiver if `skipTransformation` is set.
 * Out: `{metadata: {oihUid?, recordUid}, data}`, where `data` is the receiver as CleverReach now stores it. For a message
 * with `deleteRequested`, `data` is `{delete: 'confirmed' | 'denied' | 'failed', timestamp}`. For a rejected record, if
 * `onError` is `emit`, it is `{error: {type: 'record' | 'rejected', message, recordUid?}}`.
 */

import { metaModelOfAction, type MetaModel } from '../metadata/metaModel';
import type { RuntimeContext } from '../platform/runtimeContext';
import { runUpsert } from '../upsert/runUpsert';

export { getForms, getGroups } from '../metadata/selectModels';

export async function process(
  this: RuntimeContext,
  message: unknown,
  cfg: unknown,
  _snapshot?: unknown,
  headers?: unknown,
  tokenData?: unknown,
): Promise<void> {
  await runUpsert({ context: this, message, cfg, headers, tokenData });
}

export async function getMetaModel(this: RuntimeContext, cfg: unknown): Promise<MetaModel> {
  return await metaModelOfAction(this, cfg);
}
