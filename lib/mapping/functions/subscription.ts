/** The subscription of a receiver as a property of a person. */

import { knownSubscription, type Subscription } from '../../subscription/subscriptionOf';
import { isObject } from '../../utils/objects';
import { property, text } from '../../utils/text';

/** `group` is the group of the receiver, as far as the receiver names it. */
type SubscriptionInGroup = Subscription & { group?: { id?: string; name?: string } };

/**
 * @returns the status of the receiver in its group; undefined if no field of the receiver says anything about it
 */
export function subscription(receiver: unknown): SubscriptionInGroup | undefined {
  const known = isObject(receiver) ? knownSubscription(receiver) : undefined;
  if (!known) return undefined;
  const id = text(property(receiver, 'group_id') ?? property(receiver, 'groups_id'));
  const name = text(property(receiver, 'category'));
  if (id === undefined && name === undefined) return known;
  return { ...known, group: { ...(id !== undefined && { id }), ...(name !== undefined && { name }) } };
}
