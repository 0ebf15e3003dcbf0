/**
 * The errors of the component. The class is the decision of whoever catches it: what kind of failure it is, and whether
 * waiting helps. Messages are written for an operator who sees nothing else; nothing secret is ever put into one.
 */

import { bounded } from './truncate';
import { maskEmails } from './maskEmails';

/** Base of all errors that the component raises on purpose. Messages have at most 2,000 characters and hold no addresses. */
export abstract class ComponentError extends Error {
  /** Whether the same call may succeed later without anybody changing anything. */
  abstract readonly temporary: boolean;
  /** Whether the same call succeeds once the step, the credential or the account is corrected. */
  readonly correctable: boolean = false;

  constructor(message: string) {
    super(bounded(maskEmails(message)));
    this.name = new.target.name;
  }

  /** The same error with another message. */
  reworded(message: string): ComponentError {
    return new (this.constructor as new (text: string) => ComponentError)(message);
  }
}

/** The step is set up wrongly (a field, a snapshot, an environment variable); somebody has to change the flow. */
export class ConfigurationError extends ComponentError {
  readonly temporary = false;
  override readonly correctable = true;
}

/** CleverReach does not accept the credentials, or the account may not do this. */
export class AuthorisationError extends ComponentError {
  readonly temporary = false;
  override readonly correctable = true;

  /** @param status the HTTP status, or the `error.code` of the body where there is one; missing where no answer says so */
  constructor(
    message: string,
    readonly status?: number,
  ) {
    super(message);
  }

  override reworded(message: string): AuthorisationError {
    return new AuthorisationError(message, this.status);
  }
}

/** The group, receiver or form that was asked for does not exist. */
export class NotFoundError extends ComponentError {
  readonly temporary = false;
  override readonly correctable = true;
}

/** CleverReach understood the request and refuses it; the record or request has to change. */
export class RejectedError extends ComponentError {
  readonly temporary = false;

  /** @param status the HTTP status, or the `error.code` of the body where there is one */
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }

  /** The address is there already (400 or 409 with "duplicate" in its text). */
  get duplicate(): boolean {
    return saysDuplicate(this.message);
  }

  override reworded(message: string): RejectedError {
    return new RejectedError(message, this.status);
  }
}

/**
 * The account, or a proxy or firewall on the way to it, does not take such a request. That says nothing about the record: the
 * account or the network of the step has to be put in order.
 */
export class NotAcceptedError extends ComponentError {
  readonly temporary = false;
  override readonly correctable = true;
}

/**
 * CleverReach refused a write with a success status and no reason that speaks of the record (`false`, `null`, an unknown text): that
 * may pass, or the account or the record has to change.
 */
export class UnexplainedError extends ComponentError {
  readonly temporary = false;
  override readonly correctable = true;
}

/** Too many requests (429), for longer than we may wait here. */
export class RateLimitedError extends ComponentError {
  readonly temporary = true;

  /** @param retryAfterSeconds what CleverReach asked for, if it said so */
  constructor(
    message: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
  }

  override reworded(message: string): RateLimitedError {
    return new RateLimitedError(message, this.retryAfterSeconds);
  }
}

/** The network, a gateway or the server failed; the same request may succeed later. */
export class TemporaryError extends ComponentError {
  readonly temporary = true;
}

/** One record could not be handled; the others can. */
export class RecordError extends ComponentError {
  readonly temporary = false;
}

/** Whether waiting helps: the decision between handing a message back and failing it. */
export function isTemporary(error: unknown): error is ComponentError {
  return error instanceof ComponentError && error.temporary;
}

/** Whether an answer speaks of an address, or of something else, that is there already. */
export function saysDuplicate(said: string): boolean {
  return /duplicate|already exists/i.test(said);
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
