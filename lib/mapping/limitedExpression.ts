/**
 * Compiles custom expressions with limits, so that most failures end in an error that states the reason. JSONata's
 * guards do not limit everything: a regular expression, a comparison or a string may still use all time and memory. The
 * expression is therefore only evaluated in a process that can be killed, see evaluatorPool.ts.
 */

import jsonata, { type Expression } from 'jsonata';
import { registerFunctions } from './registerFunctions';
import { foldConstants } from './constantFolding';

const LIMITS = {
  /** time limit of one evaluation in milliseconds */
  timeout: 1000,
  /** maximum nesting of expressions during evaluation, including recursion */
  stack: 500,
  /** maximum length of a list */
  sequence: 10_000,
} as const;

/** Total length of the cached expressions. Compiled, they take up to a hundred times as many bytes. */
const MAX_KEPT = 128 * 1024;
/** Added to the length of each expression: its functions and variables take about 25 KB, however short it is. */
const CHARACTERS_EACH = 1000;

const kept = new Map<string, Expression>();

const costOf = ({ length }: string): number => length + CHARACTERS_EACH;

/** JSONata's own `$eval` compiles again without any of the guards. */
function refusedEval(): never {
  throw new Error('$eval is not available in a customMapping');
}

function compile(text: string): Expression {
  const expression = jsonata(text, LIMITS);
  registerFunctions(expression);
  expression.registerFunction('eval', refusedEval);
  foldConstants(expression.ast());
  return expression;
}

/**
 * @returns the expression, compiled on the first call and then cached while there is room
 * @throws the error of JSONata if the string cannot be parsed
 */
export function limitedExpression(text: string): Expression {
  const expression = kept.get(text) ?? compile(text);
  // move the entry to the end, so that the least recently used one is evicted first
  kept.delete(text);
  kept.set(text, expression);
  let characters = [...kept.keys()].reduce((sum, one) => sum + costOf(one), 0);
  for (const oldest of kept.keys()) {
    if (characters <= MAX_KEPT) break;
    kept.delete(oldest);
    characters -= costOf(oldest);
  }
  return expression;
}
