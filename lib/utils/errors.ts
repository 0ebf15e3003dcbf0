/**
 * The errors of the component. The class tells the caller what kind of failure it is and whether waiting helps.
 * Messages are written for an operator who sees nothing else; they never contain secrets.
 */

import { bounded } from './truncate';
import { redactEmails } from './redactEmails';

/**
 * Base class of all errors that the component throws on purpose. Messages have at most 2,000 characters and contain no
 * addresses.
 */
export abstract class ComponentError extends Error {
  /** Whether the same call may succeed later without any correction. */
  abstract readonly temporary: boolean;
  /** Whether the same call succeeds once the step, the credential or the account is corrected. */
  readonly correctable: boolean = false;

  constructor(message: string) {
    super(bounded(redactEmails(message)));
    this.name = new.target.name;
  }

  /** The same error with another message. */
  reworded(message: string): ComponentError {
    return new (this.constructor as new (text: string) => ComponentError)(message);
  }
}

/**
 * The configuration of the step is invalid (a field, a snapshot, an environment variable); the flow must be changed.
 */
export class ConfigurationError extends ComponentError {
  readonly temporary = false;
  override readonly correctable = true;
}

/** CleverReach rejects the credentials, or the account lacks the permission. */
export class AuthorisationError extends ComponentError {
  readonly temporary = false;
  override readonly correctable = true;

  /** @param status the HTTP status, or the `error.code` of the body if there is one; missing if there is no response */
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

/** The requested group, receiver or form does not exist. */
export class NotFoundError extends ComponentError {
  readonly temporary = false;
  override readonly correctable = true;
}

/** CleverReach understands the request and rejects it; the record or the request must change. */
export class RejectedError extends ComponentError {
  readonly temporary = false;

  /** @param status the HTTP status, or the `error.code` of the body if there is one */
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }

  /** The address already exists (400 or 409 with "duplicate" in its message). */
  get duplicate(): boolean {
    return saysDuplicate(this.message);
  }

  override reworded(message: string): RejectedError {
    return new RejectedError(message, this.status);
  }
}

/**
 * The account, or a proxy or firewall before it, does not accept such a request. The record is not the cause: the
 * account or the network of the step must be corrected.
 */
export class NotAcceptedError extends ComponentError {
  readonly temporary = false;
  override readonly correctable = true;

  /** @param status the HTTP status, if one says so */
  constructor(
    message: string,
    readonly status?: number,
  ) {
    super(message);
  }
}

/**
 * CleverReach refused a write with a success status and without a reason about the record (`false`, `null`, an unknown
 * string). The failure may be temporary, or the account or the record must change.
 */
export class UnexplainedError extends ComponentError {
  readonly temporary = false;
  override readonly correctable = true;
}

/** Too many requests (429), for longer than the component can wait. */
export class RateLimitedError extends ComponentError {
  readonly temporary = true;

  /** @param retryAfterSeconds the wait that CleverReach requested, if any */
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

/** The platform did not take a message back, so the message fails: it must not be handed back again. */
export class NotTakenBackError extends ComponentError {
  readonly temporary = false;
}

/** One record could not be processed; the others can. */
export class RecordError extends ComponentError {
  readonly temporary = false;
}

/** The mapping returned nothing for a record. A trigger skips the record; for the action it is an error. */
export class NothingMappedError extends RecordError {}

/** Whether waiting helps; decides whether a message is rebounded or fails. */
export function isTemporary(error: unknown): error is ComponentError {
  return error instanceof ComponentError && error.temporary;
}

/** The request was refused by CleverReach, or by a proxy or firewall: it may not be made, or what it asks for is unknown. */
export function isRefusal(error: unknown): boolean {
  return [AuthorisationError, NotAcceptedError, NotFoundError, RejectedError].some((type) => error instanceof type);
}

/** Why a record was rejected: the component cannot process it, or CleverReach refused it. Part of messages, so stable. */
export const rejectionTypes = ['record', 'rejected'] as const;
type RejectionType = (typeof rejectionTypes)[number];

/** Undefined if the error is not about a record, or if a later attempt can succeed without a change of the record. */
export function rejectionType(error: unknown): RejectionType | undefined {
  if (error instanceof RecordError) return 'record';
  return error instanceof RejectedError ? 'rejected' : undefined;
}

/** Whether a message reports that an address or another value already exists. */
export function saysDuplicate(said: string): boolean {
  return /duplicate|already exists/i.test(said);
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
