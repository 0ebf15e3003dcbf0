/** The process in which custom mappings are evaluated: it answers one request after the other. Started by isolated.ts. */

import { compileGuarded } from './guarded';
import { textOf } from './failure';

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

// a signal to the whole group of processes is not meant for this one: it ends when its parent does
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('message', (request: Request) => {
  void answer(request).then((given) => process.send?.(given));
});
process.send?.({});
