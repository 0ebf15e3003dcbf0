/**
 * Decides the status of a receiver: the one place for the mapping to a person, for what the action may activate, and for
 * what the triggers report.
 */

import { utc } from '../utils/clock';
import { timestampOf } from '../utils/timestamps';
import { isObject } from '../utils/objects';
import { property } from '../utils/text';
import { signsIn, type Signs } from './signs';
import type { InactiveStatus } from './memberNames';

/**
 * `pending`: not confirmed yet. `inactive`: for a reason that CleverReach does not give, such as its block list, or for
 * an unknown one.
 */
export type SubscriptionStatus = 'subscribed' | InactiveStatus;

export interface Subscription {
  status: SubscriptionStatus;
  /** ISO 8601 date-time in UTC, in whole seconds; missing if the receiver has no timestamp for it. */
  since?: string;
}

/** The timestamp that says since when a receiver has a status. */
const SINCE: Readonly<Record<SubscriptionStatus, string | undefined>> = {
  subscribed: 'activated',
  pending: 'registered',
  unsubscribed: 'deactivated',
  bounced: 'bounced',
  inactive: undefined,
};
/** Integrations write 1 for "some time". Unix time in seconds. */
const FIRST_PLAUSIBLE = 86_400;

/**
 * The status of a receiver of CleverReach, whose members may have any spelling. If they contradict each other, or say
 * nothing, the receiver does not count as subscribed.
 */
export function subscriptionOf(receiver: unknown): Subscription {
  return (isObject(receiver) ? knownSubscription(receiver) : undefined) ?? { status: 'inactive' };
}

/** The same as {@link subscriptionOf}; undefined if no member of the receiver says anything. */
export function knownSubscription(receiver: Record<string, unknown>): Subscription | undefined {
  // the other members say nothing, and reading them takes longer than the rest of the mapping
  const { active, activated, deactivated, bounced } = receiver;
  const status = statusIn(signsIn({ active, activated, deactivated, bounced }));
  if (status === undefined) return undefined;
  const member = SINCE[status];
  const time = member === undefined ? 0 : timestampOf(property(receiver, member));
  return { status, ...(time >= FIRST_PLAUSIBLE && { since: utc(time) }) };
}

/** The status that a record expresses; undefined if it expresses none. An unknown value counts as not subscribed. */
export function statusIn({ active, unreadable, status }: Signs): SubscriptionStatus | undefined {
  if (status !== undefined) return status;
  if (unreadable !== undefined) return 'inactive';
  return active === undefined ? undefined : 'subscribed';
}
