/**
 * Remembers for each account how CleverReach creates receivers, so that not every batch has to test it with one receiver:
 *
 * - whether the bulk insert works as documented: it refuses an existing address, and a receiver with `activated: 0` waits
 *   for its confirmation. Until that is proven, each insert has one row;
 * - whether a group creates a receiver without timestamps as active.
 */

import { LRUCache } from 'lru-cache';
import type { AccountCache } from '../../cleverreach/accountCache';
import type { Clock } from '../../utils/clock';

/** How long the bulk insert is not used after it did not work as documented, in milliseconds. */
const UNUSABLE_MS = 600_000;
/** For this time after a test, in milliseconds, a group counts as one that creates active receivers. */
const ACTIVE_MS = 60_000;
/** Maximum number of groups that are remembered. */
const MAX_GROUPS = 200;

export type Support = 'unknown' | 'proven' | 'unusable';

export class CreateSupport {
  private isProven = false;
  /** In milliseconds of `Clock.elapsed`. */
  private unusableUntil = -Infinity;

  private readonly activeGroups: LRUCache<string, true>;

  constructor(private readonly clock: Pick<Clock, 'elapsed'>) {
    const perf = { now: () => clock.elapsed() };
    this.activeGroups = new LRUCache({ max: MAX_GROUPS, ttl: ACTIVE_MS, ttlResolution: 0, perf });
  }

  /** Whether the group has created an active receiver without timestamps within the last minute. */
  createsActive(groupId: string): boolean {
    return this.activeGroups.has(groupId);
  }

  /** The group has created a receiver without timestamps. */
  created(groupId: string, isActive: boolean): void {
    if (isActive) this.activeGroups.set(groupId, true);
    else this.activeGroups.delete(groupId);
  }

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

const ofAccounts = new WeakMap<AccountCache, CreateSupport>();

/** Returns the memory of an account; it lives as long as the account cache. */
export function createSupportOf(account: AccountCache, clock: Pick<Clock, 'elapsed'>): CreateSupport {
  const support = ofAccounts.get(account) ?? new CreateSupport(clock);
  ofAccounts.set(account, support);
  return support;
}
