/** Which of the mappings a step uses. */

import { RecordError } from '../utils/errors';
import { withoutValues } from './redactValues';
import { customMapping, defaultMapping, passThrough, type MapMessage } from './engine';

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
