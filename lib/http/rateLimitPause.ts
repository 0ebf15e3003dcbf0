/** What all calls of one account share: after a 429 every one of them waits, not only the one that met it. */

import type { Clock } from '../utils/clock';
import { RateLimitedError } from '../utils/errors';
import { retryPolicy } from './retryPolicy';

export interface Pause {
  /** Milliseconds of `Clock.elapsed`; no request of the account is sent before. */
  until: number;
}

export function noPause(): Pause {
  return { until: 0 };
}

/** A pause only ever becomes longer: two answers may disagree, and the more patient one is safe. */
export function lengthen(pause: Pause, untilMs: number): void {
  pause.until = Math.max(pause.until, untilMs);
}

/**
 * Resolves when the account may be asked again.
 * @param deadlineMs milliseconds of `Clock.elapsed` after which the caller cannot wait
 * @throws RateLimitedError at once, when that would be after the deadline
 */
export async function passPause(pause: Pause, clock: Clock, deadlineMs: number, what: string): Promise<void> {
  while (pause.until > clock.elapsed()) {
    const wait = pause.until - clock.elapsed();
    if (pause.until > deadlineMs) {
      const seconds = Math.ceil(wait / 1_000);
      throw new RateLimitedError(
        `CleverReach takes no more requests of this account for another ${seconds} s, so ${what} was not sent. ` +
          'This is temporary: the same will work later.',
        seconds,
      );
    }
    // those who wait together do not all come back in the same moment
    await clock.sleep(wait + clock.random() * retryPolicy.baseMs);
  }
}
