/** Writes the records of one group: filters values, matches receivers, plans and executes. */

import { NotFoundError, type ComponentError } from '../utils/errors';
import { shownId } from '../utils/ids';
import { runYielding } from '../utils/eventLoop';
import type { AccountDirectory } from '../cleverreach/accountCache';
import { dryRunOf, MAP_OPT_OUT } from './output/dryRun';
import { typesOf, type Types } from './plan/attributeFilter';
import { oneRecordPerReceiver, matchExisting, type Match } from './resolve/matchExisting';
import type { Candidate } from './plan/candidate';
import { isRefusedOrMissing, typedError } from './recordError';
import { refuseBlocked } from './execute/blockedAddress';
import { warnOfMismatchedIds } from './execute/mismatchedIds';
import { checkDoiForm } from './execute/checkDoiForm';
import { reportDroppedValues } from './output/writeReport';
import { takenAddress } from './execute/changeAddress';
import { activeOf, type Plan, planRecord, type Planned } from './plan/plan';
import type { Results, WriteResult } from './output/writeResult';
import type { BatchContext, GroupContext } from './plan/writeContext';
import { listOfNames } from './redactName';
import { withStoredSpelling } from './resolve/storedAddress';
import { groupWithName, missingGroup } from './resolve/targetGroup';
import { executePlans } from './execute/executePlans';

/**
 * Writes records about the same receiver one after the other, so that each sees the result of the previous one. In a
 * dry run there is no previous result.
 */
export async function writeGroup(
  groupId: string,
  candidates: readonly Candidate[],
  write: BatchContext,
): Promise<Results> {
  const { settings, api, directory, logger, breaker } = write;
  const results: Results = new Map();
  let pending = candidates;
  let ignoredOptOuts = 0;
  const inactiveFields: string[] = [];
  try {
    breaker.check();
    const { types, problem } = await readTypes(groupId, directory);
    const context: GroupContext = { ...write, groupId, types };
    while (pending.length > 0) {
      breaker.check();
      const meant = await matchExisting(api, groupId, pending);
      // warn only now: a token without any permission fails above
      if (problem !== undefined && directory.isFirstOccurrence(problem)) logger.warn(problem);
      const { now, later } = settings.dryRun ? { now: meant, later: [] } : oneRecordPerReceiver(meant);
      const plans = await planRecords(now, context);
      reportDroppedValues(plans, context);
      ignoredOptOuts += plans.filter(isIgnoredOptOut).length;
      inactiveFields.push(...plans.flatMap(inactiveFieldOf));
      const spelt = await withStoredSpelling(plans, context);
      const planned = await checkDoiForm(spelt, context);
      const written = settings.dryRun ? await dryRunAll(planned, context) : await executePlans(planned, context);
      for (const [position, result] of written) results.set(position, result);
      pending = later;
    }
  } catch (thrown) {
    const error = typedError(thrown);
    for (const { position } of pending) results.set(position, { kind: 'failed', error });
  }
  if (ignoredOptOuts > 0 && !settings.dryRun) {
    logger.info(
      `Group ${shownId(groupId)}: ${ignoredOptOuts} of ${candidates.length} records have opted out, but their receivers stay active, because "optOuts" of the step is not set.`,
    );
  }
  if (inactiveFields.length > 0 && !settings.dryRun) {
    logger.info(
      `Group ${shownId(groupId)}: ${inactiveFields.length} of ${candidates.length} records count as not active (${listOfNames([...new Set(inactiveFields)])}), but not as opt-outs, so their receivers stay active. ${MAP_OPT_OUT}`,
    );
  }
  await warnOfMismatchedIds(candidates, results, groupId, write);
  for (const [position, result] of results) {
    if (!breaker.isOpen) results.set(position, await withNames(result, groupId, directory));
  }
  return results;
}

/** Whether a record has opted out although a receiver with its address stays active. */
function isIgnoredOptOut({ plan, candidate }: Planned): boolean {
  return candidate.optOut === 'here' && 'stored' in plan && plan.optsOut === undefined && activeOf(plan).length > 0;
}

/** The field by which a record is not active although its receiver stays active; at most one. */
function inactiveFieldOf({ plan, candidate: { inactiveField } }: Planned): string[] {
  return inactiveField !== undefined && 'stored' in plan && plan.stored.active ? [inactiveField] : [];
}

async function planRecords(meant: readonly Match[], context: GroupContext): Promise<ReturnType<typeof planRecord>[]> {
  const plans: ReturnType<typeof planRecord>[] = [];
  for (const match of meant) plans.push(await runYielding(() => planRecord(match, context)));
  return plans;
}

async function dryRunAll(planned: readonly Planned[], context: GroupContext): Promise<Results> {
  const { groupId, directory } = context;
  const group = await groupWithName(groupId, directory);
  const results: Results = new Map();
  for (const { candidate, plan } of await refuseBlocked(planned, context)) {
    const taken = plan.kind === 'move' ? await takenAddress(plan, candidate, context).catch(typedError) : undefined;
    const error = plan.kind === 'refuse' ? plan.error : taken;
    results.set(candidate.position, dryRunOf(...foreseen(plan, candidate, error), group, context));
  }
  return results;
}

/** @param error why the record cannot be written; an opt-out is carried out all the same */
function foreseen(plan: Plan, candidate: Candidate, error: ComponentError | undefined): [Plan, Candidate] {
  if (error === undefined) return [plan, candidate];
  if (!('stored' in plan) || plan.optsOut === undefined) return [{ kind: 'refuse', error }, candidate];
  const { stored, optsOut, others } = plan;
  return [
    { kind: 'same', stored, optsOut, ...(others && { others }) },
    {
      ...candidate,
      notices: [error.message.replace('nothing was written', 'nothing else would be written'), ...candidate.notices],
    },
  ];
}

/**
 * Returns no types and a warning if CleverReach rejects the request for the definitions. Any other failure is thrown.
 */
async function readTypes(groupId: string, directory: AccountDirectory): Promise<{ types: Types; problem?: string }> {
  try {
    return { types: typesOf(await directory.definitions(groupId)) };
  } catch (error) {
    if (!isRefusedOrMissing(error)) throw error;
    return {
      types: undefined,
      problem: `The attributes of group ${shownId(groupId)} could not be read, so values are sent even if no attribute is defined for them. Values that begin with a sign and a digit (such as +5) are not sent, because CleverReach would add them to a number. ${error.message}`,
    };
  }
}

/** If the group is missing, lists the groups that exist. */
async function withNames(result: WriteResult, groupId: string, directory: AccountDirectory): Promise<WriteResult> {
  if (result.kind !== 'failed' || !(result.error instanceof NotFoundError)) return result;
  return { kind: 'failed', error: await missingGroup(result.error, groupId, directory) };
}
