/** The pause of an account: after a 429 all its requests wait, not only the one that received it. */

import type { Clock } from '../utils/clock';
import { RateLimitedError } from '../utils/errors';
import { retryPolicy } from './retryPolicy';

export interface RateLimitPause {
  /** Time of `Clock.elapsed` in milliseconds before which no request of the account is sent. */
  until: number;
}

export function noPause(): RateLimitPause {
  return { until: 0 };
}

/** Never shortens a pause: if two responses request different waits, the longer one is safe. */
export function lengthen(pause: RateLimitPause, untilMs: number): void {
  pause.until = Math.max(pause.until, untilMs);
}

/**
 * Resolves when the account accepts requests again.
 * @param deadlineMs time of `Clock.elapsed` in milliseconds after which the caller cannot wait
 * @throws RateLimitedError immediately if the pause ends after the deadline
 */
export async function passPause(pause: RateLimitPause, clock: Clock, deadlineMs: number, what: string): Promise<void> {
  while (pause.until > clock.elapsed()) {
    const wait = pause.until - clock.elapsed();
    if (pause.until > deadlineMs) {
      const seconds = Math.ceil(wait / 1_000);
      throw new RateLimitedError(
        `CleverReach's rate limit is reached: requests of this account are paused for another ${seconds} s, so ${what} was not sent. ` +
          'This is temporary: a later attempt will work.',
        seconds,
      );
    }
    // spread the callers, so that they do not all resume at the same moment
    await clock.sleep(wait + clock.random() * retryPolicy.baseMs);
  }
}
