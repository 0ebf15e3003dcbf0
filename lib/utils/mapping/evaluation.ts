/** One request to the process for custom mappings, and its answer. */

import { placeOf, reasonOf } from './failure';
import { compileGuarded } from './guarded';

export interface Request {
  /** JSONata */
  readonly text: string;
  readonly message: unknown;
}

export interface Answer {
  /** What the expression gave; missing if nothing. */
  readonly json?: string | undefined;
  /** Why it failed, if it did, and where in the expression: `: not this one`, ` at character 10: there is no function $foo`. */
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
    const json = asJson(result);
    if (json === undefined || json.length <= MAX_RESULT) return { json };
    return { error: `: it gave ${json.length} characters, more than ${MAX_RESULT}` };
  } catch (error) {
    return { error: `${placeOf(error)}: ${reasonOf(error)}`.slice(0, MAX_ERROR) };
  }
}

/** A function of an expression refers to what is around it, and so to itself. */
function asJson(result: unknown): string | undefined {
  try {
    return JSON.stringify(result);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Error('it gave a function, which is no data', { cause: error });
  }
}
