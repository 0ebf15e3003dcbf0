/**
 * The shared part of both triggers: from a tick to the last snapshot. The triggers differ only in the groups that they
 * read.
 */

import { openAccount } from '../account';
import { compareIds } from '../cleverreach/groups';
import type { Group } from '../cleverreach/types';
import { systemClock } from '../utils/clock';
import { retiredFields } from '../config/retiredFields';
import type { PollingFields } from '../config/stepConfig';
import { selectMapping } from '../mapping/selectMapping';
import { isSampleRun, type Invocation } from '../platform/runtimeContext';
import { openStep } from '../platform/step';
import { storedSnapshot } from '../platform/snapshotService';
import { createEmitter } from './emitter';
import { ChangeFilter } from './changes/changeFilter';
import { startState } from './state/startState';
import { ALL_GROUPS, listedGroups, noGroupsText } from './state/knownGroups';
import { poll } from './poll';
import { sendSample } from './sample';
import { firstPageBy } from './timeBudget';
import { SNAPSHOT_ROOM, parseSnapshot } from './state/snapshot';

/** How long one request may wait for CleverReach, including retries. A poll has enough time. */
const BUDGET_SECONDS = 300;
/** The platform waits one minute for the whole sample. */
const SAMPLE_BUDGET_SECONDS = 10;

/** Which of the account's groups to read, and the name under which the snapshot remembers them. */
type Choose = (groups: readonly Group[]) => { scope: string; groups: readonly Group[] };

export async function runPolling(invocation: Invocation, fields: PollingFields, choose: Choose): Promise<void> {
  await (isSampleRun(process.env) ? runSample : runPoll)(invocation, fields, choose);
}

async function runSample(invocation: Invocation, fields: PollingFields, choose: Choose): Promise<void> {
  const step = openStep(invocation);
  const map = selectMapping(fields, 'receiver-to-person');
  const { api } = openAccount(invocation, { logger: step.logger, budgetSeconds: SAMPLE_BUDGET_SECONDS });
  const emitter = createEmitter(step, map, {
    clock: systemClock,
    behavior: fields.emitBehavior,
    storesRawRecords: false,
  });
  const { groups } = choose(await api.groups());
  await sendSample(byId(groups), { api, clock: systemClock, logger: step.logger, emitter });
}

async function runPoll(invocation: Invocation, fields: PollingFields, choose: Choose): Promise<void> {
  const step = openStep(invocation);
  const { logger } = step;
  const map = selectMapping(fields, 'receiver-to-person');
  const stored = parseSnapshot(await storedSnapshot(invocation));
  if (fields.nodeSettings.autoSaveSnapshots) logger.warn(AUTO_SAVE_WARNING);
  for (const warning of retiredFields(invocation.cfg)) logger.warn(warning);

  const endAt = firstPageBy(systemClock.elapsed(), fields.maxRunMinutes);
  const account = openAccount(invocation, { logger, budgetSeconds: BUDGET_SECONDS, endAt });
  const { groups: all, serverTime } = await listedGroups(account.api, stored?.groups);
  const noGroups = noGroupsText(all, stored?.groups);
  if (noGroups !== undefined) {
    logger.warn(noGroups);
    return;
  }
  const { scope, groups } = choose(all);
  const { emitBehavior, nodeSettings, startTime, changeTypes, tag } = fields;
  const now = serverTime ?? Math.floor(systemClock.now() / 1_000);
  const { state, warnings } = startState(stored, scope, now, startTime);
  for (const warning of warnings) logger.warn(warning);
  await poll(
    state,
    {
      ...fields,
      changeFilter: new ChangeFilter({ types: changeTypes, tag }),
      groups: byId(groups),
      hasSnapshot: stored !== undefined,
      now,
      room: SNAPSHOT_ROOM[step.kind],
    },
    {
      api: account.api,
      traffic: account.traffic,
      clock: systemClock,
      logger,
      emitter: createEmitter(step, map, {
        clock: systemClock,
        behavior: emitBehavior,
        storesRawRecords: nodeSettings.storeRawRecord,
        ...(scope !== ALL_GROUPS && { groupId: scope }),
      }),
      save: (snapshot) => step.emitSnapshot(snapshot),
    },
  );
}

const byId = (groups: readonly Group[]): Group[] => groups.toSorted((a, b) => compareIds(a.id, b.id));

const AUTO_SAVE_WARNING =
  'nodeSettings.autoSaveSnapshots is on, so OIH stores every message as a snapshot in addition to the real snapshot. Switch it off for this step.';
