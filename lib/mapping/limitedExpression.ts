/**
 * Expressions of somebody else, compiled so that most of what goes wrong in one ends in an error that says why. JSONata's
 * guards do not bound everything (a regular expression, a comparison or a text may still take all the time and memory
 * there is), so this is only ever evaluated in a process that can be ended, see evaluatorPool.ts.
 */

import jsonata, { type Expression } from 'jsonata';
import { registerFunctions } from './registerFunctions';
import { foldTables } from './constantFolding';

const LIMITS = {
  /** how long one evaluation may take, in milliseconds */
  timeout: 1000,
  /** how deep expressions may nest while they are evaluated, recursion included */
  stack: 500,
  /** how long a list may become */
  sequence: 10_000,
} as const;

/** How many characters of expressions are kept compiled, which takes up to a hundred times as many bytes. */
const MAX_KEPT = 128 * 1024;
/** What each counts beyond its characters: its functions and variables take some 25 KB, however short it is. */
const CHARACTERS_EACH = 1000;

const kept = new Map<string, Expression>();

const costOf = ({ length }: string): number => length + CHARACTERS_EACH;

/** JSONata's own compiles anew, without any of the guards. */
function refusedEval(): never {
  throw new Error('$eval is not available in a customMapping');
}

function compile(text: string): Expression {
  const expression = jsonata(text, LIMITS);
  registerFunctions(expression);
  expression.registerFunction('eval', refusedEval);
  foldTables(expression.ast());
  return expression;
}

/**
 * @returns the expression, compiled at the first call and then kept while there is room
 * @throws what JSONata throws when the text cannot be parsed
 */
export function compileGuarded(text: string): Expression {
  const expression = kept.get(text) ?? compile(text);
  // the one used last is the last to be forgotten
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
