/** A process that evaluates custom mappings: how it is started with bounds, asked, and what its end means. */

import { spawn, type ChildProcess } from 'node:child_process';
import { TemporaryError } from '../utils/errors';
import type { Answer, Request } from './evaluate';
import type { Ready } from './evaluatorMain';
import { EVALUATOR } from './evaluatorScript';

/** More than JSONata's own guards allow, whose errors are better. */
export const MAX_MILLISECONDS = 1250;
const MAX_START_MILLISECONDS = 30_000;
const MAX_HEAP_MEGABYTES = 64;
/** In all, beyond what Node takes for itself: texts can be outside of the heap, and V8 lets one through that is far too large for it. */
const MAX_KILOBYTES = 200 * 1024;

/** What only somebody outside sends: a person, or a system that lacks memory. A process that exceeds its own ends otherwise. */
const FROM_OUTSIDE: readonly unknown[] = ['SIGKILL', 'SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'];

/** Node has no limit for all of its memory, but the system has. No core is written for what ends on purpose. */
const limited = (kilobytes: number | 'unlimited'): string => `ulimit -c 0; ulimit -d ${kilobytes}; exec "$@"`;

/** What Node takes for itself. Measured once, since newer ones set half a gigabyte aside that they hardly use. */
let ownKilobytes: Promise<number> | undefined;

/**
 * One that is ended while it starts is started once more.
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
      // it ends with ours; only while it has something to do, ours waits for it
      child.channel?.unref();
      child.unref();
      resolve({ child, ready });
    });
  });
}

export function isAlive({ exitCode, signalCode, killed }: ChildProcess): boolean {
  return exitCode === null && signalCode === null && !killed;
}

/** What became of a request. */
export type Asked =
  | { kind: 'answered'; answer: Answer; milliseconds: number }
  /** The process was ended after {@link MAX_MILLISECONDS}. */
  | { kind: 'late' }
  /** The process has ended: with a signal or code of its own, as it does when it needs too much memory, or ended from outside. */
  | { kind: 'ended'; how: string; isFromOutside: boolean; milliseconds: number };

/** Does not reject. @param child has no other request */
export function ask(child: ChildProcess, request: Request): Promise<Asked> {
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
    const answered = (answer: Answer): void => {
      clearTimeout(timer);
      child.unref();
      child.off('exit', ended);
      resolve({ kind: 'answered', answer, milliseconds: performance.now() - start });
    };
    child.once('exit', ended);
    child.once('message', answered);
    // where it cannot be sent the process has ended, which is heard of above
    child.send(request, () => undefined);
  });
}
