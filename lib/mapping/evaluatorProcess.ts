/** A process that evaluates custom mappings: starts it with limits, sends requests, and interprets how it ends. */

import { spawn, type ChildProcess } from 'node:child_process';
import { TemporaryError } from '../utils/errors';
import type { EvaluationResponse, EvaluationRequest } from './evaluate';
import type { Ready } from './evaluatorMain';
import { EVALUATOR } from './evaluatorCommand';

/** Longer than JSONata's own time limit, so that JSONata, whose errors are more helpful, reports first. */
export const MAX_MILLISECONDS = 1250;
const MAX_START_MILLISECONDS = 30_000;
const MAX_HEAP_MEGABYTES = 64;
/**
 * Memory limit in addition to what Node itself uses. The heap limit alone is not enough, because strings may be outside
 * the heap and V8 accepts one that far exceeds the limit.
 */
const MAX_KILOBYTES = 200 * 1024;

/**
 * Signals that come only from outside: from a person, or from a system that lacks memory. A process that exceeds its
 * own limit ends differently.
 */
const FROM_OUTSIDE: readonly unknown[] = ['SIGKILL', 'SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'];

/**
 * Node cannot limit its total memory, but the operating system can. No core dump, because these processes are killed
 * on purpose.
 */
const limited = (kilobytes: number | 'unlimited'): string => `ulimit -c 0; ulimit -d ${kilobytes}; exec "$@"`;

/**
 * The memory that Node itself uses. It is measured once and not assumed, because newer versions reserve half a gigabyte
 * that they hardly use.
 */
let ownKilobytes: Promise<number> | undefined;

/**
 * A process that is killed while it starts is started a second time.
 * @throws TemporaryError
 */
export async function startEvaluator(): Promise<ChildProcess> {
  ownKilobytes ??= measure();
  const own = await ownKilobytes.catch((error: unknown) => {
    ownKilobytes = undefined;
    throw error;
  });
  const start = (): ReturnType<typeof spawnEvaluator> => spawnEvaluator(own + MAX_KILOBYTES);
  return (await start().catch(start)).child;
}

async function measure(): Promise<number> {
  const { child, ready } = await spawnEvaluator('unlimited');
  child.kill('SIGKILL');
  return ready.ownKilobytes;
}

function spawnEvaluator(kilobytes: number | 'unlimited'): Promise<{ child: ChildProcess; ready: Ready }> {
  return new Promise((resolve, reject) => {
    const node = [process.execPath, `--max-old-space-size=${MAX_HEAP_MEGABYTES}`];
    const script = [...EVALUATOR, String(process.pid)];
    const child = spawn('/bin/sh', ['-c', limited(kilobytes), 'sh', ...node, ...script], {
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), MAX_START_MILLISECONDS);
    const failed = (why: string): void => {
      clearTimeout(timer);
      reject(new TemporaryError(`the process that evaluates a customMapping could not be started: ${why}`));
    };
    child.on('error', ({ message }) => {
      failed(message);
    });
    child.once('exit', (code, signal) => {
      failed(`it ended with ${signal ?? code}`);
    });
    child.once('message', (ready: Ready) => {
      clearTimeout(timer);
      // the process ends with its parent, and keeps the parent running only while it has a request
      child.channel?.unref();
      child.unref();
      resolve({ child, ready });
    });
  });
}

export function isAlive({ exitCode, signalCode, killed }: ChildProcess): boolean {
  return exitCode === null && signalCode === null && !killed;
}

/** The result of a request. */
export type EvaluationOutcome =
  | { kind: 'answered'; response: EvaluationResponse; milliseconds: number }
  /** The process was ended after {@link MAX_MILLISECONDS}. */
  | { kind: 'late' }
  /** The process has ended: it failed itself (for example, it exceeded its memory limit), or was killed from outside. */
  | { kind: 'ended'; how: string; isFromOutside: boolean; milliseconds: number };

/** Does not reject. @param child has no other request */
export function ask(child: ChildProcess, request: EvaluationRequest): Promise<EvaluationOutcome> {
  return new Promise((resolve) => {
    const start = performance.now();
    let isLate = false;
    child.ref();
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, MAX_MILLISECONDS);
    const ended = (code: number | null, signal: string | null): void => {
      clearTimeout(timer);
      child.off('message', answered);
      const how = String(signal ?? code);
      const isFromOutside = FROM_OUTSIDE.includes(signal);
      resolve(
        isLate ? { kind: 'late' } : { kind: 'ended', how, isFromOutside, milliseconds: performance.now() - start },
      );
    };
    const answered = (response: EvaluationResponse): void => {
      clearTimeout(timer);
      child.unref();
      child.off('exit', ended);
      resolve({ kind: 'answered', response, milliseconds: performance.now() - start });
    };
    child.once('exit', ended);
    child.once('message', answered);
    // if sending fails, the process has ended, which the handlers above report
    child.send(request, () => undefined);
  });
}
