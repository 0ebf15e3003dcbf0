/** Carries out plans: changes of address and careful creations one by one, everything else together. */

import type { ReceiverWrite } from '../cleverreach/types';
import { ComponentError, messageOf, RecordError, RejectedError } from '../errors';
import { upsertRows } from './batch';
import { invitationOf, wasCreatedWaiting } from './consent';
import type { Candidate } from './existing';
import { typedError } from './failure';
import { finish, type Written } from './finish';
import { planRecord, type Facts, type Plan } from './plan';
import type { Results, WriteIo, WriteResult } from './records';
import type { WriteSettings } from './settings';
import { createUnconfirmed } from './unconfirmed';

/** A group that is written to. */
export interface Place {
  groupId: string;
  types: Facts['types'];
  settings: WriteSettings;
  io: WriteIo;
}

export interface Planned {
  candidate: Candidate;
  plan: Plan;
}

/** A row that waits for the others. */
type Job = Omit<Written, 'id' | 'receiver'> & { row: ReceiverWrite };

/** What a plan comes to before the rows are written together. */
type Step = { result: WriteResult } | { job: Job } | { written: Written };

/** @param planned no two about the same receiver */
export async function carryOut(planned: readonly Planned[], place: Place): Promise<Results> {
  const results: Results = new Map();
  const jobs: Job[] = [];
  const written: Written[] = [];
  for (const { candidate, plan } of planned) {
    const { position } = candidate;
    const step = await begin(candidate, plan, place).catch((error: unknown) => ({ result: failed(error) }));
    if ('result' in step) results.set(position, step.result);
    else if ('job' in step) jobs.push(step.job);
    else written.push(step.written);
  }
  for (const { position, outcome } of await upsertJobs(jobs, place)) {
    if (outcome instanceof ComponentError) results.set(position, { kind: 'failed', error: outcome });
    else written.push(outcome);
  }
  return new Map([...results, ...(await finish(written, place.groupId, place.io))]);
}

async function begin(candidate: Candidate, plan: Plan, place: Place): Promise<Step> {
  const { position } = candidate;
  switch (plan.kind) {
    case 'same':
      return { result: { kind: 'unchanged', receiver: plan.stored } };
    case 'skip':
      return { result: { kind: 'skipped', reason: plan.reason } };
    case 'refuse':
      return { result: { kind: 'failed', error: plan.error } };
    case 'create':
      return { job: { position, kind: 'created', row: plan.write } };
    case 'update':
      return { job: { position, kind: 'updated', before: plan.stored, row: plan.write } };
    case 'move': {
      const { stored: before, email, write: row } = plan;
      await changeEmail(before.id, email, place);
      if (row) return { job: { position, kind: 'moved', before, row } };
      return { written: { position, kind: 'moved', before, id: before.id } };
    }
    case 'createUnconfirmed':
      return await beginUnconfirmed(candidate, plan.write, place);
  }
}

/** Somebody who exists after all is planned anew. */
async function beginUnconfirmed(candidate: Candidate, write: ReceiverWrite, place: Place): Promise<Step> {
  const { position, row } = candidate;
  const { types, settings, groupId, io } = place;
  const formId = invitationOf(candidate, settings);
  const { isNew, receiver } = await createUnconfirmed({ write, doidata: row.doidata, groupId }, formId, io);
  if (isNew) return { written: { position, kind: 'created', id: receiver.id, receiver } };
  return await begin(candidate, planRecord({ ...candidate, stored: receiver, types }), place);
}

async function changeEmail(id: string, email: string, { io, groupId }: Place): Promise<void> {
  try {
    await io.api.changeEmail(id, email);
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error;
    const isTaken = error.duplicate || error.status === 409;
    const why = isTaken ? 'another receiver of the account has it already' : 'CleverReach refuses it';
    throw new RejectedError(
      `The e-mail address of receiver ${id} of group ${groupId} cannot be changed to that of the record, as ${why}; nothing was written. ${error.message}`,
      error.status,
    );
  }
}

type JobOutcome = { position: number; outcome: Written | ComponentError };

async function upsertJobs(jobs: readonly Job[], place: Place): Promise<JobOutcome[]> {
  const rows = jobs.map(({ row }) => row);
  const answers = rows.length === 0 ? [] : await upsertRows(place.io.api, place.groupId, rows);
  const outcomes: JobOutcome[] = [];
  for (const [index, { row, ...job }] of jobs.entries()) {
    const { position } = job;
    const answer = answers[index];
    if (answer === undefined) throw new Error(`An upsert of ${rows.length} rows has ${answers.length} results`);
    if (answer instanceof ComponentError) {
      outcomes.push({ position, outcome: answer });
      continue;
    }
    const { id, receiver } = answer;
    const written: Written = { ...job, id, ...(receiver && { receiver }) };
    outcomes.push({ position, outcome: await activated(written, row.email, place).catch(typedError) });
  }
  return outcomes;
}

/** Activates somebody who was to be created active and was not; the answer then no longer shows what is stored. */
async function activated(written: Written, sentEmail: string, { io, groupId }: Place): Promise<Written> {
  const { id, kind, position } = written;
  if (kind !== 'created') return written;
  const receiver = written.receiver ?? (await io.api.receiver(groupId, id));
  if (!receiver || !wasCreatedWaiting(receiver, sentEmail, Math.floor(io.clock.now() / 1_000))) return written;
  try {
    await io.api.activateReceiver(groupId, id);
    return { position, kind, id };
  } catch (error) {
    throw new RecordError(
      `Receiver ${id} was created in group ${groupId} and could not be activated. Sending the record again does not activate it: do it in CleverReach, or delete the receiver there first. ${messageOf(typedError(error))}`,
    );
  }
}

function failed(error: unknown): WriteResult {
  return { kind: 'failed', error: typedError(error) };
}
