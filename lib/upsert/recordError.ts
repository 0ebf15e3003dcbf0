/** Converts thrown errors to errors of a record. */

import { withoutAdvice } from '../http/errorAdvice';
import { WORKS_LATER } from '../http/retry';
import { safeMessageOf } from '../http/safeErrorText';
import { AuthorisationError, ComponentError, NotFoundError, RecordError, RejectedError } from '../utils/errors';

/**
 * Whether CleverReach rejected the request or the resource does not exist. Any other failure leaves the response open.
 */
export function isRefusedOrMissing(error: unknown): error is AuthorisationError | NotFoundError | RejectedError {
  const isRefusal = error instanceof RejectedError && error.status === 400;
  return isRefusal || error instanceof AuthorisationError || error instanceof NotFoundError;
}

/** Whether the token or the credentials were refused; a missing permission has a status. */
export function areCredentialsRefused(error: ComponentError): boolean {
  return error instanceof AuthorisationError && error.status === undefined;
}

/** Returns the result, or the fallback if CleverReach rejects the request. Any other failure is thrown. */
export async function unlessRefused<T>(asked: Promise<T>, fallback: T): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (isRefusedOrMissing(error)) return fallback;
    throw error;
  }
}

/** Returns a ComponentError; anything else is a bug and is rethrown. */
export function typedError(error: unknown): ComponentError {
  if (error instanceof ComponentError) return error;
  throw error;
}

/** The error of a record that could not be read. A bug in the component must not fail the other records. */
export function errorOfRecord(error: unknown): ComponentError {
  if (error instanceof ComponentError) return error;
  return new RecordError(
    `An unexpected error occurred while the record was read (${safeMessageOf(error)}); nothing was written. Waiting does not help: report this message.`,
  );
}

/** Words of a rejection that is about the account and not about a record. */
const ABOUT_ACCOUNT = /\b(scope|licen[cs]e|limit|permission|account)/i;

/** Whether a rejection names the account or the permissions of the app as its reason. */
export function isAboutAccount(rejection: ComponentError): boolean {
  return ABOUT_ACCOUNT.test(causeOf(rejection));
}

/** The message of an error without its advice, for use as the cause in another error that has its own advice. */
export function causeOf(error: ComponentError): string {
  return withoutAdvice(error.message.replace(WORKS_LATER, ''));
}
