/**
 * Writes records to CleverReach:
 * 1. select the group (`targetGroup`)
 * 2. filter the values (`row`, `attributeFilter`)
 * 3. match the receiver (`receiverId`, `matchExisting`, `receiverInAccount`)
 * 4. plan the change (`plan`, `diff`, `consent`, `optOut`, `checkDoiForm`)
 * 5. write all records of a group (`writeGroup`: `executePlans`, `deactivate`, `bulkUpsert`, `changeAddress`,
 * `createReceivers`, `createUnconfirmed`) and read them back (`readBack`), or describe the changes in a dry run
 * (`blockedAddress`, `dryRun`)
 *
 * Delete requests have a separate path (`deleteRequest`, `deleteReceiver`, `addressToDelete`). The log contains a
 * report (`writeReport`) and warnings for manual review (`foreignIds`, `interruptedCreate`).
 */

import { ComponentError } from '../utils/errors';
import { inTurn } from '../utils/turns';
import { CircuitBreaker } from './circuitBreaker';
import { stateOfNew } from './plan/consent';
import { isDeleteRequest, refuseMappedRequest } from './plan/deleteRequest';
import { optOutOf } from './plan/optOut';
import { announceDeleteReceiver, deleteReceiver } from './execute/deleteReceiver';
import type { Candidate } from './plan/candidate';
import { errorOfRecord, typedError } from './recordError';
import { writeGroup } from './writeGroup';
import { ownId } from './resolve/receiverId';
import { ignoredMembers, repeatedNames, unreadMembers } from './plan/ignoredMembers';
import { noAddress } from './plan/plan';
import { about, nameOf, type IncomingRecord } from './types';
import type { Results, WriteResult } from './output/writeResult';
import type { BatchContext, WriteContext } from './plan/writeContext';
import type { WriteSettings } from './writeSettings';
import { reportRecords } from './output/writeReport';
import { parseRow } from './plan/row';
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
    const isToGo = mayBeDeleteRequest(record);
    if (isToGo instanceof ComponentError) {
      results.set(position, { kind: 'failed', error: isToGo });
      continue;
    }
    if (!isToGo) {
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
  const handle = context.settings.dryRun ? announceDeleteReceiver : deleteReceiver;
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
      placed.push({ groupId, candidate: await inTurn(() => candidateOf(one, groupId, settings)) });
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
 * Yields the candidates group by group. Shared values, such as the address, must keep the order of the records. So when
 * a receiver appears again in another group, a new round begins for all groups.
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

function candidateOf({ record, position }: Numbered, groupId: string, settings: WriteSettings): Candidate {
  const name = nameOf(record, position);
  refuseMappedRequest(record.receiver);
  const row = parseRow(record.receiver, name);
  const id = ownId(record.metadata, settings);
  if (row.email === undefined && id === undefined) throw noAddress(name, adviceFor(record, settings));
  const { receiver, entry } = record;
  const unread = settings.defaultMapping ? unreadMembers(entry) : [];
  const optOut = optOutOf(record, groupId);
  const notices = [
    ...unread,
    ...ignoredMembers(receiver),
    ...repeatedNames(receiver),
    ...(settings.optOuts && optOut === 'elsewhere' ? [OTHER_GROUP] : []),
  ];
  return {
    ...{ position, name, row, notices },
    ...stateOfNew(record, settings),
    ...(optOut !== undefined && { optOut }),
    ...(id !== undefined && { ownId: id }),
  };
}

const OTHER_GROUP =
  'The record is an opt-out from another group ("subscription.group.id", or "group_id" of a receiver), so no receiver of this group is deactivated.';

/**
 * A trigger with "skipTransformation" emits receivers; without the same setting here, the message counts as a person.
 */
function adviceFor({ entry }: IncomingRecord, { defaultMapping }: WriteSettings): string {
  if (!defaultMapping) return ' The message, or the result of the customMapping, must have an "email".';
  if (typeof entry['email'] !== 'string') return '';
  return ' It looks like a receiver, not a person: set "skipTransformation" to true ("The message is already a receiver").';
}
