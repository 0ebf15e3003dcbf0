/** Writes the records of one group: what may be written, who is meant, what is to be done, and that it is done. */

import { NotFoundError } from '../utils/errors';
import { shownId } from '../utils/ids';
import { announce } from './output/dryRun';
import { typesOf, type Types } from './plan/attributeFilter';
import { withStoredSpelling } from './resolve/joinedReceiver';
import { oneForEach, readExisting } from './resolve/matchExisting';
import type { Candidate } from './plan/candidate';
import { isNotTold, typedError } from './recordError';
import { warnOfForeignIds } from './execute/foreignIds';
import { withKnownForm } from './execute/checkDoiForm';
import { reportLosses } from './output/droppedValues';
import { takenAddress } from './execute/changeAddress';
import type { Plan } from './plan/plan';
import { prepare, type Place, type Planned } from './plan/preparePlan';
import type { Results, WriteResult } from './output/writeResult';
import type { WriteIo } from './plan/writeIo';
import type { WriteSettings } from './upsertSettings';
import { groupWithName, missingGroup } from './resolve/targetGroup';
import { carryOut } from './execute/executePlans';

/** Records about the same receiver are written in turn: each finds what the one before it has left. A dry run leaves nothing. */
export async function writeGroup(
  groupId: string,
  candidates: readonly Candidate[],
  settings: WriteSettings,
  io: WriteIo,
): Promise<Results> {
  const results: Results = new Map();
  let pending = candidates;
  try {
    const { types, untold } = await readTypes(groupId, io);
    const place: Place = { groupId, types, settings, io };
    while (pending.length > 0) {
      const meant = await readExisting(io.api, groupId, pending);
      // a token that is refused for everything stops everything
      if (untold !== undefined && io.directory.isNews(untold)) io.logger.warn(untold);
      const { now, later } = settings.dryRun ? { now: meant, later: [] } : oneForEach(meant);
      const plans = now.map(({ candidate, stored }) => prepare(candidate, stored, place));
      reportLosses(plans, place);
      const spelt = await withStoredSpelling(plans, place);
      const planned = await withKnownForm(spelt, groupId, settings, io.directory);
      const outcomes = settings.dryRun ? await announceAll(planned, place) : await carryOut(planned, place);
      for (const [position, outcome] of outcomes) results.set(position, outcome);
      pending = later;
    }
  } catch (thrown) {
    const error = typedError(thrown);
    for (const { position } of pending) results.set(position, { kind: 'failed', error });
  }
  await warnOfForeignIds(candidates, results, groupId, io);
  for (const [position, result] of results) results.set(position, await withNames(result, groupId, io));
  return results;
}

async function announceAll(planned: readonly Planned[], place: Place): Promise<Results> {
  const { groupId, settings, io } = place;
  const group = await groupWithName(groupId, io.directory);
  const results: Results = new Map();
  for (const { candidate, plan } of planned) {
    const foreseen = await withFreeAddress(plan, candidate, place);
    results.set(candidate.position, announce(foreseen, candidate, group, settings));
  }
  return results;
}

/** A real run looks right before the change. */
async function withFreeAddress(plan: Plan, candidate: Candidate, place: Place): Promise<Plan> {
  if (plan.kind !== 'move') return plan;
  const error = await takenAddress(plan, candidate, place).catch(typedError);
  return error ? { kind: 'refuse', error } : plan;
}

/** Without types, and with what to say about it, where CleverReach does not tell the definitions. Any other failure is thrown. */
async function readTypes(groupId: string, { directory }: WriteIo): Promise<{ types: Types; untold?: string }> {
  try {
    return { types: typesOf(await directory.definitions(groupId)) };
  } catch (error) {
    if (!isNotTold(error)) throw error;
    return {
      types: undefined,
      untold: `The fields of group ${shownId(groupId)} are unknown, so everything is sent, defined or not. ${error.message}`,
    };
  }
}

/** "Not found" is hard to act upon; if it is the group that is missing, say which ones there are. */
async function withNames(result: WriteResult, groupId: string, { directory }: WriteIo): Promise<WriteResult> {
  if (result.kind !== 'failed' || !(result.error instanceof NotFoundError)) return result;
  return { kind: 'failed', error: await missingGroup(result.error, groupId, directory) };
}
