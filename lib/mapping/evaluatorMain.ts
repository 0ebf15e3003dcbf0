/** A process in which custom mappings are evaluated: it answers one request after the other. Started by evaluatorProcess.ts. */

import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { answer, type Request } from './evaluate';

/** Said once, when it can be asked. */
export interface Ready {
  /** Memory that it has for its data, as a limit of the system counts it; 0 where the system does not tell. */
  readonly ownKilobytes: number;
}

function ownKilobytes(): number {
  try {
    return Number(/^VmData:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1] ?? 0);
  } catch {
    return 0; // not Linux
  }
}

// a signal to the whole group of processes is not meant for this one: it ends when its parent does
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('message', (request: Request) => {
  void answer(request).then((given) => process.send?.(given));
});

/** Ends this process with its parent also while an expression keeps it busy, when it does not hear that the channel is closed. */
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
