/**
 * Selects the mapping of a step: the default mapping of a direction, the custom mapping, or none. A mapping takes a
 * whole message and returns a whole message; it never changes its input.
 */

import { RecordError } from '../utils/errors';
import { redactValues } from './redactValues';
import { customMapping } from './customMapping';
import { defaultMapping } from './defaultMapping';
import type { MapMessage } from './message';

/** Returns the message unchanged. */
export const passThrough: MapMessage = (message) => Promise.resolve(message);

/**
 * @returns the mapping; its errors contain no data of the record
 * @throws ConfigurationError if the custom mapping cannot be parsed, before any request is sent
 */
export function selectMapping(
  fields: { skipTransformation: boolean; customMapping?: string | undefined },
  direction: Parameters<typeof defaultMapping>[0],
): MapMessage {
  if (fields.skipTransformation) return passThrough;
  return discreet(fields.customMapping === undefined ? defaultMapping(direction) : customMapping(fields.customMapping));
}

/** The author of a mapping may have added data of the record to an error. */
function discreet(map: MapMessage): MapMessage {
  return (message) =>
    map(message).catch((error: unknown) => {
      if (!(error instanceof RecordError)) throw error;
      throw error.reworded(redactValues(error.message, message.data));
    });
}
