/** Converts an error that `emit` of the runtime throws. It may contain the message that was sent, and credentials. */

import { phraseOf } from '../http/safeErrorText';
import { ComponentError, messageOf, NotTakenBackError, RecordError, TemporaryError } from '../utils/errors';

/** The names and codes of errors that contain no data: `IllegalOperationError`, `ECONNRESET`, the reply codes of AMQP. */
const NAME = /^[A-Z][A-Za-z]{1,38}(?:Error|Exception)$/;
const CODE = /^(?:E[A-Z]{2,19}|ERR_[A-Z_]{2,40}|[2-5]\d\d)$/;

/** The broker, or the runtime that encodes the message, refuses its size; a full queue is something else. */
const TOO_LARGE =
  /\btoo (?:large|big)\b|\b(?:message|payload|body|frame|string)\b.*\b(?:too long|larger than|longer than)\b|\bsize\b.*\bexceed|\bexceed.*\bsize\b|\binvalid string length\b/i;
const OTHER_LIMIT = /\b(?:queue|rate)\b/i;

const ADVICE =
  'This is temporary: the message is sent again later. If the error persists, the operator of the platform must check its message broker and the connection of the container to it.';

const NOT_TAKEN_BACK =
  'So it counts as failed and is not sent again: the operator of the platform must check its message broker and the connection of the container to it; then send the record again.';

/**
 * The error for a message of this event. If its size is the reason, it is about the record; any other reason may pass:
 * after the loss of a channel, even a TypeError of the runtime.
 */
export function emitError(event: string, thrown: unknown): ComponentError {
  if (thrown instanceof ComponentError) return thrown;
  const { message } = membersOf(thrown);
  const said = typeof message === 'string' ? message : messageOf(thrown);
  const why = reasonOf(thrown, said);
  const isAboutRecord = event === 'data' || event === 'raw-record';
  if (isAboutRecord && TOO_LARGE.test(said) && !OTHER_LIMIT.test(said))
    return new RecordError(
      `the message is too large to be sent: the runtime refused it${why}. Waiting does not help: shorten the values of the record.`,
    );
  if (event === 'rebound')
    return new NotTakenBackError(`The platform could not take the message back${why}. ${NOT_TAKEN_BACK}`);
  return new TemporaryError(`The runtime could not send a ${event} message${why}. ${ADVICE}`);
}

/** The kind of the error and the words of its message that cannot be data, as far as it has them. */
function reasonOf(thrown: unknown, said: string): string {
  const { name, code } = membersOf(thrown);
  const kind = [name, code].filter((one) => isKind(one));
  const shown = phraseOf(said).replace(/[.\s]+$/, '');
  return `${kind.length === 0 ? '' : ` (${kind.join(', ')})`}${shown === '' ? '' : `: ${shown}`}`;
}

/** Libraries also throw objects that are not errors. */
function membersOf(thrown: unknown): { name?: unknown; code?: unknown; message?: unknown } {
  return typeof thrown === 'object' && thrown !== null ? thrown : {};
}

function isKind(value: unknown): boolean {
  return (typeof value === 'string' && NAME.test(value)) || CODE.test(String(value));
}
