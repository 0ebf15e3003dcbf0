/** The default mappings of the component. They are trusted, so they run in this process without limits. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import jsonata from 'jsonata';
import { RecordError, messageOf } from '../utils/errors';
import { registerFunctions } from './registerFunctions';
import { isObject } from '../utils/objects';
import { inSequence, messageFrom, type MapMessage } from './message';
import { foldConstants } from './constantFolding';

export type Direction = 'receiver-to-person' | 'person-to-receiver';

/** The path is the same from lib/mapping and from dist/mapping. */
const MAPPINGS = join(__dirname, '../../mappings');
const compiled = new Map<Direction, MapMessage>();

function compile(direction: Direction): MapMessage {
  const expression = jsonata(readFileSync(join(MAPPINGS, `${direction}.jsonata`), 'utf8'));
  registerFunctions(expression);
  foldConstants(expression.ast());
  return inSequence(async ({ metadata, data }) => {
    // a queue may deliver anything; what is not an object is treated as empty
    const record = isObject(data) ? data : {};
    const input = isObject(metadata) ? { metadata, data: record } : { data: record };
    try {
      const result: unknown = await expression.evaluate(input, {});
      return messageFrom(result, 'default mapping');
    } catch (error) {
      if (error instanceof RecordError) throw error;
      throw new RecordError(`the default mapping failed: ${messageOf(error)}`);
    }
  });
}

/** @returns the default mapping of a direction, compiled on the first call and then cached */
export function defaultMapping(direction: Direction): MapMessage {
  const known = compiled.get(direction);
  if (known) return known;
  const mapping = compile(direction);
  compiled.set(direction, mapping);
  return mapping;
}
