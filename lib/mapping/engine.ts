/**
 * What becomes of a message: the default mapping of a direction, an expression of the flow's author in its place, or
 * nothing. Mappings see the whole message and give a whole message; the one they are given is never changed.
 */

import type { MapMessage } from './message';

export { customMapping } from './customMapping';
export { defaultMapping } from './defaultMapping';
export type { MapMessage, Message } from './message';

/** The message as it is. */
export const passThrough: MapMessage = (message) => Promise.resolve(message);
