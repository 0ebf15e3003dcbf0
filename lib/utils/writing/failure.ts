/** From what was thrown to the result of a record. */

import { ComponentError } from '../errors';

/** What was asked for; the fallback where CleverReach refuses to tell it for good. A temporary failure is thrown. */
export async function unlessRefused<T>(asked: Promise<T>, fallback: T): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (typedError(error).temporary) throw error;
    return fallback;
  }
}

/** The typed error itself; anything else is a fault of this program and flies on. */
export function typedError(error: unknown): ComponentError {
  if (error instanceof ComponentError) return error;
  throw error;
}
