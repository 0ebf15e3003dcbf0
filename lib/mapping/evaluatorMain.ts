/**
 * The entry point of a process that evaluates custom mappings, one request after the other. Started by
 * evaluatorProcess.ts.
 */

import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { evaluate, type EvaluationRequest } from './evaluate';

/** Sent once, when the process is ready for requests. */
export interface Ready {
  /** The memory available for data, as counted by a system limit; 0 if the system does not report it. */
  readonly ownKilobytes: number;
}

function ownKilobytes(): number {
  try {
    return Number(/^VmData:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1] ?? 0);
  } catch {
    return 0; // not Linux
  }
}

// a signal to the process group is ignored: this process ends together with its parent
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('message', (request: EvaluationRequest) => {
  void evaluate(request).then((given) => process.send?.(given));
});

/**
 * Ends this process with its parent even while an expression blocks the event loop, so that the process does not see
 * the channel close.
 */
const WATCH = `
  setInterval(() => { if (process.ppid !== ${Number(process.argv[2])}) process.kill(process.pid, 'SIGKILL'); }, 500);
  require('node:worker_threads').parentPort.postMessage('watching');`;
const watchdog = new Worker(WATCH, {
  eval: true,
  execArgv: [],
  resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 },
});
watchdog.unref();
watchdog.once('message', () => {
  process.send?.({ ownKilobytes: ownKilobytes() } satisfies Ready);
});
