/** The input and output of a mapping: the message of the hub, on either runtime. */

import { NothingMappedError, RecordError } from '../utils/errors';
import { isObject } from '../utils/objects';

export interface MappingMessage {
  metadata?: Record<string, unknown>;
  data: Record<string, unknown>;
}

/** @returns the mapped message; rejects with a RecordError if this message cannot be mapped */
export type MapMessage = (message: MappingMessage) => Promise<MappingMessage>;

function typeInWords(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return isObject(value) ? 'an object without an object "data"' : `a ${typeof value}`;
}

/**
 * Checks that the result of a mapping is a message.
 * @param mapping the source of the result, for the error
 * @throws RecordError if it is not a message, NothingMappedError if it is nothing, or null
 */
export function messageFrom(given: unknown, mapping: string): MappingMessage {
  if (!isObject(given) || !isObject(given['data'])) {
    const Problem = given === undefined || given === null ? NothingMappedError : RecordError;
    throw new Problem(`the ${mapping} returned ${typeInWords(given)}; it must return {metadata, data}`);
  }
  const { metadata, data } = given;
  if (metadata === undefined || metadata === null) return { data };
  if (!isObject(metadata)) {
    throw new RecordError(
      `the ${mapping} returned ${typeInWords(metadata)} as metadata; it must return {metadata, data}`,
    );
  }
  return { metadata, data };
}

/**
 * Runs one evaluation after the other: concurrent ones are several times slower and would consume each other's time
 * limit.
 */
export function inSequence<In, Out>(evaluate: (input: In) => Promise<Out>): (input: In) => Promise<Out> {
  let last: Promise<unknown> = Promise.resolve();
  return (input) => {
    const evaluated = last.then(() => evaluate(input));
    // this caller gets the error; the next one is not affected
    last = evaluated.catch(() => undefined);
    return evaluated;
  };
}
