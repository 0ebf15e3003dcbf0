/** Retries an operation by the retry policy within a time budget. It knows nothing about the operation. */

import type { Clock } from '../utils/clock';
import { RateLimitedError, type ComponentError } from '../utils/errors';
import { retryPolicy, waitBeforeNextTry } from './retryPolicy';

/** The result of one attempt. */
export type AttemptResult<T> = { ok: true; value: T } | Failure;

export interface Failure {
  ok: false;
  error: ComponentError;
  /** Whether a retry can help and is safe. */
  again: boolean;
  /** From `Retry-After`. */
  retryAfterMs?: number;
  /** The token was refused; another token may be accepted. */
  unauthorised?: true;
}

export interface Retrying {
  clock: Clock;
  /** Counted from the first attempt. */
  budgetSeconds: number;
  /** Time of `Clock.elapsed` in milliseconds after which there are no retries. */
  endAt?: number;
  /** Milliseconds spent waiting for a slot, which do not count against the budget. */
  queuedMs?: () => number;
  /** Receives the wait that a failure requests, even if there is no retry. */
  onWait?: (failure: Failure, waitMs: number) => void;
  /** Called before each retry with the number of attempts and the wait in seconds, for the log. */
  onRetry: (failure: Failure, tries: number, waitSeconds: number) => void;
}

/**
 * The value of the first successful attempt.
 * @throws the error of the last attempt; a temporary one includes the number of attempts. If the wait would exceed the
 *   budget, the error is thrown immediately.
 */
export async function withRetries<T>(attempt: () => Promise<AttemptResult<T>>, retrying: Retrying): Promise<T> {
  const { clock, endAt = Infinity, queuedMs = () => 0 } = retrying;
  const start = clock.elapsed();
  for (let tries = 1; ; tries += 1) {
    const outcome = await attempt();
    if (outcome.ok) return outcome.value;
    if (!outcome.again) throw givenUp(outcome.error, tries, clock.elapsed() - start);

    const rateLimited = outcome.error instanceof RateLimitedError;
    const { retryAfterMs } = outcome;
    const reason = { tries, rateLimited, random: clock.random(), ...(retryAfterMs !== undefined && { retryAfterMs }) };
    const wait = waitBeforeNextTry(retryPolicy, reason);
    retrying.onWait?.(outcome, wait);
    const next = clock.elapsed() + wait;
    const passes = next > endAt || next - start - queuedMs() > retrying.budgetSeconds * 1_000;
    if (tries >= retryPolicy.tries || passes) throw givenUp(outcome.error, tries, clock.elapsed() - start);
    retrying.onRetry(outcome, tries, Math.ceil(wait / 100) / 10);
    await clock.sleep(wait);
  }
}

/** Ends the message of a temporary error. */
export const WORKS_LATER = ' This is temporary: a later attempt will work.';

/** Adds what an operator needs to a temporary error: the number of attempts, and that waiting helps. */
function givenUp(error: ComponentError, tries: number, elapsedMs: number): ComponentError {
  if (!error.temporary) return error;
  const tried = tries === 1 ? 'tried once' : `tried ${tries} times in ${Math.round(elapsedMs / 1_000)} s`;
  return error.reworded(`${error.message} (${tried}).${WORKS_LATER}`);
}
