/**
 * Expressions of somebody else are evaluated in a process of their own. JSONata is a whole programming language: some
 * expressions take for ever, some take all memory, and within a process, a thread of its own included, nothing stops all of
 * them. A process can be ended from outside, has a heap of its own, knows none of our secrets, and ours goes on meanwhile.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { extname, join } from 'node:path';
import { RecordError, TemporaryError } from '../errors';
import type { Answer, Request } from './evaluation';
import type { Ready } from './evaluator';
import { inSequence } from './message';

/** More than JSONata's own guards allow, whose errors are better. */
const MAX_MILLISECONDS = 1250;
const MAX_START_MILLISECONDS = 30_000;
const MAX_HEAP_MEGABYTES = 64;
/** In all, beyond what Node takes for itself: texts can be outside of the heap, and V8 lets one through that is far too large for it. */
const MAX_KILOBYTES = 200 * 1024;

/** Node has no limit for all of its memory, but the system has. No core is written for what ends on purpose. */
const limited = (kilobytes: number | 'unlimited'): string => `ulimit -c 0; ulimit -d ${kilobytes}; exec "$@"`;

/** From its source, as tests run it, or compiled. */
const EXTENSION = extname(__filename);
const LOADER = EXTENSION === '.ts' ? ['--require', 'tsx/cjs'] : [];

/** What Node takes for itself. Measured, since newer ones set half a gigabyte aside that they hardly use. */
let ownKilobytes: number | undefined;

async function start(): Promise<ChildProcess> {
  if (ownKilobytes === undefined) {
    const { child, ready } = await spawnEvaluator('unlimited');
    child.kill('SIGKILL');
    ownKilobytes = ready.ownKilobytes;
  }
  return (await spawnEvaluator(ownKilobytes + MAX_KILOBYTES)).child;
}

function spawnEvaluator(kilobytes: number | 'unlimited'): Promise<{ child: ChildProcess; ready: Ready }> {
  return new Promise((resolve, reject) => {
    const node = [process.execPath, `--max-old-space-size=${MAX_HEAP_MEGABYTES}`, ...LOADER];
    const script = join(__dirname, `evaluator${EXTENSION}`);
    const child = spawn('/bin/sh', ['-c', limited(kilobytes), 'sh', ...node, script], {
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
      // it ends with ours; only while it has something to do, ours waits for it
      child.channel?.unref();
      child.unref();
      resolve({ child, ready });
    });
  });
}

function ask(child: ChildProcess, request: Request): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let inTime = true;
    child.ref();
    const timer = setTimeout(() => {
      inTime = false;
      child.kill('SIGKILL');
    }, MAX_MILLISECONDS);
    const ended = (code: number | null, signal: string | null): void => {
      clearTimeout(timer);
      child.off('message', answered);
      const why = inTime
        ? `its process ended with ${signal ?? code}, as it does when it needs too much memory`
        : `it was stopped after ${MAX_MILLISECONDS} ms`;
      reject(new RecordError(`the customMapping failed: ${why}`));
    };
    const answered = (answer: Answer): void => {
      clearTimeout(timer);
      child.unref();
      child.off('exit', ended);
      resolve(answer);
    };
    child.once('exit', ended);
    child.once('message', answered);
    // where it cannot be sent the process has ended, which is heard of above
    child.send(request, () => undefined);
  });
}

/** The one process that there is, started when it is needed, and anew when it had to be ended. */
let evaluator: ChildProcess | undefined;

async function running(): Promise<ChildProcess> {
  const isAlive = evaluator?.exitCode === null && evaluator.signalCode === null;
  if (!evaluator || !isAlive) evaluator = await start();
  return evaluator;
}

/**
 * Evaluates JSONata over a message, one request after the other.
 * @returns what it gave; undefined if nothing
 * @throws RecordError when it fails, or takes too long or too much memory; TemporaryError when there is no process for it
 */
export const evaluateIsolated = inSequence(async (request: Request): Promise<unknown> => {
  const { json, error } = await ask(await running(), request);
  if (error !== undefined) throw new RecordError(`the customMapping failed${error}`);
  return json === undefined ? undefined : (JSON.parse(json) as unknown);
});
