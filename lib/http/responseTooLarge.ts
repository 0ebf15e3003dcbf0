import { ConfigurationError } from '../utils/errors';

/** A list exceeds the size limit of a response; it may still be readable in smaller parts. */
export class ResponseTooLargeError extends ConfigurationError {}

/** Returns false if the response was too large to decide the question; any other error is thrown. */
export function falseIfTooLarge(error: unknown): false {
  if (error instanceof ResponseTooLargeError) return false;
  throw error;
}
