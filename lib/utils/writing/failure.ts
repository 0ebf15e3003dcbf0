/** From what was thrown to the result of a record. */

import { AuthorisationError, ComponentError, NotFoundError, RejectedError } from '../errors';

/** Whether CleverReach refuses to tell what was asked for, or says that it does not exist; any other failure leaves it open. */
export function isNotTold(error: unknown): error is AuthorisationError | NotFoundError | RejectedError {
  const isRefusal = error instanceof RejectedError && error.status === 400;
  return isRefusal || error instanceof AuthorisationError || error instanceof NotFoundError;
}

/** What was asked for; the fallback where CleverReach does not tell it. Any other failure is thrown. */
export async function unlessRefused<T>(asked: Promise<T>, fallback: T): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (isNotTold(error)) return fallback;
    throw error;
  }
}

/** The typed error itself; anything else is a fault of this program and flies on. */
export function typedError(error: unknown): ComponentError {
  if (error instanceof ComponentError) return error;
  throw error;
}
