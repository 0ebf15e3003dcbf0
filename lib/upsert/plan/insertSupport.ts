/**
 * Remembers for each account whether CleverReach's bulk insert does what its documentation says: it refuses an address
 * that exists, and leaves a receiver with `activated: 0` waiting. Until that is proven, it gets one row at a time.
 */

import type { AccountCache } from '../../cleverreach/accountCache';
import type { Clock } from '../../utils/clock';

/** How long the bulk insert is not used after it did something else, in milliseconds. */
const UNUSABLE_MS = 600_000;

export type Support = 'unknown' | 'proven' | 'unusable';

export class InsertSupport {
  private isProven = false;
  /** In milliseconds of `Clock.elapsed`. */
  private unusableUntil = -Infinity;

  constructor(private readonly clock: Pick<Clock, 'elapsed'>) {}

  get state(): Support {
    if (this.clock.elapsed() < this.unusableUntil) return 'unusable';
    return this.isProven ? 'proven' : 'unknown';
  }

  prove(): void {
    this.isProven = true;
  }

  /** After some time it has to be proven again. */
  refute(): void {
    this.isProven = false;
    this.unusableUntil = this.clock.elapsed() + UNUSABLE_MS;
  }
}

const ofAccounts = new WeakMap<AccountCache, InsertSupport>();

/** Returns the memory of an account; it lives as long as the account cache. */
export function insertSupportOf(account: AccountCache, clock: Pick<Clock, 'elapsed'>): InsertSupport {
  const support = ofAccounts.get(account) ?? new InsertSupport(clock);
  ofAccounts.set(account, support);
  return support;
}
