/** Decides whether a record is an opt-out from the group that it is written to. */

import { signsIn } from '../../subscription/signs';
import { compact } from '../../subscription/memberNames';
import { asList } from '../../utils/lists';
import { isObject } from '../../utils/objects';
import { text } from '../../utils/text';
import type { IncomingRecord } from '../record';
import { withoutOtherPersons } from './otherPersons';

/** `here`: from this group, or from a group that the record does not name; `elsewhere`: only from other groups. */
export type OptOut = 'here' | 'elsewhere';

/**
 * Searches the record before and after the mapping. Only the status "unsubscribed" counts: a bounce, a missing
 * confirmation and an unknown word are not opt-outs. If some member names a group, those that name none are about it.
 */
export function optOutOf({ entry, receiver }: IncomingRecord, groupId: string): OptOut | undefined {
  const records = receiver === entry ? [entry] : [entry, receiver];
  const left = records.flatMap((record) => groupsLeft(record, receiver['email']));
  if (left.length === 0) return undefined;
  if (left.includes(groupId)) return 'here';
  const named = records.flatMap(groupsNamed);
  return left.includes(undefined) && (named.length === 0 || named.includes(groupId)) ? 'here' : 'elsewhere';
}

/**
 * The group of each opt-out in the record; undefined if it names none.
 * @param email the address of the receiver: an opt-out of another address, or of another person, does not apply to it
 */
function groupsLeft(record: Record<string, unknown>, email: unknown): (string | undefined)[] {
  const others = Object.fromEntries(Object.entries(record).filter(([name]) => !isSubscription(name)));
  return [
    ...(hasLeftItself(others, email) ? [groupIn(record)] : []),
    ...subscriptionsIn(record)
      .filter((one) => hasLeft({ subscription: one }))
      .map((one) => groupOf(one) ?? groupIn(record)),
  ];
}

function groupsNamed(record: Record<string, unknown>): string[] {
  const groups = [groupIn(record), ...subscriptionsIn(record).map(groupOf)];
  return groups.filter((group) => group !== undefined);
}

function subscriptionsIn(record: Record<string, unknown>): unknown[] {
  return Object.entries(record)
    .filter(([name]) => isSubscription(name))
    .flatMap(([, value]) => asList(value));
}

function isSubscription(name: string): boolean {
  return /^subscriptions?$/.test(compact(name));
}

function hasLeftItself(record: Record<string, unknown>, email: unknown): boolean {
  if (!hasLeft(record)) return false;
  const own = withoutOtherPersons(record, email);
  return own === record || hasLeft(own);
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
