/**
 * The way of records into CleverReach: which group (`where`), what may be written (`row`, `attributes`), who is meant
 * (`identity`, `existing`), what is to be done (`plan`, `compare`, `consent`), the writing itself (`write`, `batch`,
 * `unconfirmed`), and what is stored then (`finish`). Requests to delete go their own way (`deletes`).
 */

import { AuthorisationError, NotFoundError, RejectedError } from '../errors';
import { fitRow, typesOf, type Types } from './attributes';
import { stateOfNew } from './consent';
import { deleteRecord, isDeleteRequest } from './deletes';
import { oneForEach, readExisting, type Candidate } from './existing';
import { typedError } from './failure';
import { ownId } from './identity';
import { noAddress, planRecord } from './plan';
import {
  nameOf,
  type IncomingRecord,
  type Results,
  type WriteIo,
  type WriteResult,
  type WriteSettings,
} from './records';
import { parseRow } from './row';
import { missingGroup, targetsOf } from './where';
import { carryOut, type Place } from './write';

type Numbered = { record: IncomingRecord; position: number };

/**
 * One result per record, in their order. A record that cannot be written has a `failed` result and costs the others nothing. Of
 * records about the same receiver the last one wins. Rejects only for faults of this program.
 */
export async function writeRecords(
  records: readonly IncomingRecord[],
  settings: WriteSettings,
  io: WriteIo,
): Promise<WriteResult[]> {
  const results: Results = new Map();
  const add = (more: Results): void => {
    for (const [position, result] of more) results.set(position, result);
  };
  let together: Numbered[] = [];
  for (const [position, record] of records.entries()) {
    if (!isDeleteRequest(record)) {
      together.push({ record, position });
      continue;
    }
    // what came before a deletion is written before it
    add(await writeTogether(together, settings, io));
    together = [];
    results.set(position, await deleteRecord(record, position, settings, io));
  }
  add(await writeTogether(together, settings, io));
  return records.map((_, position) => {
    const result = results.get(position);
    if (!result) throw new Error(`Record no. ${position + 1} has no result`);
    return result;
  });
}

async function writeTogether(numbered: readonly Numbered[], settings: WriteSettings, io: WriteIo): Promise<Results> {
  const results: Results = new Map();
  if (numbered.length === 0) return results;
  const byGroup = new Map<string, Candidate[]>();
  const targets = await targetsOf(
    numbered.map(({ record }) => record),
    settings,
    io.directory,
  );
  for (const [index, target] of targets.entries()) {
    const one = numbered[index];
    if (!one) throw new Error('there are more targets than records');
    try {
      if ('error' in target) throw target.error;
      const candidate = candidateOf(one, settings);
      byGroup.set(target.groupId, [...(byGroup.get(target.groupId) ?? []), candidate]);
    } catch (error) {
      results.set(one.position, { kind: 'failed', error: typedError(error) });
    }
  }
  for (const [groupId, candidates] of byGroup) {
    for (const [position, result] of await writeGroup(groupId, candidates, settings, io)) {
      results.set(position, await withNames(result, groupId, io));
    }
  }
  return results;
}

function candidateOf({ record, position }: Numbered, settings: WriteSettings): Candidate {
  const name = nameOf(record, position);
  const row = parseRow(record.receiver, name);
  const id = ownId(record.metadata, settings);
  if (row.email === undefined && id === undefined) throw noAddress(name);
  return { position, name, row, ...stateOfNew(record, settings), ...(id !== undefined && { ownId: id }) };
}

/** Records about the same receiver are written in turn: each finds what the one before it has left. */
async function writeGroup(
  groupId: string,
  candidates: readonly Candidate[],
  settings: WriteSettings,
  io: WriteIo,
): Promise<Results> {
  const results: Results = new Map();
  let pending = candidates;
  try {
    const types = await readTypes(groupId, io);
    const place: Place = { groupId, types, settings, io };
    pending = candidates.map((candidate) => fitted(candidate, place));
    while (pending.length > 0) {
      const { now, later } = oneForEach(await readExisting(io.api, groupId, pending));
      const planned = now.map(({ candidate, stored }) => {
        return { candidate, plan: planRecord({ ...candidate, stored, types }) };
      });
      for (const [position, result] of await carryOut(planned, place)) results.set(position, result);
      pending = later;
    }
  } catch (thrown) {
    const error = typedError(thrown);
    for (const { position } of pending) results.set(position, { kind: 'failed', error });
  }
  return results;
}

/** Undefined where CleverReach does not tell the definitions; then everything is written. A temporary failure is thrown. */
async function readTypes(groupId: string, { directory, logger }: WriteIo): Promise<Types> {
  try {
    return typesOf(await directory.definitions(groupId));
  } catch (error) {
    const isRefusal =
      error instanceof AuthorisationError || error instanceof NotFoundError || error instanceof RejectedError;
    if (!isRefusal) throw error;
    const text = `The fields of group ${groupId} are unknown, so everything is sent, defined or not. ${error.message}`;
    if (directory.isNews(text)) logger.warn(text);
    return undefined;
  }
}

/** What is left out is said once, not for each record again. */
function fitted(candidate: Candidate, { groupId, types, settings, io }: Place): Candidate {
  const { row, notices } = fitRow(candidate.row, types, settings.defaultMapping);
  const text = `Group ${groupId}: ${notices.join(' ')}`;
  if (notices.length > 0 && io.directory.isNews(text)) io.logger.info(text);
  return { ...candidate, row };
}

/** "Not found" is hard to act upon; if it is the group that is missing, say which ones there are. */
async function withNames(result: WriteResult, groupId: string, { directory }: WriteIo): Promise<WriteResult> {
  if (result.kind !== 'failed' || !(result.error instanceof NotFoundError)) return result;
  return { kind: 'failed', error: await missingGroup(result.error, groupId, directory) };
}
