/**
 * Evaluates custom mappings in separate processes. JSONata is a complete programming language: some expressions never
 * end, some use all memory, and nothing inside a process stops all of them, not even a worker thread. A separate
 * process can be killed, has its own heap, knows no secrets, and leaves this process running.
 */

import type { ChildProcess } from 'node:child_process';
import { hash } from 'node:crypto';
import { systemClock } from '../utils/clock';
import { RecordError, TemporaryError } from '../utils/errors';
import { checkDepth } from '../utils/json';
import type { EvaluationResponse, EvaluationRequest } from './evaluate';
import { ask, isAlive, MAX_MILLISECONDS, startEvaluator, type EvaluationOutcome } from './evaluatorProcess';
import { PLACES, FairScheduler, type Turn } from './fairScheduler';

/** A mapping that takes longer than this for a record is scheduled as slow. */
const SLOW_MILLISECONDS = 250;

const turns = new FairScheduler(systemClock);
/** Processes without a request. */
const idle: ChildProcess[] = [];
/** Number of processes that have a request or are starting for one. */
let busy = 0;

/**
 * Evaluates JSONata over a message when the scheduler selects this expression.
 * @returns the result; undefined if there is none
 * @throws RecordError if it fails, or exceeds its time or memory; TemporaryError if no process can be started
 */
export async function evaluateIsolated(request: EvaluationRequest): Promise<unknown> {
  checkDepth(request.message, 'it');
  const key = hash('sha256', request.text, 'base64');
  const { json, error } = await turns.run(key, (turn) => evaluate(request, turn));
  if (error !== undefined) throw new RecordError(`the customMapping failed${error}`);
  return json === undefined ? undefined : (JSON.parse(json) as unknown);
}

/**
 * If a process was killed from outside, a new one retries the record once. The same applies if a process ended that had
 * served before: another mapping may have used up its memory.
 */
async function evaluate(request: EvaluationRequest, turn: Turn): Promise<EvaluationResponse> {
  const attempt = async (child: ChildProcess): Promise<EvaluationOutcome> => {
    const outcome = await ask(child, request);
    if (outcome.kind === 'answered') idle.push(child);
    return outcome;
  };
  const used = takeIdle(turn);
  busy += 1;
  try {
    const first = await attempt(used ?? (await startEvaluator()));
    const isAnew = first.kind === 'ended' && (first.isFromOutside || used !== undefined);
    const outcome = isAnew ? await attempt(await startEvaluator()) : first;
    // a process that ended before the mapping could have caused it says nothing about the mapping, unless it took long
    if (isSlow(outcome) || (isAnew && !first.isFromOutside && first.milliseconds > SLOW_MILLISECONDS)) turn.wasSlow();
    if (outcome.kind === 'answered') return outcome.response;
    throw errorOf(outcome);
  } finally {
    busy -= 1;
  }
}

function isSlow(outcome: EvaluationOutcome): boolean {
  if (outcome.kind === 'answered') return outcome.milliseconds > SLOW_MILLISECONDS;
  return outcome.kind === 'late' || !outcome.isFromOutside;
}

function errorOf(outcome: Exclude<EvaluationOutcome, { kind: 'answered' }>): RecordError | TemporaryError {
  if (outcome.kind === 'late')
    return new RecordError(`the customMapping failed: it was stopped after ${MAX_MILLISECONDS} ms`);
  if (outcome.isFromOutside)
    return new TemporaryError(
      `the process that evaluates a customMapping was killed twice (${outcome.how}); if this happens often, give the container more memory`,
    );
  return new RecordError(
    `the customMapping failed: its process ended with ${outcome.how}, as it does when it needs too much memory`,
  );
}

/**
 * Mappings that are not known to be quick leave one process to the quick ones, which would otherwise wait for a new
 * process.
 */
function takeIdle({ isQuick }: Turn): ChildProcess | undefined {
  idle.splice(0, idle.length, ...idle.filter(isAlive));
  return isQuick || idle.length + busy >= PLACES ? idle.pop() : undefined;
}
