/**
 * Trigger `getReceiversPolling`: at every tick, the receivers of all groups that are new or changed since the last poll,
 * one message each. A person in two groups is two messages, since the attributes of the groups differ.
 *
 * Out: `{metadata: {recordUid}, data}`, where `data` is an OIH person, or the receiver with `skipTransformation`.
 */

import { parsePollingFields } from '../config/stepConfig';
import { metaModelOfTrigger, type MetaModel } from '../metadata/metaModel';
import { ALL_GROUPS } from '../polling/state/knownGroups';
import { runPolling } from '../polling/runPolling';
import type { RuntimeContext } from '../platform/runtimeContext';

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
