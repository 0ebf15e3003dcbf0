/** Tries something again as the policy says, within a budget of time. Knows nothing of what is tried. */

import type { Clock } from '../utils/clock';
import { RateLimitedError, type ComponentError } from '../utils/errors';
import { retryPolicy, waitBeforeNextTry } from './retryPolicy';

/** What became of one try. */
export type Outcome<T> = { ok: true; value: T } | Failure;

export interface Failure {
  ok: false;
  error: ComponentError;
  /** Whether another try can help and does no harm. */
  again: boolean;
  /** From `Retry-After`. */
  retryAfterMs?: number;
  /** The token was refused; another one may do. */
  unauthorised?: true;
}

export interface Retrying {
  clock: Clock;
  /** Counted from the first try. */
  budgetSeconds: number;
  /** Milliseconds of `Clock.elapsed` after which nothing is tried again. */
  endAt?: number;
  /** Milliseconds that were spent waiting for a turn so far, which do not count against the budget. */
  queuedMs?: () => number;
  /** Told what wait a failure asks for, also where nothing is tried again after it. */
  onWait?: (failure: Failure, waitMs: number) => void;
  /** Told before each further try: how often it has been tried, and how long the wait is in seconds, to be logged. */
  onRetry: (failure: Failure, tries: number, waitSeconds: number) => void;
}

/**
 * The value of the first try that succeeds.
 * @throws the error of the last try; when it is temporary, with the number of tries. At once, without waiting in vain, when
 *   the wait would pass the budget.
 */
export async function withRetries<T>(attempt: () => Promise<Outcome<T>>, retrying: Retrying): Promise<T> {
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
export const WORKS_LATER = ' This is temporary: the same will work later.';

/** The same error with what an operator wants to know: how often it was tried, and that waiting helps. */
function givenUp(error: ComponentError, tries: number, elapsedMs: number): ComponentError {
  if (!error.temporary) return error;
  const tried = tries === 1 ? 'tried once' : `tried ${tries} times in ${Math.round(elapsedMs / 1_000)} s`;
  return error.reworded(`${error.message} (${tried}).${WORKS_LATER}`);
}
