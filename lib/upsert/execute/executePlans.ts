/** Executes plans: address changes and creates with a mail one by one, everything else in bulk. */

import type { ReceiverWrite } from '../../cleverreach/types';
import { ComponentError } from '../../utils/errors';
import { shownId } from '../../utils/ids';
import { bulkUpsert } from './bulkUpsert';
import { doiFormOf } from '../plan/consent';
import { createReceivers, type CreatedActive } from './createReceivers';
import { deactivate, despiteOptOut } from './deactivate';
import type { Candidate } from '../plan/candidate';
import { typedError } from '../recordError';
import { readBack, type Written } from './readBack';
import { removeLeftoverTags } from './leftoverTags';
import { noteMail, warnOfInterruption } from './interruptedCreate';
import { changeAddress } from './changeAddress';
import { activeOf, type Plan, planRecord, type Planned } from '../plan/plan';
import type { GroupContext } from '../plan/writeContext';
import type { Results, WriteResult } from '../output/writeResult';
import { markRejectedRecords } from './rejectedRecord';
import { createUnconfirmed } from './createUnconfirmed';
import { insertUnconfirmed, type Inserted } from './insertUnconfirmed';

/** A row for the bulk upsert. */
type Job = Omit<Written, 'id' | 'receiver'> & { row: ReceiverWrite };

/** A row that is to create a receiver. */
interface CreateJob {
  candidate: Candidate;
  write: ReceiverWrite;
}

/** What is left to do for a plan before the bulk upsert. */
type PlannedTask =
  | { result: WriteResult }
  /** To be created as active. */
  | { createJob: CreateJob }
  /** To be created as unconfirmed, without a mail. */
  | { unconfirmed: CreateJob }
  | { job: Job }
  | { written: Written };

/** @param planned at most one plan per receiver */
export async function executePlans(planned: readonly Planned[], context: GroupContext): Promise<Results> {
  const { groupId, spellings, clock } = context;
  const results: Results = new Map();
  const createJobs: CreateJob[] = [];
  const unconfirmed: CreateJob[] = [];
  const jobs: Job[] = [];
  const written: Written[] = [];
  const dispatch = (position: number, task: PlannedTask): void => {
    if ('result' in task) results.set(position, task.result);
    else if ('createJob' in task) createJobs.push(task.createJob);
    else if ('unconfirmed' in task) unconfirmed.push(task.unconfirmed);
    else if ('job' in task) jobs.push(task.job);
    else written.push(task.written);
  };
  for (const { candidate, plan } of planned) dispatch(candidate.position, await startOrFail(candidate, plan, context));

  for (const [createJob, inserted] of await writeInBulk(unconfirmed, insertUnconfirmed, context)) {
    dispatch(createJob.candidate.position, await afterInsert(createJob, inserted, context));
  }
  for (const [createJob, created] of await writeInBulk(createJobs, createReceivers, context)) {
    dispatch(createJob.candidate.position, await afterCreate(createJob, created, context));
  }
  for (const { position, done } of await upsertJobs(jobs, context)) {
    if (done instanceof ComponentError) results.set(position, { kind: 'failed', error: done });
    else written.push(done);
  }
  const rest = await removeLeftoverTags(written, context);
  const finished = await readBack(rest.written, groupId, context);
  for (const { position, sent } of rest.written) {
    const result = finished.get(position);
    if (sent && result && 'receiver' in result) spellings.learn(groupId, sent, result.receiver, clock.now());
  }
  return markRejectedRecords(new Map([...results, ...rest.failures, ...finished]), planned);
}

/** Writes the rows together; pairs each create with its result. */
async function writeInBulk<Result>(
  createJobs: readonly CreateJob[],
  write: (rows: readonly ReceiverWrite[], groupId: string, context: GroupContext) => Promise<Result[]>,
  context: GroupContext,
): Promise<[CreateJob, Result][]> {
  const rows = createJobs.map((createJob) => createJob.write);
  const results = rows.length === 0 ? [] : await write(rows, context.groupId, context);
  return results.map((result, index) => {
    const createJob = createJobs[index];
    if (!createJob) throw new Error('there are more results than rows');
    return [createJob, result];
  });
}

async function startOrFail(candidate: Candidate, plan: Plan, context: GroupContext): Promise<PlannedTask> {
  return await start(candidate, plan, context).catch((error: unknown) => ({ result: failed(error) }));
}

/** If the receiver already exists, the record is planned again. */
async function afterCreate(
  { candidate, write }: CreateJob,
  created: CreatedActive,
  context: GroupContext,
): Promise<PlannedTask> {
  const { position, row } = candidate;
  const meant = { position, kind: 'created', isMeantActive: true, tags: row.tags } as const;
  switch (created.kind) {
    case 'created': {
      const { id, receiver } = created;
      return { written: { ...meant, id, email: write.email, sent: write, ...(receiver && { receiver }) } };
    }
    case 'exists':
      return await startOrFail(candidate, planRecord({ candidate, stored: created.receiver }, context).plan, context);
    case 'bulk':
      return { job: { ...meant, row: write } };
    case 'failed':
      return { result: created };
  }
}

async function start(candidate: Candidate, plan: Plan, context: GroupContext): Promise<PlannedTask> {
  const { position, newReceivers } = candidate;
  if ('stored' in plan) warnOfInterruption(plan.stored, candidate, context);
  const left = 'optsOut' in plan ? activeOf(plan).map(({ id }) => id) : undefined;
  // the opt-out comes first, so that a failure of another write of the record cannot prevent it
  if (left) await deactivate(left, context);
  switch (plan.kind) {
    case 'same':
      if (left) return { written: { position, kind: 'unsubscribed', before: plan.stored, id: plan.stored.id, left } };
      return { result: { kind: 'unchanged', receiver: plan.stored } };
    case 'skip':
      return { result: { kind: 'skipped', reason: plan.reason } };
    case 'refuse':
      throw left ? despiteOptOut(plan.error, left, context.groupId) : plan.error;
    case 'create':
      return { createJob: { candidate, write: plan.write } };
    case 'update':
      return {
        job: {
          position,
          ...(left ? { kind: 'unsubscribed', left } : { kind: 'updated' }),
          before: plan.stored,
          newReceivers,
          row: plan.write,
        },
      };
    case 'move': {
      const { stored: before, write: row } = plan;
      const deed = left ? { kind: 'unsubscribed' as const, left } : { kind: 'moved' as const };
      await changeAddress(plan, candidate, context).catch((error: unknown) => {
        throw left ? despiteOptOut(typedError(error), left, context.groupId) : error;
      });
      if (row) return { job: { position, ...deed, before, newReceivers, row } };
      return { written: { position, ...deed, before, id: before.id } };
    }
    case 'createUnconfirmed':
      return await startUnconfirmed({ candidate, write: plan.write }, context);
  }
}

async function startUnconfirmed(createJob: CreateJob, context: GroupContext): Promise<PlannedTask> {
  const { settings, groupId, directory, logger } = context;
  const { heldBack } = createJob.candidate;
  if (heldBack !== undefined) {
    const text = `Group ${shownId(groupId)}: a new receiver is created unconfirmed and gets no mail. ${heldBack}`;
    if (directory.isFirstOccurrence(text)) logger.info(text);
  }
  const isInvited = doiFormOf(createJob.candidate, settings) !== undefined;
  return isInvited ? await startSingle(createJob, context) : { unconfirmed: createJob };
}

/** If the receiver already exists, the record is planned again. */
async function afterInsert(createJob: CreateJob, inserted: Inserted, context: GroupContext): Promise<PlannedTask> {
  const { candidate, write } = createJob;
  const { position, row } = candidate;
  switch (inserted.kind) {
    case 'created': {
      const { id, receiver } = inserted;
      noteMail(id, context);
      const made = { position, kind: 'created', mustWait: true, tags: row.tags } as const;
      return { written: { ...made, id, email: write.email, sent: write, ...(receiver && { receiver }) } };
    }
    case 'exists':
      return await startOrFail(candidate, planRecord({ candidate, stored: inserted.receiver }, context).plan, context);
    case 'single':
      return await startSingle(createJob, context).catch((error: unknown) => ({ result: failed(error) }));
    case 'failed':
      return { result: inserted };
  }
}

/** If the receiver already exists, the record is planned again. */
async function startSingle({ candidate, write }: CreateJob, context: GroupContext): Promise<PlannedTask> {
  const { position, row } = candidate;
  const { settings, groupId, breaker } = context;
  breaker.check();
  const formId = doiFormOf(candidate, settings);
  const { isNew, receiver } = await createUnconfirmed({ write, doidata: row.doidata, groupId }, formId, context);
  if (isNew) {
    noteMail(receiver.id, context);
    const made = { position, kind: 'created', id: receiver.id, receiver, sent: write, tags: row.tags } as const;
    return { written: { ...made, ...(formId === undefined && { mustWait: true }) } };
  }
  return await start(candidate, planRecord({ candidate, stored: receiver }, context).plan, context);
}

type JobResult = { position: number; done: Written | ComponentError };

async function upsertJobs(jobs: readonly Job[], context: GroupContext): Promise<JobResult[]> {
  const { groupId } = context;
  const rows = jobs.map(({ row }) => row);
  const responses = await bulkUpsert(rows, groupId, context);
  const results: JobResult[] = [];
  for (const [index, job] of jobs.entries()) {
    const { position, row, left } = job;
    const response = responses[index];
    if (response === undefined) throw new Error(`An upsert of ${rows.length} rows has ${responses.length} results`);
    if (response instanceof ComponentError) {
      results.push({ position, done: left ? despiteOptOut(response, left, groupId) : response });
      continue;
    }
    const { id, receiver } = response;
    results.push({ position, done: { ...job, id, email: row.email, sent: row, ...(receiver && { receiver }) } });
  }
  return results;
}

function failed(error: unknown): WriteResult {
  return { kind: 'failed', error: typedError(error) };
}
