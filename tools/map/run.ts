/** Runs a mapping as a step does, with the same engine, functions and limits. */

import { ConfigurationError, messageOf, NothingMappedError } from '../../lib/utils/errors';
import { customMapping } from '../../lib/mapping/customMapping';
import { defaultMapping } from '../../lib/mapping/defaultMapping';
import type { MapMessage, MappingMessage } from '../../lib/mapping/message';
import { property } from '../../lib/utils/text';
import { limitedExpression } from '../../lib/mapping/limitedExpression';
import { visible } from '../lib/terminal';
import { DIRECTIONS, type Direction } from './direction';
import type { Sample } from './samples';

/** @throws ConfigurationError that shows the position where it cannot be parsed */
export function compileMapping(text: string): MapMessage {
  try {
    return customMapping(text);
  } catch (error) {
    throw new ConfigurationError(`${visible(messageOf(error))}${placeIn(text)}`);
  }
}

/** The message with which the step continues, or the reason why it does not; `skipped` if a trigger sends nothing. */
export async function result(
  map: MapMessage,
  { message }: Sample,
  direction: Direction,
): Promise<{ message: MappingMessage } | { failure: string } | 'skipped'> {
  try {
    const { metadata, data } = await map(structuredClone(message));
    // the action uses the incoming metadata, and a trigger ensures that a record has its id
    if (direction === 'action') return { message: { metadata: message.metadata, data } };
    const { recordUid } = message.metadata;
    return { message: { metadata: { ...(recordUid !== undefined && { recordUid }), ...metadata }, data } };
  } catch (error) {
    if (direction === 'trigger' && error instanceof NothingMappedError) return 'skipped';
    return { failure: messageOf(error) };
  }
}

/** The result of the default mapping; undefined if it fails. */
export async function defaultResult(sample: Sample, direction: Direction): Promise<MappingMessage | undefined> {
  const outcome = await result(defaultMapping(DIRECTIONS[direction].mapping), sample, direction);
  return outcome !== 'skipped' && 'message' in outcome ? outcome.message : undefined;
}

/** The line of a syntax error with a mark below it; empty if the error is not a syntax error. */
function placeIn(text: string): string {
  try {
    limitedExpression(text);
    return '';
  } catch (error) {
    const position = property(error, 'position');
    if (typeof position !== 'number') return '';
    const before = text.slice(0, position).split('\n');
    const column = before.at(-1)?.length ?? 0;
    const line = text.split('\n')[before.length - 1] ?? '';
    return `\n  line ${before.length}, column ${column}:\n    ${line}\n    ${' '.repeat(Math.max(0, column - 1))}^`;
  }
}
