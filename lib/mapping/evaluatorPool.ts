/**
 * Expressions of somebody else are evaluated in processes of their own. JSONata is a whole programming language: some
 * expressions take for ever, some take all memory, and within a process, a thread of its own included, nothing stops all of
 * them. A process can be ended from outside, has a heap of its own, knows none of our secrets, and ours goes on meanwhile.
 */

import type { ChildProcess } from 'node:child_process';
import { hash } from 'node:crypto';
import { systemClock } from '../utils/clock';
import { RecordError, TemporaryError } from '../utils/errors';
import { checkDepth } from '../utils/json';
import type { Answer, Request } from './evaluate';
import { ask, isAlive, MAX_MILLISECONDS, startEvaluator, type Asked } from './evaluatorProcess';
import { PLACES, Turns, type Turn } from './fairScheduler';

/** A mapping that takes longer for a record is served among the slow ones. */
const SLOW_MILLISECONDS = 250;

const turns = new Turns(systemClock);
/** Processes without a request. */
const idle: ChildProcess[] = [];
/** How many processes have a request, or are started for one. */
let busy = 0;

/**
 * Evaluates JSONata over a message, when it is the turn of this expression.
 * @returns what it gave; undefined if nothing
 * @throws RecordError when it fails, or takes too long or too much memory; TemporaryError when there is no process for it
 */
export async function evaluateIsolated(request: Request): Promise<unknown> {
  checkDepth(request.message, 'it');
  const key = hash('sha256', request.text, 'base64');
  const { json, error } = await turns.run(key, (turn) => evaluate(request, turn));
  if (error !== undefined) throw new RecordError(`the customMapping failed${error}`);
  return json === undefined ? undefined : (JSON.parse(json) as unknown);
}

/**
 * Where a process was ended from outside, a new one gets the record, once. So it is where a process ended of its own that had served
 * before: another mapping may have used up its memory.
 */
async function evaluate(request: Request, turn: Turn): Promise<Answer> {
  const used = takeIdle(turn);
  busy += 1;
  try {
    const first = await askOne(used ?? (await startEvaluator()), request);
    const isAnew = first.kind === 'ended' && (first.isFromOutside || used !== undefined);
    const asked = isAnew ? await askOne(await startEvaluator(), request) : first;
    // a process that ended of its own before the mapping could be at fault says nothing of the mapping, unless it took long
    if (isSlow(asked) || (isAnew && !first.isFromOutside && first.milliseconds > SLOW_MILLISECONDS)) turn.wasSlow();
    if (asked.kind === 'answered') return asked.answer;
    throw errorOf(asked);
  } finally {
    busy -= 1;
  }
}

async function askOne(child: ChildProcess, request: Request): Promise<Asked> {
  const asked = await ask(child, request);
  if (asked.kind === 'answered') idle.push(child);
  return asked;
}

function isSlow(asked: Asked): boolean {
  if (asked.kind === 'answered') return asked.milliseconds > SLOW_MILLISECONDS;
  return asked.kind === 'late' || !asked.isFromOutside;
}

function errorOf(asked: Exclude<Asked, { kind: 'answered' }>): RecordError | TemporaryError {
  if (asked.kind === 'late')
    return new RecordError(`the customMapping failed: it was stopped after ${MAX_MILLISECONDS} ms`);
  if (asked.isFromOutside)
    return new TemporaryError(
      `the process that evaluates a customMapping was ended from outside (${asked.how}), twice`,
    );
  return new RecordError(
    `the customMapping failed: its process ended with ${asked.how}, as it does when it needs too much memory`,
  );
}

/** What is not known to be quick leaves one process to those that are: else these would wait for another to start. */
function takeIdle({ isQuick }: Turn): ChildProcess | undefined {
  idle.splice(0, idle.length, ...idle.filter(isAlive));
  return isQuick || idle.length + busy >= PLACES ? idle.pop() : undefined;
}
