/** From what was thrown to the result of a record. */

import { ComponentError } from '../errors';

/** The typed error itself; anything else is a fault of this program and flies on. */
export function typedError(error: unknown): ComponentError {
  if (error instanceof ComponentError) return error;
  throw error;
}
