/**
 * Determines whether a receiver is active, both for rows of CleverReach and for records of other systems, which express
 * it in many ways. It errs on the safe side: an unknown value never counts as "active".
 */

import { asList } from '../utils/lists';
import { isObject } from '../utils/objects';
import { holdsValue } from '../utils/text';
import {
  areAttributes,
  mayFollow,
  isChannel,
  isAbo,
  isContainer,
  isEntryOfMails,
  isEntryOfOtherChannel,
  isMails,
  isOptOutOfOtherChannel,
  isOtherChannel,
  isPlainSubscription,
  isReason,
  membersOf,
  pathTo,
  REMARKS,
  VALUES,
} from './memberContainers';
import { isContradiction, isFromUnknown, withoutEntries } from './fieldEntries';
import { E_MAIL, heldBy } from './memberHolders';
import { denialIn, isInactive, readingOf, yesOrNo, type Reading } from './memberValues';
import { statusOfEnding } from './endings';
import { statementOf, statementsIn } from './statements';
import {
  compact,
  holdsUnread,
  isEnd,
  isIgnored,
  kindOf,
  limitOf,
  looseKindOf,
  REVOKED,
  unmistakableKindOf,
  type InactiveStatus,
  type Kind,
} from './memberNames';
import { statusOfConsent, statusOfWord } from './memberWords';

/**
 * The names of the members that express the state, the first of each kind. The name of a member of another object
 * includes the name of that object: `preferences.newsletter`. Never contains values.
 */
export interface Signs {
  active?: string;
  inactive?: string;
  /** A member that expresses a state whose value is unknown. */
  unreadable?: string;
  /** If a member means "not active": the most specific reason of all such members. */
  status?: InactiveStatus;
}

/** From the most specific reason to none. A receiver that has unsubscribed is not contacted, whatever else is true. */
const BY_WEIGHT: readonly InactiveStatus[] = ['unsubscribed', 'bounced', 'pending', 'inactive'];

/** Maximum depth for nested objects and lists. */
const MAX_DEPTH = 6;

/** Members of a consent in which "no" does not revoke it. */
const NEUTRAL = /primary|default|standard|haupt|mandatory|required|pflicht/;
/** Members of a subscription that contain the name of what is subscribed to. */
const TARGETS = new Set(['group', 'gruppe', 'list', 'liste']);
/** Members of a subscription whose blank value is an unknown state. */
const STATUS = new Set(['status', 'state', 'zustand']);

/**
 * Evaluates the state of a record from its own members, from the members that contain a receiver, from its e-mail
 * contacts, and from members of other objects whose names are unmistakable.
 */
export function signsIn(record: Record<string, unknown>, depth = 0): Signs {
  const signs: Signs = {};
  const add = (reading: Reading, name: string): void => {
    if (reading === 'harmless') return;
    if (!isInactive(reading)) {
      signs[reading] ??= name;
      return;
    }
    signs.inactive ??= name;
    signs.status = BY_WEIGHT.find((one) => one === reading || one === signs.status) ?? 'inactive';
  };
  for (const name in record) {
    const value = record[name];
    if (value === undefined || !Object.hasOwn(record, name) || isIgnored(name)) continue;
    const kind = kindOf(name);
    const loose = looseKindOf(name);
    if (kind !== undefined) for (const one of readingsOfMember(name, value, kind, depth)) add(one, name);
    else if (loose !== undefined) for (const one of clearReadings(name, value, loose, depth)) add(one, name);
    else for (const one of denials(name, value)) add(one, name);
    const isOpen = kind === undefined && signs.status !== 'unsubscribed';
    const statement = isOpen ? statementOf(name, value) : undefined;
    if (statement !== undefined) add(statement, name);
    if (typeof value !== 'object' || value === null || depth >= MAX_DEPTH) continue;
    const held = heldBy(name, value);
    for (const one of held ?? []) for (const [reading, by] of readingsIn(signsIn(one, depth + 1))) add(reading, by);
    const isSearched = kind === undefined && (held === undefined || areAttributes(name));
    if (isSearched) for (const [by, one] of endsOf(name, value, pathTo(name, ''), depth + 1)) add(one, by);
  }
  return signs;
}

/** The signs of a part of a record as readings, each with its member. */
function readingsIn({ active, inactive, unreadable, status = 'inactive' }: Signs): [reading: Reading, name: string][] {
  return [
    ...(active === undefined ? [] : [['active', active] as [Reading, string]]),
    ...(inactive === undefined ? [] : [[status, inactive] as [Reading, string]]),
    ...(unreadable === undefined ? [] : [['unreadable', unreadable] as [Reading, string]]),
  ];
}

/** Whether a member of a record expresses the state of a receiver; if its name has other words too, by a known value. */
export function isOfState(name: string, value: unknown): boolean {
  const loose = looseKindOf(name);
  return loose === undefined
    ? kindOf(name) !== undefined
    : looseReadings(name, value, loose, 0).some((one) => one !== 'unreadable');
}

/**
 * What an object or a list of fields says about an end, in members with unmistakable names: `preferences.newsletter`.
 * @param path the joined names of this object and of those around it if they are about mails, else empty. A member means
 *   what path and name mean together: `marketing.email.allowed` is read as `marketingEmailAllowed`
 */
function endsOf(container: string, value: object, path: string, depth: number): [name: string, reading: Reading][] {
  const mayBeBlank = areAttributes(container);
  const found = membersOf(container, value).flatMap(([name, member]): [string, Reading][] => {
    const kind = unmistakableKindOf(name) ?? (mayFollow(path, name) ? kindOf(path + name) : undefined);
    if (kind !== undefined) {
      if (!holdsValue(member) && (mayBeBlank || path !== '')) return [];
      const found = readingsOfMember(name, member, kind, depth);
      return found
        .filter((one) => isInactive(one) || (holdsUnread(kind) && one === 'unreadable'))
        .map((one) => [`${container}.${name}`, one]);
    }
    const loose = looseKindOf(name, true);
    const isSingle = typeof member !== 'object' || member === null;
    const found =
      loose !== undefined
        ? clearReadings(name, member, loose, depth)
        : isSingle
          ? denials(name, member, container)
          : [];
    const own = found.map((one): [string, Reading] => [`${container}.${name}`, one]);
    if (isSingle || depth >= MAX_DEPTH || !isContainer(name)) return own;
    const inside = endsOf(name, member, pathTo(name, path), depth + 1);
    return [...own, ...inside.map(([by, one]): [string, Reading] => [`${container}.${by}`, one])];
  });
  const stated = statementsIn(container, value);
  return [...found, ...stated.map(([name, one]): [string, Reading] => [`${container}.${name}`, one])];
}

/** Longer values without a blank are keys and tokens. */
const OPAQUE = /^\S{16,}$/;

/**
 * Reads a member whose name has other words too. Because these may change its meaning, only "ended" and "no" count, and
 * for an end or a limit also an unknown value.
 */
function clearReadings(name: string, value: unknown, kind: Kind, depth: number): Reading[] {
  if (!holdsValue(value)) return [];
  const mayBeEnd = (isEnd(kind) && typeof value === 'string' && !OPAQUE.test(value)) || kind === 'limit';
  return looseReadings(name, value, kind, depth).filter((one) => isInactive(one) || (mayBeEnd && one === 'unreadable'));
}

function looseReadings(name: string, value: unknown, kind: Kind, depth: number): Reading[] {
  if (isEnd(kind)) return readingsOfMember(name, value, kind, depth);
  // `newsletterEmail: "expired"` is no statement about a consent, so it is read as a state; objects are searched by endsOf
  return [readingOf(value, kind === 'flag' || kind === 'topic' ? 'state' : kind)];
}

/** The "no" to mails of a member that is named after a channel; at most one reading. */
function denials(name: string, value: unknown, container = ''): Reading[] {
  if (!isChannel(name, container)) return [];
  const isSubscription = isPlainSubscription(name);
  const denial = denialIn(value, isSubscription ? statusOfConsent : statusOfWord);
  if (denial !== undefined) return [denial];
  // an unknown word may be the end of it, in other objects that of a magazine
  if (container === '' && isAbo(name) && typeof value === 'string' && readingOf(value, 'topic') === 'unreadable')
    return ['unreadable'];
  const isFlag = container !== '' || isSubscription;
  return isFlag && holdsValue(value) && yesOrNo(value) === false ? ['inactive'] : [];
}

/** All readings of the value of a member; the name of an ending says why the receiver is not active. */
function readingsOfMember(name: string, value: unknown, kind: Kind, depth: number): Reading[] {
  const found = readings(value, kind, depth);
  if (!isEnd(kind)) return found;
  const status = statusOfEnding(name);
  return found.map((one) => {
    if (one === 'ended') return status === 'inactive' ? one : status;
    const isOptOutRevoked = one === 'unsubscribed' && status === one && !REVOKED.test(compact(name));
    return isOptOutRevoked ? 'inactive' : one;
  });
}

/** All readings of a value: a single value, a list or an object. Returns at least one reading. */
function readings(given: unknown, kind: Kind, depth: number): Reading[] {
  if (typeof given !== 'object' || given === null) return [readingOf(given, kind)];
  if (depth >= MAX_DEPTH) return ['unreadable'];
  const value = withoutEntries(given, kind);
  if (isContradiction(value, kind)) return ['unreadable'];
  const isOther = kind === 'ending' ? isOptOutOfOtherChannel : isEntryOfOtherChannel;
  const members = asList(value).filter((one) => !isOther(one));
  // no bounces, no unsubscribes; or a consent by another channel only
  if (members.length === 0 && (isEnd(kind) || asList(value).length > 0)) return ['harmless'];
  if (kind === 'circumstance' && members[0] === value)
    return Object.values(value).flatMap((one) => readings(one, kind, depth + 1));
  const found =
    members[0] === value
      ? readingsOf(value as Record<string, unknown>, kind, depth + 1)
      : // {"optOuts": ["email"]}
        members.flatMap((one): Reading[] =>
          kind === 'ending' && isMails(one) ? ['ended'] : readings(one, kind, depth + 1),
        );
  // who has left one of several lists has not left all of them
  if (kind === 'state' && members.length > 1 && found.includes('active'))
    return found.map((one) => (one === 'unsubscribed' ? 'inactive' : one));
  // an opt-out from one of several lists, or from another purpose
  if (kind === 'ending' && isFromUnknown(value))
    return found.map((one) => (one === 'ended' || one === 'unsubscribed' ? 'inactive' : one));
  if (found.length > 0) return found;
  const isBlank = kind === 'limit' && !holdsValue(value);
  return [kind === 'circumstance' || isBlank ? 'harmless' : 'unreadable'];
}

/** The readings of an object that stands for a value. */
function readingsOf(value: Record<string, unknown>, kind: Kind, depth: number): Reading[] {
  const isOther = (name: string): boolean => isIgnored(name) || (kind === 'ending' && isOtherChannel(name));
  const entries = Object.entries(value).filter(([name, member]) => member !== undefined && !isOther(name));
  if (entries.length === 0 && Object.keys(value).some(isOther)) return ['harmless'];
  const found = entries.flatMap(([name, member]) => {
    const held = (heldBy(name, member) ?? []).flatMap((one) => readingsIn(signsIn(one, depth)).map(([it]) => it));
    const isBlankStatus = kind === 'topic' && STATUS.has(compact(name)) && !holdsValue(member);
    if (isBlankStatus) return ['unreadable' as const];
    const own = VALUES.has(compact(name)) ? kind : kindOf(name);
    // {"unsubscribed": {"active": true}} still means unsubscribed
    if (own !== undefined && kind !== 'ending') return readingsOfMember(name, member, own, depth);
    if (own !== undefined) return readingsInEnd(name, member, depth);
    if (kind === 'ending') {
      if (isReason(name)) return readings(member, 'circumstance', depth);
      // {"optOut": {"email": true}}
      const isSaid = isMails(name) && holdsValue(member) && !(typeof member === 'string' && member.includes('@'));
      return isSaid ? readings(member, kind, depth) : held;
    }
    // {"consent": {"email": true}}; an address says nothing
    if (E_MAIL.has(compact(name))) return readings(member, kind, depth).filter((one) => one !== 'unreadable');
    return [...held, ...endsIn(name, member, kind, depth)];
  });
  if (found.length > 0) return found;
  const remarks = entries.filter(([name]) => REMARKS.has(compact(name)));
  if (remarks.length === 0 && kind === 'ending' && isEntryOfMails(value)) return ['ended'];
  return remarks.flatMap(([, member]) => readings(member, kind, depth));
}

/** `unsubscribed: {"optOut": true}` is one opt-out; the revocation of an opt-out is not. */
function readingsInEnd(name: string, member: unknown, depth: number): Reading[] {
  const isOptOut = statusOfEnding(name) === 'unsubscribed' && !REVOKED.test(compact(name));
  return readingsOfMember(name, member, 'ending', depth).map((one) =>
    isOptOut && one === 'unsubscribed' ? 'ended' : one,
  );
}

/** What another member of a consent says against it: its validity is over, or its own value is "no" or "revoked". */
function endsIn(name: string, member: unknown, kind: Kind, depth: number): Reading[] {
  const limit = limitOf(name);
  if (limit !== undefined) return readings(member, limit, depth).filter((one) => one !== 'harmless');
  if (kind === 'state' || kind === 'region' || NEUTRAL.test(compact(name))) return [];
  const isTarget = TARGETS.has(compact(name));
  if (typeof member !== 'object' || member === null) {
    const denial = isTarget ? undefined : denialIn(member);
    return denial === undefined ? [] : [denial];
  }
  const stated = isTarget && isObject(member) ? { ...member, name: undefined } : member;
  return readings(stated, kind, depth).filter(isInactive);
}
