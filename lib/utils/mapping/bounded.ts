/** JSONata's own functions that its guards do not bound, as custom mappings have them. Other errors are JSONata's. */

import jsonata, { type Expression } from 'jsonata';

/** How many characters $pad may fill up to. */
const MAX_PADDING = 10_000;
/** In how many ways $toMillis may have to try to cut a text into parts; some 70 million take a second. */
const MAX_WAYS = 30_000_000;

/** Compiles anew, without any of the bounds. */
function refusedEval(): never {
  throw new Error('$eval is not available in a customMapping');
}

/** Fills up to the right, with a negative width to the left; characters count, not their code units. */
function boundedPad(value: string | undefined, width: number, filler?: string): string | undefined {
  if (value === undefined) return undefined;
  if (!(Math.abs(width) <= MAX_PADDING)) {
    throw new Error(`$pad fills up to ${MAX_PADDING} characters at most, not ${width}`);
  }
  const missing = Math.max(0, Math.trunc(Math.abs(width)) - Array.from(value).length);
  const fillers = Array.from(filler === undefined || filler === '' ? ' ' : filler);
  const padding = Array.from({ length: missing }, (_, index) => fillers[index % fillers.length]).join('');
  return width < 0 ? padding + value : value + padding;
}

const toMillis = jsonata('$toMillis(text, picture)');

/** JSONata makes a regular expression of the picture, in which any number of parts may be of any length. */
async function boundedToMillis(text: string | undefined, picture?: string): Promise<unknown> {
  if (text === undefined) return undefined;
  if (picture !== undefined && waysToCut(text.length, picture.split('[').length - 1) > MAX_WAYS) {
    throw new Error('$toMillis is given a text that is too long for a picture of so many parts');
  }
  const result: unknown = await toMillis.evaluate({ text, picture }, {});
  return result;
}

/** @returns the binomial coefficient of the two, at least where it is small */
function waysToCut(length: number, parts: number): number {
  let ways = 1;
  for (let part = 1; part <= parts && part <= length && ways <= MAX_WAYS; part++) ways *= (length - part + 1) / part;
  return ways;
}

/** Puts the bounded functions in the place of JSONata's own, for the same arguments. */
export function registerBoundedFunctions(expression: Expression): void {
  expression.registerFunction('eval', refusedEval);
  expression.registerFunction('pad', boundedPad, '<s-ns?:s>');
  expression.registerFunction('toMillis', boundedToMillis, '<s-s?:n>');
}
