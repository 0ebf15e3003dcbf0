/** The process in which custom mappings are evaluated: it answers one request after the other. Started by isolated.ts. */

import { readFileSync } from 'node:fs';
import { compileGuarded } from './guarded';
import { textOf } from './failure';

/** Said once, when it can be asked. */
export interface Ready {
  /** Memory that it has for its data, as a limit of the system counts it; 0 where the system does not tell. */
  readonly ownKilobytes: number;
}

export interface Request {
  /** JSONata */
  readonly text: string;
  readonly message: unknown;
}

export interface Answer {
  /** What the expression gave; missing if nothing. */
  readonly json?: string | undefined;
  /** Why it failed, if it did. */
  readonly error?: string;
}

/** Far more than a record has; what reads it would need some thirty bytes for each. */
const MAX_RESULT = 1_000_000;
const MAX_ERROR = 1000;

async function answer({ text, message }: Request): Promise<Answer> {
  try {
    // the empty bindings give every evaluation variables of its own
    const result: unknown = await compileGuarded(text).evaluate(message, {});
    // JSONata's own results have no prototypes and carry marks on their lists; as JSON they are plain data
    const json = JSON.stringify(result) as string | undefined;
    if (json === undefined || json.length <= MAX_RESULT) return { json };
    return { error: `it gave ${json.length} characters, more than ${MAX_RESULT}` };
  } catch (error) {
    return { error: textOf(error).slice(0, MAX_ERROR) };
  }
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
