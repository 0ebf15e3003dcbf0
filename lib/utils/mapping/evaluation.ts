/** One request to the process for custom mappings, and its answer. */

import { textOf } from './failure';
import { compileGuarded } from './guarded';

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

/** Evaluates the expression over the message. Does not reject: a failure is an answer too. */
export async function answer({ text, message }: Request): Promise<Answer> {
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
