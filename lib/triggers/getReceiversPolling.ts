/**
 * Trigger `getReceiversPolling`: at every tick, the receivers of all groups that are new or changed since the last poll,
 * one message each. A person in two groups is two messages, since the attributes of the groups differ.
 *
 * Out: `{metadata: {recordUid}, data}`, where `data` is an OIH person, or the receiver with `skipTransformation`.
 */

import { parsePollingFields } from '../utils/config/config';
import { metaModelOfTrigger, type MetaModel } from '../utils/designing/metaModel';
import { ALL_GROUPS } from '../utils/reading/knownGroups';
import { runPolling } from '../utils/reading/trigger';
import type { RuntimeContext } from '../utils/runtime/context';

export async function process(
  this: RuntimeContext,
  message: unknown,
  cfg: unknown,
  snapshot?: unknown,
  _headers?: unknown,
  tokenData?: unknown,
): Promise<void> {
  const fields = parsePollingFields(cfg);
  await runPolling({ context: this, message, cfg, snapshot, tokenData }, fields, (groups) => ({
    scope: ALL_GROUPS,
    groups,
  }));
}

export async function getMetaModel(this: RuntimeContext, cfg: unknown): Promise<MetaModel> {
  return await metaModelOfTrigger(this, cfg, false);
}
