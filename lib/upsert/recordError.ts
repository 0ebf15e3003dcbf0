/** From what was thrown to the result of a record. */

import { withoutAdvice } from '../http/errorAdvice';
import { WORKS_LATER } from '../http/retry';
import { safeMessageOf } from '../http/safeErrorText';
import { AuthorisationError, ComponentError, NotFoundError, RecordError, RejectedError } from '../utils/errors';

/** Whether CleverReach refuses to tell what was asked for, or says that it does not exist; any other failure leaves it open. */
export function isRefusedOrMissing(error: unknown): error is AuthorisationError | NotFoundError | RejectedError {
  const isRefusal = error instanceof RejectedError && error.status === 400;
  return isRefusal || error instanceof AuthorisationError || error instanceof NotFoundError;
}

/** What was asked for; the fallback where CleverReach does not tell it. Any other failure is thrown. */
export async function unlessRefused<T>(asked: Promise<T>, fallback: T): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (isRefusedOrMissing(error)) return fallback;
    throw error;
  }
}

/** The typed error itself; anything else is a fault of this program and flies on. */
export function typedError(error: unknown): ComponentError {
  if (error instanceof ComponentError) return error;
  throw error;
}

/** The error of one record whose own data could not be read: a fault of the component must not fail the records beside it. */
export function errorOfRecord(error: unknown): ComponentError {
  if (error instanceof ComponentError) return error;
  return new RecordError(
    `An unexpected error occurred while the record was read (${safeMessageOf(error)}); nothing was written. Waiting does not help: report this message.`,
  );
}

/** The message of an error without what to do about it, as the cause of another one that says so itself. */
export function causeOf(error: ComponentError): string {
  return withoutAdvice(error.message.replace(WORKS_LATER, ''));
}
