/** Evaluates one request in the process for custom mappings. */

import { characterPosition, reasonOf } from './mappingError';
import { property } from '../utils/text';
import { limitedExpression } from './limitedExpression';

export interface EvaluationRequest {
  /** JSONata */
  readonly text: string;
  readonly message: unknown;
}

export interface EvaluationResponse {
  /** The result of the expression; missing if there is none. */
  readonly json?: string | undefined;
  /** The reason and position of a failure: `: not this one`, ` at character 10: there is no function $foo`. */
  readonly error?: string;
}

/**
 * Maximum number of characters of a result, far more than a record has. Parsing them takes about thirty times as many
 * bytes.
 */
const MAX_RESULT = 1_000_000;
const MAX_ERROR = 1000;

/** Evaluates the expression over the message. Never rejects: a failure is returned as `error`. */
export async function evaluate({ text, message }: EvaluationRequest): Promise<EvaluationResponse> {
  try {
    // with empty bindings, every evaluation has its own variables
    const result: unknown = await limitedExpression(text).evaluate(message, {});
    // results of JSONata have no prototypes and marks on their lists; the conversion to JSON makes them plain data
    const json = asJson(result);
    if (json === undefined || json.length <= MAX_RESULT) return { json };
    return { error: `: it returned ${json.length} characters, more than ${MAX_RESULT}` };
  } catch (error) {
    return { error: `${characterPosition(error)}: ${reasonOf(error, text)}`.slice(0, MAX_ERROR) };
  }
}

function asJson(result: unknown): string | undefined {
  return JSON.stringify(result, function (this: unknown, name: string, value: unknown): unknown {
    if (isFunction(value) && !isNextOfMatch(name, this)) throw new Error('it returned a function, which is not data');
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new Error('it returned a number that is not finite, such as 1/0, which is not data');
    return value;
  });
}

/**
 * A function of JSONata or of the component, a regular expression, or a lambda. JSONata marks the last two kinds as
 * objects.
 */
function isFunction(value: unknown): boolean {
  if (typeof value === 'function') return true;
  return property(value, '_jsonata_function') === true || property(value, '_jsonata_lambda') === true;
}

/** A match of a regular expression contains a function for the next match, which is removed. */
function isNextOfMatch(name: string, owner: unknown): boolean {
  return name === 'next' && property(owner, 'groups') !== undefined;
}
