/** Decides whether a record is an opt-out from the group that it is written to. */

import { signsIn } from '../../subscription/subscriptionState';
import { compact } from '../../subscription/subscriptionStateNames';
import { asList } from '../../utils/lists';
import { isObject } from '../../utils/objects';
import { text } from '../../utils/text';
import type { IncomingRecord } from '../types';

/** `here`: from this group, or from a group that the record does not name; `elsewhere`: only from other groups. */
export type OptOut = 'here' | 'elsewhere';

/**
 * Searches the record before and after the mapping. Only the status "unsubscribed" counts: a bounce, a missing
 * confirmation and an unknown word are no opt-outs.
 */
export function optOutOf({ entry, receiver }: IncomingRecord, groupId: string): OptOut | undefined {
  const groups = [...groupsLeft(entry), ...(receiver === entry ? [] : groupsLeft(receiver))];
  if (groups.length === 0) return undefined;
  return groups.some((group) => group === undefined || group === groupId) ? 'here' : 'elsewhere';
}

/** The group of each opt-out in the record; undefined if it names none. */
function groupsLeft(record: Record<string, unknown>): (string | undefined)[] {
  const entries = Object.entries(record);
  const subscriptions = entries.filter(([name]) => isSubscription(name)).flatMap(([, value]) => asList(value));
  const others = Object.fromEntries(entries.filter(([name]) => !isSubscription(name)));
  const own = groupIn(record);
  return [
    ...(hasLeft(others) ? [own] : []),
    ...subscriptions.filter((one) => hasLeft({ subscription: one })).map((one) => groupOf(one) ?? own),
  ];
}

function isSubscription(name: string): boolean {
  return /^subscriptions?$/.test(compact(name));
}

function hasLeft(record: Record<string, unknown>): boolean {
  return signsIn(record).status === 'unsubscribed';
}

/** `{group: {id: "1046"}}`, `{group: 1046}`, or a subscription with the members of a receiver. */
function groupOf(subscription: unknown): string | undefined {
  if (!isObject(subscription)) return undefined;
  const [group] = asList(subscription['group']);
  return text(isObject(group) ? group['id'] : group) ?? groupIn(subscription);
}

/** The group of a receiver as CleverReach returns it. */
function groupIn(receiver: Record<string, unknown>): string | undefined {
  return text(receiver['group_id']) ?? text(receiver['groups_id']);
}
