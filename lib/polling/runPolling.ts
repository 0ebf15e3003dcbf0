/**
 * The shared part of both triggers: from a tick to the last snapshot. The triggers differ only in the groups that they
 * read.
 */

import { openAccount } from '../account';
import { compareIds } from '../cleverreach/groups';
import type { Group } from '../cleverreach/types';
import { systemClock } from '../utils/clock';
import type { PollingFields } from '../config/stepConfig';
import { shownId } from '../utils/ids';
import { selectMapping } from '../mapping/selectMapping';
import type { Invocation } from '../platform/runtimeContext';
import { openStep } from '../platform/step';
import { storedSnapshot } from '../platform/snapshotService';
import { deletionEmitter, receiverEmitter } from './emitReceiver';
import { ALL_GROUPS } from './state/knownGroups';
import { poll } from './poll';
import { checkSnapshotCapacity } from './state/snapshotCapacity';
import { isSampleWanted, sendSample } from './sample';
import { firstPageBy } from './timeBudget';
import { parseSnapshot, stateFor, UNLISTED_BYTES } from './state/snapshot';
import { readClocks } from './changes/serverTime';
import { detailFor, detectionOf } from './changes/sweep';

/** How long one request may wait for CleverReach, retries included; a tick has time. */
const BUDGET_SECONDS = 300;
/** The whole of a sample has a minute. */
const SAMPLE_BUDGET_SECONDS = 10;

/** Which of the account's groups to read, and the name under which the snapshot remembers them. */
type Choose = (groups: readonly Group[]) => { scope: string; groups: readonly Group[] };

export async function runPolling(invocation: Invocation, fields: PollingFields, choose: Choose): Promise<void> {
  await (isSampleWanted(process.env) ? runSample : runPoll)(invocation, fields, choose);
}

async function runSample(invocation: Invocation, fields: PollingFields, choose: Choose): Promise<void> {
  const step = openStep(invocation);
  const deliver = receiverEmitter(step, selectMapping(fields, 'receiver-to-person'), false);
  const { api } = openAccount(invocation, SAMPLE_BUDGET_SECONDS);
  const { groups } = choose(await api.groups());
  const detail = detailFor(fields.changeDetection);
  await sendSample(byId(groups), detail, { api, clock: systemClock, logger: step.logger, deliver });
}

async function runPoll(invocation: Invocation, fields: PollingFields, choose: Choose): Promise<void> {
  const step = openStep(invocation);
  const { logger } = step;
  const map = selectMapping(fields, 'receiver-to-person');
  const stored = parseSnapshot(await storedSnapshot(invocation));
  if (fields.nodeSettings.autoSaveSnapshots) logger.warn(AUTO_SAVE_WARNING);

  const account = openAccount(
    invocation,
    BUDGET_SECONDS,
    process.env,
    firstPageBy(systemClock.elapsed(), fields.maxRunMinutes),
  );
  const { groups: all, serverTime } = await account.api.groupList();
  const clocks = readClocks(serverTime, systemClock);
  const { scope, groups } = choose(all);
  const state = stateFor(stored, scope, fields.startTime);
  if (stored?.scope !== undefined && stored.scope !== scope) {
    logger.warn(`The snapshot speaks of ${scopeName(stored.scope)}; ${scopeName(scope)} is read from the beginning.`);
  }
  if (detectionOf(state, fields.changeDetection) === 'content')
    await checkSnapshotCapacity({ api: account.api, logger }, groups, step.kind);
  await poll(
    state,
    { ...fields, groups: byId(groups), clocks, unlistedBytes: UNLISTED_BYTES[step.kind] },
    {
      api: account.api,
      requests: account.requests,
      clock: systemClock,
      logger,
      deliver: receiverEmitter(step, map, fields.nodeSettings.storeRawRecord),
      deliverDeletion: deletionEmitter(step, systemClock),
      save: (snapshot) => step.emitSnapshot(snapshot),
    },
  );
}

const byId = (groups: readonly Group[]): Group[] => groups.toSorted((a, b) => compareIds(a.id, b.id));

const scopeName = (scope: string): string => (scope === ALL_GROUPS ? 'all groups' : `group ${shownId(scope)}`);

const AUTO_SAVE_WARNING =
  'nodeSettings.autoSaveSnapshots is on: OIH then stores every message as a snapshot beside the real one. Switch it off for this step.';
