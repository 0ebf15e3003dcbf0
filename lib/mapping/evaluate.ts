/** One request to the process for custom mappings, and its answer. */

import { placeOf, reasonOf } from './mappingError';
import { property } from '../utils/text';
import { compileGuarded } from './limitedExpression';

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
    return { error: `${placeOf(error)}: ${reasonOf(error, text)}`.slice(0, MAX_ERROR) };
  }
}

function asJson(result: unknown): string | undefined {
  return JSON.stringify(result, function (this: unknown, name: string, value: unknown): unknown {
    if (isFunction(value) && !isNextOfMatch(name, this)) throw new Error('it gave a function, which is not data');
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new Error('it gave a number that is not finite, such as 1/0, which is not data');
    return value;
  });
}

/** One of JSONata's own or of ours, a regular expression included, or a lambda: it marks the last two kinds of objects. */
function isFunction(value: unknown): boolean {
  if (typeof value === 'function') return true;
  return property(value, '_jsonata_function') === true || property(value, '_jsonata_lambda') === true;
}

/** What a regular expression has found comes with a function for the next match, which is left out. */
function isNextOfMatch(name: string, owner: unknown): boolean {
  return name === 'next' && property(owner, 'groups') !== undefined;
}
