/** Mappings that the author of a flow brings. Each is checked once and then kept. */

import jsonata from 'jsonata';
import { ConfigurationError } from '../utils/errors';
import { checkDepth } from '../utils/json';
import { placeOf, textOf } from './mappingError';
import { evaluateIsolated } from './evaluatorPool';
import { messageFrom, type MapMessage } from './message';

/** How many are kept; a process that serves many flows forgets the one used longest ago. */
const KEPT = 100;
const MAX_CHARACTERS = 64 * 1024;

const kept = new Map<string, MapMessage>();

/** Parses only: it is compiled and evaluated in another process. */
function check(text: string): void {
  if (text.length > MAX_CHARACTERS) {
    throw new ConfigurationError(`customMapping has ${text.length} characters, more than ${MAX_CHARACTERS}`);
  }
  try {
    jsonata(text);
  } catch (error) {
    throw new ConfigurationError(`customMapping cannot be parsed${placeOf(error)}: ${textOf(error)}`);
  }
}

/**
 * @param text JSONata over the whole message `{metadata, data}`, which it has to give as well
 * @throws ConfigurationError when it cannot be parsed or is too long
 */
export function customMapping(text: string): MapMessage {
  const known = kept.get(text);
  if (known) {
    // the one used last is the last to be forgotten
    kept.delete(text);
    kept.set(text, known);
    return known;
  }

  check(text);
  const mapping: MapMessage = async (message) => {
    const given = await evaluateIsolated({ text, message });
    checkDepth(given, 'what the customMapping gave');
    return messageFrom(given, 'customMapping');
  };

  const oldest = kept.keys().next();
  if (kept.size >= KEPT && !oldest.done) kept.delete(oldest.value);
  kept.set(text, mapping);
  return mapping;
}
