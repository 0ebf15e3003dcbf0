/**
 * Expressions of somebody else, compiled so that they cannot stop the component. JSONata is a whole programming language
 * and runs in the process of the component: it is bounded in time, depth and length, its regular expressions have a time
 * limit of their own, and those of its functions that escape all of this are replaced. Memory is bounded only as far as
 * these bounds go.
 */

import jsonata, { type Expression } from 'jsonata';
import { registerBoundedFunctions } from './bounded';
import { registerFunctions } from './functions';
import { TimedRegExpEngine } from './regex';

export const LIMITS = {
  /** how long one evaluation may take, in milliseconds */
  timeout: 1000,
  /** how deep expressions may nest while they are evaluated, recursion included */
  stack: 500,
  /** how long a list may become */
  sequence: 10_000,
} as const;

/** @throws what JSONata throws when the text cannot be parsed */
export function compileGuarded(text: string): Expression {
  const expression = jsonata(text, { ...LIMITS, RegexEngine: TimedRegExpEngine });
  registerFunctions(expression);
  registerBoundedFunctions(expression);
  return expression;
}
