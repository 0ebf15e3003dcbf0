/**
 * Trigger `getReceiversPolling`: on every tick, emits one message for each receiver of any group that is new or changed
 * since the last poll. A receiver in two groups results in two messages, because each group has its own attributes.
 *
 * Out: `{metadata: {recordUid}, data}`, where `data` is an OIH person, or the receiver if `skipTransformation` is set.
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
