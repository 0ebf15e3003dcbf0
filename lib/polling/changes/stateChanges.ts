/** Determines from the timestamps and the state of a receiver why it is sent. There may be several reasons. */

import type { Receiver, UnixSeconds } from '../../cleverreach/types';
import type { ReceiverChange } from '../../config/changeTypes';
import { subscriptionOf } from '../../subscription/subscriptionOf';
import { ACTIVATED, BOUNCED, DEACTIVATED, WINDOW } from './receiverContent';

export type ChangeList = readonly ReceiverChange[];

const NEW: ChangeList = ['new'];
const UNSUBSCRIBED: ChangeList = ['unsubscribed'];
const BOUNCED_ONLY: ChangeList = ['bounced'];
export const CHANGED: ChangeList = ['changed'];
/** The reason for a receiver that the next step cannot know. */
export const UNKNOWN_BEFORE: ChangeList = ['new', 'changed'];
/** Any reason that the state of the receiver allows. */
const ANY: ChangeList = ['new', 'changed', 'confirmed', 'unsubscribed', 'bounced'];

/** The reason to send a receiver that is read for the first time. */
export function changesAtFirst(receiver: Receiver): ChangeList {
  // a receiver with one of the two timestamps may have subscribed again since, so its status decides
  if (receiver.deactivated === 0 && receiver.bounced === 0) return NEW;
  const { status } = subscriptionOf(receiver);
  if (status === 'unsubscribed') return UNSUBSCRIBED;
  return status === 'bounced' ? BOUNCED_ONLY : NEW;
}

/**
 * The changes of state that the timestamps show.
 * @param horizon in Unix seconds
 * @param now a timestamp that is much later comes from a wrong clock and is ignored
 */
export function changesAfter(receiver: Receiver, horizon: UnixSeconds, now: UnixSeconds): ReceiverChange[] {
  const latest = Math.max(horizon, now) + WINDOW;
  const isAfter = (time: UnixSeconds): boolean => time > horizon && time <= latest;
  const { registered, activated, deactivated, bounced } = receiver;
  const changes: ReceiverChange[] = [];
  if (isAfter(registered)) changes.push('new');
  if (isAfter(activated) && activated > registered) changes.push('confirmed');
  if (isAfter(deactivated)) changes.push('unsubscribed');
  if (isAfter(bounced)) changes.push('bounced');
  return changes;
}

/** The changes of state that a receiver may have had last, if neither its timestamps nor its former state show it. */
export function possibleChanges({ activated, deactivated, bounced }: Receiver): ReceiverChange[] {
  const hasLeft: ReceiverChange[] = [];
  if (deactivated > 0) hasLeft.push('unsubscribed');
  if (bounced > 0) hasLeft.push('bounced');
  return hasLeft.length === 0 && activated > 0 ? ['confirmed'] : hasLeft;
}

/** The changes between two states, as `stateOf` returns them; `changed` if no type describes the difference. */
export function changesOfState(before: number, after: number): ReceiverChange[] {
  if (before === after) return [];
  const [appeared, vanished] = [after & ~before, before & ~after];
  const changes: ReceiverChange[] = [];
  const isBack = after & ACTIVATED && vanished & (DEACTIVATED | BOUNCED) && !(after & (DEACTIVATED | BOUNCED));
  if (appeared & ACTIVATED || isBack) changes.push('confirmed');
  if (appeared & DEACTIVATED) changes.push('unsubscribed');
  if (appeared & BOUNCED) changes.push('bounced');
  return changes.length > 0 ? changes : ['changed'];
}

/**
 * The reasons that were stored with a receiver. A reason that its state contradicts is replaced by the reverse change,
 * because the next step may have received the receiver in between.
 * @param stored empty if they are not known
 */
export function changesNow(stored: ChangeList, { activated, deactivated, bounced }: Receiver): ChangeList {
  const isTrue: Record<ReceiverChange, boolean> = {
    new: true,
    changed: true,
    confirmed: activated > 0,
    unsubscribed: deactivated > 0,
    bounced: bounced > 0,
  };
  const changes = (stored.length === 0 ? ANY : stored).filter((change) => isTrue[change]);
  if (changes.length >= stored.length) return changes;
  const isBack = activated > 0 && deactivated === 0 && bounced === 0;
  return isBack ? [...changes, 'confirmed', 'changed'] : [...changes, 'changed'];
}

/** Each reason once, the newest first; `changed`, which has no timestamp, is last. */
export function newestFirst(changes: ChangeList, receiver: Receiver): ReceiverChange[] {
  const times: Record<ReceiverChange, UnixSeconds> = {
    changed: -1,
    new: receiver.registered,
    confirmed: receiver.activated,
    unsubscribed: receiver.deactivated,
    bounced: receiver.bounced,
  };
  // if several are in the same second, the last one in this order is the newest
  const order = Object.keys(times);
  return [...new Set(changes)].sort((a, b) => times[b] - times[a] || order.indexOf(b) - order.indexOf(a));
}
