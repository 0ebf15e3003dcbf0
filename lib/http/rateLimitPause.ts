/** The pause that all requests of an account share: after a 429 all of them wait, not only the one that received it. */

import type { Clock } from '../utils/clock';
import { RateLimitedError } from '../utils/errors';
import { retryPolicy } from './retryPolicy';

export interface Pause {
  /** Time of `Clock.elapsed` in milliseconds before which no request of the account is sent. */
  until: number;
}

export function noPause(): Pause {
  return { until: 0 };
}

/** A pause is only ever extended: if two responses disagree, the longer wait is safe. */
export function lengthen(pause: Pause, untilMs: number): void {
  pause.until = Math.max(pause.until, untilMs);
}

/**
 * Resolves when the account accepts requests again.
 * @param deadlineMs time of `Clock.elapsed` in milliseconds after which the caller cannot wait
 * @throws RateLimitedError immediately if the pause ends after the deadline
 */
export async function passPause(pause: Pause, clock: Clock, deadlineMs: number, what: string): Promise<void> {
  while (pause.until > clock.elapsed()) {
    const wait = pause.until - clock.elapsed();
    if (pause.until > deadlineMs) {
      const seconds = Math.ceil(wait / 1_000);
      throw new RateLimitedError(
        `CleverReach accepts no requests of this account for another ${seconds} s, so ${what} was not sent. ` +
          'This is temporary: the same will work later.',
        seconds,
      );
    }
    // spread the callers, so that they do not all resume at the same moment
    await clock.sleep(wait + clock.random() * retryPolicy.baseMs);
  }
}
