/**
 * Which mapping a step uses: the default mapping of a direction, an expression of the flow's author in its place, or none.
 * Mappings take the whole message and return a whole message; the one that they are given is never changed.
 */

import { RecordError } from '../utils/errors';
import { withoutValues } from './redactValues';
import { customMapping } from './customMapping';
import { defaultMapping } from './defaultMapping';
import type { MapMessage } from './message';

/** The message as it is. */
export const passThrough: MapMessage = (message) => Promise.resolve(message);

/**
 * @returns the mapping, whose errors hold nothing that the record says
 * @throws ConfigurationError when the custom mapping cannot be parsed, before anything is read or sent
 */
export function mappingOf(
  fields: { skipTransformation: boolean; customMapping?: string | undefined },
  direction: Parameters<typeof defaultMapping>[0],
): MapMessage {
  if (fields.skipTransformation) return passThrough;
  return discreet(fields.customMapping === undefined ? defaultMapping(direction) : customMapping(fields.customMapping));
}

/** The author of a mapping may have put what the record says into an error. */
function discreet(map: MapMessage): MapMessage {
  return (message) =>
    map(message).catch((error: unknown) => {
      if (!(error instanceof RecordError)) throw error;
      throw error.reworded(withoutValues(error.message, message.data));
    });
}
