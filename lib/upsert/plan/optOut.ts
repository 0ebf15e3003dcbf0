/** Decides whether a record is an opt-out from the group that it is written to. */

import { groupsByName } from '../../cleverreach/groups';
import type { Group } from '../../cleverreach/types';
import { withoutEntries } from '../../subscription/fieldEntries';
import { signsIn } from '../../subscription/signs';
import { compact } from '../../subscription/memberNames';
import { asList } from '../../utils/lists';
import { isObject } from '../../utils/objects';
import { firstText, text } from '../../utils/text';
import type { IncomingRecord } from '../record';
import { withoutOtherPersons } from './otherPersons';

/**
 * `here`: from this group, or from a group that the record does not name; `elsewhere`: only from other groups of the
 * account; `unclear`: not from this group for certain, because the record names one that cannot be identified.
 */
export type OptOut = 'here' | 'elsewhere' | 'unclear';

/** A group by its id, which may be its name, or by its name only. */
type Named = { id: string } | { name: string };

type Place = (group: Named | undefined) => OptOut | undefined;

/**
 * Searches the record before and after the mapping. Only the status "unsubscribed" counts: a bounce, a missing
 * confirmation and an unknown word are not opt-outs. If some member names a group, those that name none are about it.
 * @param groups those of the account, in which the record may name one
 */
export function optOutOf(
  { entry, receiver }: IncomingRecord,
  groupId: string,
  groups: readonly Group[] = [],
): OptOut | undefined {
  const records = receiver === entry ? [entry] : [entry, receiver];
  const left = records.flatMap((record) => groupsLeft(record, receiver['email']));
  if (left.length === 0) return undefined;
  const placeOf = placesIn(groups, groupId);
  const places = left.map(placeOf);
  if (places.includes('here')) return 'here';
  const named = records.flatMap(groupsNamed).map(placeOf);
  if (places.includes(undefined) && (named.length === 0 || named.includes('here'))) return 'here';
  return [...places, ...named].includes('unclear') ? 'unclear' : 'elsewhere';
}

/**
 * The member by which a record that is not an opt-out is not active all the same, such as `newsletter: "no"` or a value
 * that is not a known state; undefined if there is none, or if it is about another person.
 */
export function inactiveFieldIn({ entry, receiver }: IncomingRecord): string | undefined {
  for (const record of receiver === entry ? [entry] : [entry, receiver]) {
    const { inactive, unreadable } = signsIn(withoutOtherPersons(record, receiver['email']));
    const field = inactive ?? unreadable;
    if (field !== undefined) return field;
  }
  return undefined;
}

/** Groups of the account with the same name cannot be told apart. */
function placesIn(groups: readonly Group[], groupId: string): Place {
  const ids = new Set(groups.map(({ id }) => id));
  const byName = groupsByName(groups);
  return (group) => {
    if (group === undefined) return undefined;
    if ('id' in group && (group.id === groupId || ids.has(group.id)))
      return group.id === groupId ? 'here' : 'elsewhere';
    const alike = byName('id' in group ? group.id : group.name);
    if (alike.some(({ id }) => id === groupId)) return alike.length === 1 ? 'here' : 'unclear';
    return alike.length > 0 ? 'elsewhere' : 'unclear';
  };
}

/**
 * The group of each opt-out in the record; undefined if it names none.
 * @param email the address of the receiver: an opt-out of another address, or of another person, does not apply to it
 */
function groupsLeft(record: Record<string, unknown>, email: unknown): (Named | undefined)[] {
  const others = Object.fromEntries(Object.entries(record).filter(([name]) => !isSubscription(name)));
  return [
    ...(hasLeftItself(others, email) ? [groupIn(record)] : []),
    ...subscriptionsIn(record)
      .filter((one) => hasLeft({ subscription: one }))
      .flatMap((one) => {
        const groups = groupsOf(one);
        return groups.length > 0 ? groups : [groupIn(record)];
      }),
  ];
}

function groupsNamed(record: Record<string, unknown>): Named[] {
  const groups = [groupIn(record), ...subscriptionsIn(record).flatMap(groupsOf)];
  return groups.filter((group) => group !== undefined);
}

function subscriptionsIn(record: Record<string, unknown>): unknown[] {
  return Object.entries(record)
    .filter(([name]) => isSubscription(name))
    .flatMap(([, value]) =>
      asList(typeof value === 'object' && value !== null ? withoutEntries(value, 'topic') : value),
    );
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

/** `{group: {id: "1046"}}`, `{group: 1046}`, `{group: "News"}`, or a subscription with the members of a receiver. */
function groupsOf(subscription: unknown): Named[] {
  if (!isObject(subscription)) return [];
  const groups = asList(subscription['group'])
    .map((group) => (isObject(group) ? named(group['id'], group['name']) : named(group)))
    .filter((group) => group !== undefined);
  if (groups.length > 0) return groups;
  return [groupIn(subscription) ?? named(undefined, memberOf(subscription, 'groupname'))].flatMap((one) => one ?? []);
}

/** The group of a receiver as CleverReach returns it, in any spelling. */
function groupIn(receiver: Record<string, unknown>): Named | undefined {
  return named(memberOf(receiver, 'groupid') ?? memberOf(receiver, 'groupsid'));
}

function memberOf(object: Record<string, unknown>, word: string): string | undefined {
  return firstText(
    ...Object.keys(object)
      .filter((key) => compact(key) === word)
      .map((key) => object[key]),
  );
}

function named(id: unknown, name?: unknown): Named | undefined {
  const [known, called] = [text(id), text(name)];
  return known === undefined ? (called === undefined ? undefined : { name: called }) : { id: known };
}
