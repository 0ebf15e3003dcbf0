/** Custom mappings of a flow. Each is parsed once and then cached. */

import jsonata from 'jsonata';
import { LRUCache } from 'lru-cache';
import { ConfigurationError } from '../utils/errors';
import { checkDepth } from '../utils/json';
import { characterPosition, errorText } from './mappingError';
import { evaluateIsolated } from './evaluatorPool';
import { messageFrom, type MapMessage } from './message';

/** Maximum number of cached mappings; the least recently used one is evicted first. */
const KEPT = 100;
const MAX_CHARACTERS = 64 * 1024;

const kept = new LRUCache<string, MapMessage>({ max: KEPT });

/** Only parses the expression; another process compiles and evaluates it. */
function check(text: string): void {
  if (text.length > MAX_CHARACTERS) {
    throw new ConfigurationError(`customMapping has ${text.length} characters, more than ${MAX_CHARACTERS}`);
  }
  try {
    jsonata(text);
  } catch (error) {
    throw new ConfigurationError(`customMapping cannot be parsed${characterPosition(error)}: ${errorText(error)}`);
  }
}

/**
 * @param text JSONata over the whole message `{metadata, data}`; it must also return such a message
 * @throws ConfigurationError if it cannot be parsed or is too long
 */
export function customMapping(text: string): MapMessage {
  const known = kept.get(text);
  if (known) return known;

  check(text);
  const mapping: MapMessage = async (message) => {
    const given = await evaluateIsolated({ text, message });
    checkDepth(given, 'the result of the customMapping');
    return messageFrom(given, 'customMapping');
  };

  kept.set(text, mapping);
  return mapping;
}
