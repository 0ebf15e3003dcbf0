/** What a mapping takes and gives: the message of a hub, whichever runtime carries it. */

import { RecordError } from '../utils/errors';
import { isObject } from '../utils/objects';

export interface MappingMessage {
  metadata?: Record<string, unknown>;
  data: Record<string, unknown>;
}

/** @returns the mapped message; rejects with a RecordError when this message cannot be mapped */
export type MapMessage = (message: MappingMessage) => Promise<MappingMessage>;

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return isObject(value) ? 'an object without an object "data"' : `a ${typeof value}`;
}

/**
 * What a mapping gave, as a message.
 * @param mapping what gave it, for the error
 * @throws RecordError when it is no message
 */
export function messageFrom(given: unknown, mapping: string): MappingMessage {
  if (!isObject(given) || !isObject(given['data'])) {
    throw new RecordError(`the ${mapping} gave ${kindOf(given)}; it has to give {metadata, data}`);
  }
  const { metadata, data } = given;
  if (metadata === undefined || metadata === null) return { data };
  if (!isObject(metadata)) {
    throw new RecordError(`the ${mapping} gave ${kindOf(metadata)} as metadata; it has to give {metadata, data}`);
  }
  return { metadata, data };
}

/** One after the other: evaluations that take turns are several times slower, and would use up each other's time. */
export function inSequence<In, Out>(evaluate: (input: In) => Promise<Out>): (input: In) => Promise<Out> {
  let last: Promise<unknown> = Promise.resolve();
  return (input) => {
    const evaluated = last.then(() => evaluate(input));
    // the caller gets the error; the next one does not
    last = evaluated.catch(() => undefined);
    return evaluated;
  };
}
