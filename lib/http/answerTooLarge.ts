import { ConfigurationError } from '../utils/errors';

/** A list was larger than one answer may be; the same list in smaller parts may be read. */
export class AnswerTooLargeError extends ConfigurationError {}

/** For a question that such an answer leaves open: no. */
export function falseIfTooLarge(error: unknown): false {
  if (error instanceof AnswerTooLargeError) return false;
  throw error;
}
