/** Which of the mappings a step uses. */

import { customMapping, defaultMapping, passThrough, type MapMessage } from './engine';

/**
 * @throws ConfigurationError when the custom mapping cannot be parsed, before anything is read or sent
 */
export function mappingOf(
  fields: { skipTransformation: boolean; customMapping?: string | undefined },
  direction: Parameters<typeof defaultMapping>[0],
): MapMessage {
  if (fields.skipTransformation) return passThrough;
  if (fields.customMapping !== undefined) return customMapping(fields.customMapping);
  return defaultMapping(direction);
}
