/** The process in which custom mappings are evaluated: it answers one request after the other. Started by isolated.ts. */

import { readFileSync } from 'node:fs';
import { answer, type Request } from './evaluation';

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
process.send?.({ ownKilobytes: ownKilobytes() } satisfies Ready);
