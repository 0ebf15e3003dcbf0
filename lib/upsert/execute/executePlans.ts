/** Executes plans: address changes and creates with a mail one by one, everything else in bulk. */

import type { ReceiverWrite } from '../../cleverreach/types';
import { ComponentError } from '../../utils/errors';
import { shownId } from '../../utils/ids';
import { bulkUpsert } from './bulkUpsert';
import { invitationOf } from '../plan/consent';
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

/** The next task of a plan before the bulk upsert. */
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
  const sort = (position: number, task: PlannedTask): void => {
    if ('result' in task) results.set(position, task.result);
    else if ('createJob' in task) createJobs.push(task.createJob);
    else if ('unconfirmed' in task) unconfirmed.push(task.unconfirmed);
    else if ('job' in task) jobs.push(task.job);
    else written.push(task.written);
  };
  for (const { candidate, plan } of planned) sort(candidate.position, await beginSafely(candidate, plan, context));

  for (const [createJob, inserted] of await together(unconfirmed, insertUnconfirmed, context)) {
    sort(createJob.candidate.position, await afterInsert(createJob, inserted, context));
  }
  for (const [createJob, created] of await together(createJobs, createReceivers, context)) {
    sort(createJob.candidate.position, await afterCreate(createJob, created, context));
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
async function together<Result>(
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

async function beginSafely(candidate: Candidate, plan: Plan, context: GroupContext): Promise<PlannedTask> {
  return await begin(candidate, plan, context).catch((error: unknown) => ({ result: failed(error) }));
}

/** If the receiver already exists, it gets a new plan. */
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
      return await beginSafely(candidate, planRecord({ candidate, stored: created.receiver }, context).plan, context);
    case 'together':
      return { job: { ...meant, row: write } };
    case 'failed':
      return { result: created };
  }
}

async function begin(candidate: Candidate, plan: Plan, context: GroupContext): Promise<PlannedTask> {
  const { position, newReceivers } = candidate;
  if ('stored' in plan) warnOfInterruption(plan.stored, candidate, context);
  const left = 'optsOut' in plan ? activeOf(plan).map(({ id }) => id) : undefined;
  // carried out first, so that no failure of another write of the record prevents it
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
      return await beginUnconfirmed({ candidate, write: plan.write }, context);
  }
}

async function beginUnconfirmed(createJob: CreateJob, context: GroupContext): Promise<PlannedTask> {
  const { settings, groupId, directory, logger } = context;
  const { heldBack } = createJob.candidate;
  if (heldBack !== undefined) {
    const text = `Group ${shownId(groupId)}: a new receiver is created unconfirmed and gets no mail. ${heldBack}`;
    if (directory.isNews(text)) logger.info(text);
  }
  const isInvited = invitationOf(createJob.candidate, settings) !== undefined;
  return isInvited ? await beginAlone(createJob, context) : { unconfirmed: createJob };
}

/** If the receiver already exists, it gets a new plan. */
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
      return await beginSafely(candidate, planRecord({ candidate, stored: inserted.receiver }, context).plan, context);
    case 'alone':
      return await beginAlone(createJob, context).catch((error: unknown) => ({ result: failed(error) }));
    case 'failed':
      return { result: inserted };
  }
}

/** If the receiver already exists, it gets a new plan. */
async function beginAlone({ candidate, write }: CreateJob, context: GroupContext): Promise<PlannedTask> {
  const { position, row } = candidate;
  const { settings, groupId, breaker } = context;
  breaker.check();
  const formId = invitationOf(candidate, settings);
  const { isNew, receiver } = await createUnconfirmed({ write, doidata: row.doidata, groupId }, formId, context);
  if (isNew) {
    noteMail(receiver.id, context);
    const made = { position, kind: 'created', id: receiver.id, receiver, sent: write, tags: row.tags } as const;
    return { written: { ...made, ...(formId === undefined && { mustWait: true }) } };
  }
  return await begin(candidate, planRecord({ candidate, stored: receiver }, context).plan, context);
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
