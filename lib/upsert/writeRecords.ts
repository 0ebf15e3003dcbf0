/**
 * Writes records to CleverReach:
 * 1. select the group (`targetGroup`) and validate the record (`leftGroup`, `candidate`, `row`, `optOut`, `consent`)
 * 2. match the receiver (`matchExisting`)
 * 3. filter the values and plan the change (`plan`, `attributeFilter`, `diff`)
 * 4. check what would be created (`storedAddress`, `checkDoiForm`)
 * 5. write all records of a group (`writeGroup`: `executePlans`, `deactivate`, `bulkUpsert`, `changeAddress`,
 * `createReceivers`, `createUnconfirmed`) and read them back (`readBack`), or describe the changes in a dry run
 * (`blockedAddress`, `dryRun`)
 *
 * Delete requests have a separate path (`deleteRequest`, `deleteReceiver`, `receiversToDelete`). The log contains a
 * report (`writeReport`) and warnings for manual review (`mismatchedIds`, `interruptedCreate`).
 */

import { ComponentError } from '../utils/errors';
import { runYielding } from '../utils/eventLoop';
import { CircuitBreaker } from './circuitBreaker';
import { isDeleteRequest } from './plan/deleteRequest';
import { deleteReceiver, dryRunDeleteReceiver } from './execute/deleteReceiver';
import { candidateOf, type Candidate } from './plan/candidate';
import { errorOfRecord, typedError } from './recordError';
import { writeGroup } from './writeGroup';
import { about, nameOf, type IncomingRecord } from './record';
import type { Results, WriteResult } from './output/writeResult';
import type { BatchContext, WriteContext } from './plan/writeContext';
import { reportRecords } from './output/writeReport';
import { optOutFrom } from './resolve/leftGroup';
import { targetGroups } from './resolve/targetGroup';

type Numbered = { record: IncomingRecord; position: number };

/**
 * Returns one result per record, in the same order. A record that cannot be written has a `failed` result and does not
 * affect the others. If several records are about the same receiver, the last one wins. A dry run writes nothing and
 * compares each record with the stored receiver. If CleverReach does not answer, the records that were not begun fail
 * (`circuitBreaker`). Rejects only for bugs in the component.
 */
export async function writeRecords(records: readonly IncomingRecord[], write: WriteContext): Promise<WriteResult[]> {
  const { settings, logger } = write;
  const breaker = new CircuitBreaker(write.clock);
  const context = { ...write, api: breaker.watch(write.api), directory: breaker.watch(write.directory), breaker };
  const results: Results = new Map();
  const add = (more: Results): void => {
    for (const [position, result] of more) results.set(position, result);
  };
  let together: Numbered[] = [];
  for (const [position, record] of records.entries()) {
    const isDelete = mayBeDeleteRequest(record);
    if (isDelete instanceof ComponentError) {
      results.set(position, { kind: 'failed', error: isDelete });
      continue;
    }
    if (!isDelete) {
      together.push({ record, position });
      continue;
    }
    // records before a deletion are written before it
    add(await writeTogether(together, context));
    together = [];
    results.set(position, await handleDeletion(record, position, context));
  }
  add(await writeTogether(together, context));
  const inOrder = records.map((_, position) => {
    const result = results.get(position);
    if (!result) throw new Error(`Record no. ${position + 1} has no result`);
    return result;
  });
  reportRecords(records, inOrder, settings.dryRun, logger);
  return inOrder.map((result, position) => named(result, records[position], position));
}

async function handleDeletion(record: IncomingRecord, position: number, context: BatchContext): Promise<WriteResult> {
  const { problem } = context.breaker;
  if (problem) return { kind: 'failed', error: problem };
  const handle = context.settings.dryRun ? dryRunDeleteReceiver : deleteReceiver;
  return await handle(record, position, context);
}

function mayBeDeleteRequest({ entry }: IncomingRecord): boolean | ComponentError {
  try {
    return isDeleteRequest(entry);
  } catch (error) {
    return typedError(error);
  }
}

/** Makes sure that the error names its record. */
function named(result: WriteResult, record: IncomingRecord | undefined, position: number): WriteResult {
  if (result.kind !== 'failed' || record === undefined) return result;
  return { ...result, error: about(nameOf(record, position), result.error) };
}

async function writeTogether(numbered: readonly Numbered[], context: BatchContext): Promise<Results> {
  const { settings, directory, breaker } = context;
  const results: Results = new Map();
  if (numbered.length === 0) return results;
  const { problem } = breaker;
  if (problem) return new Map(numbered.map(({ position }) => [position, { kind: 'failed', error: problem }]));
  const placed: { groupId: string; candidate: Candidate }[] = [];
  const targets = await targetGroups(
    numbered.map(({ record }) => record),
    settings,
    directory,
  );
  for (const [index, target] of targets.entries()) {
    const one = numbered[index];
    if (!one) throw new Error('there are more targets than records');
    if ('error' in target) {
      results.set(one.position, { kind: 'failed', error: target.error });
      continue;
    }
    const { groupId } = target;
    try {
      const optOut = await optOutFrom(groupId, one.record, settings, directory);
      placed.push({ groupId, candidate: await runYielding(() => candidateOf(one, optOut, settings)) });
    } catch (error) {
      results.set(one.position, { groupId, kind: 'failed', error: errorOfRecord(error) });
    }
  }
  for (const [groupId, candidates] of inRounds(placed)) {
    for (const [position, outcome] of await writeGroup(groupId, candidates, context)) {
      results.set(position, { groupId, ...outcome });
    }
  }
  return results;
}

/**
 * Yields the candidates group by group. A receiver has values that all groups share, such as the address, and these must
 * be written in the order of the records. So if a receiver appears again in another group, a new round begins for all
 * groups.
 */
function* inRounds(placed: readonly { groupId: string; candidate: Candidate }[]): Generator<[string, Candidate[]]> {
  const byGroup = new Map<string, Candidate[]>();
  const groupOf = new Map<string, string>();
  for (const { groupId, candidate } of placed) {
    const { ownId: id, row } = candidate;
    const keys = [id === undefined ? [] : `id ${id}`, row.email ?? []].flat();
    if (keys.some((key) => (groupOf.get(key) ?? groupId) !== groupId)) {
      yield* byGroup;
      byGroup.clear();
      groupOf.clear();
    }
    for (const key of keys) groupOf.set(key, groupId);
    byGroup.set(groupId, [...(byGroup.get(groupId) ?? []), candidate]);
  }
  yield* byGroup;
}
