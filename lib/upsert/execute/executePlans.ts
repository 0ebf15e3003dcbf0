/** Executes plans: address changes and careful creates one by one, everything else in bulk. */

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
import { removeInheritedTags } from './inheritedTags';
import { noteMail, warnOfMissingStep } from './interruptedCreate';
import { changeAddress } from './changeAddress';
import type { Plan } from '../plan/plan';
import { preparePlan, type Planned } from '../plan/preparePlan';
import type { GroupContext } from '../plan/writeContext';
import type { Results, WriteResult } from '../output/writeResult';
import { markRejectedRecords } from './rejectedRecord';
import { createUnconfirmed } from './createUnconfirmed';

/** A row for the bulk upsert. */
type Job = Omit<Written, 'id' | 'receiver'> & { row: ReceiverWrite };

/** A row that is to create an active receiver. */
interface Newcomer {
  candidate: Candidate;
  write: ReceiverWrite;
}

/** The next task of a plan before the bulk upsert. */
type PlannedTask = { result: WriteResult } | { newcomer: Newcomer } | { job: Job } | { written: Written };

/** @param planned at most one plan per receiver */
export async function executePlans(planned: readonly Planned[], context: GroupContext): Promise<Results> {
  const { groupId, spellings, clock } = context;
  const results: Results = new Map();
  const newcomers: Newcomer[] = [];
  const jobs: Job[] = [];
  const written: Written[] = [];
  const sort = (position: number, task: PlannedTask): void => {
    if ('result' in task) results.set(position, task.result);
    else if ('newcomer' in task) newcomers.push(task.newcomer);
    else if ('job' in task) jobs.push(task.job);
    else written.push(task.written);
  };
  for (const { candidate, plan } of planned) sort(candidate.position, await beginSafely(candidate, plan, context));

  const rows = newcomers.map(({ write }) => write);
  for (const [index, created] of (await createReceivers(rows, groupId, context)).entries()) {
    const newcomer = newcomers[index];
    if (!newcomer) throw new Error('there are more results than rows');
    sort(newcomer.candidate.position, await afterCreate(newcomer, created, context));
  }
  for (const { position, done } of await upsertJobs(jobs, context)) {
    if (done instanceof ComponentError) results.set(position, { kind: 'failed', error: done });
    else written.push(done);
  }
  const rest = await removeInheritedTags(written, context);
  const finished = await readBack(rest.written, groupId, context);
  for (const { position, sent } of rest.written) {
    const result = finished.get(position);
    if (sent && result && 'receiver' in result) spellings.learn(groupId, sent, result.receiver, clock.now());
  }
  return markRejectedRecords(new Map([...results, ...rest.failures, ...finished]), planned);
}

async function beginSafely(candidate: Candidate, plan: Plan, context: GroupContext): Promise<PlannedTask> {
  return await begin(candidate, plan, context).catch((error: unknown) => ({ result: failed(error) }));
}

/** If the receiver already exists, it gets a new plan. */
async function afterCreate(
  { candidate, write }: Newcomer,
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
      return await beginSafely(candidate, preparePlan(candidate, created.receiver, context).plan, context);
    case 'together':
      return { job: { ...meant, row: write } };
    case 'failed':
      return { result: created };
  }
}

async function begin(candidate: Candidate, plan: Plan, context: GroupContext): Promise<PlannedTask> {
  const { position, newReceivers } = candidate;
  if ('stored' in plan) warnOfMissingStep(plan.stored, candidate, context);
  const optsOut = 'optsOut' in plan;
  // first of all, so that nothing else of the record can prevent it
  if (optsOut) {
    context.breaker.check();
    await deactivate(plan.stored, context);
  }
  switch (plan.kind) {
    case 'same':
      if (optsOut) return { written: { position, kind: 'unsubscribed', before: plan.stored, id: plan.stored.id } };
      return { result: { kind: 'unchanged', receiver: plan.stored } };
    case 'skip':
      return { result: { kind: 'skipped', reason: plan.reason } };
    case 'refuse':
      return { result: { kind: 'failed', error: plan.error } };
    case 'create':
      return { newcomer: { candidate, write: plan.write } };
    case 'update':
      return {
        job: {
          position,
          kind: optsOut ? 'unsubscribed' : 'updated',
          before: plan.stored,
          newReceivers,
          row: plan.write,
        },
      };
    case 'move': {
      const { stored: before, write: row } = plan;
      const kind = optsOut ? 'unsubscribed' : 'moved';
      await changeAddress(plan, candidate, context).catch((error: unknown) => {
        throw optsOut ? despiteOptOut(typedError(error), before, context.groupId) : error;
      });
      if (row) return { job: { position, kind, before, newReceivers, row } };
      return { written: { position, kind, before, id: before.id } };
    }
    case 'createUnconfirmed':
      return await beginUnconfirmed(candidate, plan.write, context);
  }
}

/** If the receiver already exists, it gets a new plan. */
async function beginUnconfirmed(
  candidate: Candidate,
  write: ReceiverWrite,
  context: GroupContext,
): Promise<PlannedTask> {
  const { position, row } = candidate;
  const { settings, groupId, directory, logger, breaker } = context;
  breaker.check();
  const formId = invitationOf(candidate, settings);
  if (candidate.heldBack !== undefined) {
    const text = `Group ${shownId(groupId)}: a new receiver is created unconfirmed and gets no mail. ${candidate.heldBack}`;
    if (directory.isNews(text)) logger.info(text);
  }
  const { isNew, receiver } = await createUnconfirmed({ write, doidata: row.doidata, groupId }, formId, context);
  if (isNew) {
    noteMail(receiver, context);
    return { written: { position, kind: 'created', id: receiver.id, receiver, sent: write, tags: row.tags } };
  }
  return await begin(candidate, preparePlan(candidate, receiver, context).plan, context);
}

type JobResult = { position: number; done: Written | ComponentError };

async function upsertJobs(jobs: readonly Job[], context: GroupContext): Promise<JobResult[]> {
  const { groupId } = context;
  const rows = jobs.map(({ row }) => row);
  const answers = await bulkUpsert(rows, groupId, context);
  const results: JobResult[] = [];
  for (const [index, job] of jobs.entries()) {
    const { position, row } = job;
    const answer = answers[index];
    if (answer === undefined) throw new Error(`An upsert of ${rows.length} rows has ${answers.length} results`);
    if (answer instanceof ComponentError) {
      const hasOptedOut = job.kind === 'unsubscribed' && job.before;
      results.push({ position, done: hasOptedOut ? despiteOptOut(answer, hasOptedOut, groupId) : answer });
      continue;
    }
    const { id, receiver } = answer;
    results.push({ position, done: { ...job, id, email: row.email, sent: row, ...(receiver && { receiver }) } });
  }
  return results;
}

function failed(error: unknown): WriteResult {
  return { kind: 'failed', error: typedError(error) };
}
