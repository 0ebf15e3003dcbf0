/**
 * Determines whether a receiver is active, both for rows of CleverReach and for records of other systems, which express
 * it in many ways. It errs on the safe side: an unknown value never counts as "active".
 */

import { asList, onlyOf } from '../utils/lists';
import { isObject } from '../utils/objects';
import { holdsValue } from '../utils/text';
import { denialIn, isInactive, readingOf, type Reading } from './stateValues';
import {
  compact,
  kindOf,
  limitOf,
  meaningOf,
  statusOfEnding,
  statusOfWord,
  type InactiveStatus,
  type Kind,
} from './subscriptionStateNames';

/** The names of the members that express the state, the first of each kind. Never contains values. */
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
const MAX_DEPTH = 4;

/** Members that contain a receiver. Addresses and attributes are not searched. */
const HOLDERS = new Set(
  'data receiver recipient subscriber person contact member empfaenger abonnent kontakt mitglied'.split(' '),
);
/** Members whose own members are never about the state, or are data of CleverReach. */
const OTHERS = new Set(
  'address addresses adresse adressen attributes globalattributes events orders tags doidata metadata contactdata'.split(
    ' ',
  ),
);
/** In a list of fields, the members that hold the name and the value of one. */
const FIELD_NAMES = ['name', 'key', 'field', 'label', 'title', 'id', 'slug', 'code', 'attribute'];
const FIELD_VALUES = ['value', 'wert', 'val', 'content'];

/**
 * If a value is an object, the members that contain the actual value; REMARKS count only if the object has no other
 * such member.
 */
const VALUES = new Set([
  'value',
  'wert',
  'status',
  'state',
  'zustand',
  'given',
  'granted',
  'erteilt',
  'accepted',
  'set',
]);
const REMARKS = new Set(['label', 'name', 'date', 'datum', 'at', 'on', 'time', 'timestamp']);

/** Types of e-mail contacts, and the members in which people note something about one. */
const E_MAIL = new Set(['email', 'mail', 'emailaddress']);
const CONTACT_REMARKS = ['label', 'description', 'name', 'note', 'comment'];
/** Members of a consent that are "no" without taking it back. */
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
    signs.status = BY_WEIGHT.find((one) => one === reading || one === signs.status) ?? reading;
  };
  for (const name in record) {
    const value = record[name];
    if (value === undefined || !Object.hasOwn(record, name)) continue;
    const kind = kindOf(name);
    if (kind !== undefined) for (const one of readingsOfMember(name, value, kind, depth)) add(one, name);
    if (typeof value !== 'object' || value === null || depth >= MAX_DEPTH) continue;
    const held = heldBy(name, value);
    for (const one of held ?? []) for (const [reading, by] of readingsIn(signsIn(one, depth + 1))) add(reading, by);
    if (held === undefined && kind === undefined) for (const [by, one] of endsOf(value, depth + 1)) add(one, by);
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

/** Whether a member of a record expresses the state of a receiver, whatever its value. */
export function isOfState(name: string): boolean {
  return kindOf(name) !== undefined;
}

/** The receivers and e-mail contacts in a member of a record; undefined if the member may contain other things. */
function heldBy(name: string, value: unknown): Record<string, unknown>[] | undefined {
  const key = compact(name);
  if (HOLDERS.has(key)) return asList(value).filter(isObject);
  if (key === 'contactdata') return emailsIn(value);
  return OTHERS.has(key) ? [] : undefined;
}

/** What an object or a list of fields says about an end, in members with unmistakable names: `preferences.newsletter`. */
function endsOf(value: object, depth: number): [name: string, reading: Reading][] {
  return asList(value)
    .filter(isObject)
    .flatMap((one) => [...Object.entries(one), ...fieldIn(one)])
    .flatMap(([name, member]) => {
      const meaning = member === undefined ? undefined : meaningOf(name);
      if (!meaning?.isSpecific || meaning.kind === 'state') return [];
      const isEnding = meaning.kind === 'ending';
      return readingsOfMember(name, member, meaning.kind, depth).flatMap((one): [string, Reading][] =>
        isInactive(one) || (isEnding && one === 'unreadable') ? [[name, one]] : [],
      );
    });
}

/** `{name: 'newsletter', value: 'no'}` as a member. */
function fieldIn(object: Record<string, unknown>): [name: string, value: unknown][] {
  const value = FIELD_VALUES.find((name) => Object.hasOwn(object, name));
  if (value === undefined) return [];
  return FIELD_NAMES.flatMap((member) => {
    const name = object[member];
    return typeof name === 'string' ? [[name, object[value]] as [string, unknown]] : [];
  });
}

/** All readings of the value of a member; the name of an ending says why the receiver is not active. */
function readingsOfMember(name: string, value: unknown, kind: Kind, depth: number): Reading[] {
  const found = readings(value, kind, depth);
  if (kind !== 'ending') return found;
  const status = statusOfEnding(name);
  return found.map((one) => (isInactive(one) && status !== 'inactive' ? status : one));
}

/** All readings of a value: a single value, a list or an object. Returns at least one reading. */
function readings(value: unknown, kind: Kind, depth: number): Reading[] {
  if (typeof value !== 'object' || value === null) return [readingOf(value, kind)];
  if (depth >= MAX_DEPTH) return ['unreadable'];
  const members = asList(value);
  const found =
    members[0] === value
      ? readingsOf(value as Record<string, unknown>, kind, depth + 1)
      : members.flatMap((one) => readings(one, kind, depth + 1));
  return found.length > 0 ? found : ['unreadable'];
}

/** The readings of an object that stands for a value. */
function readingsOf(value: Record<string, unknown>, kind: Kind, depth: number): Reading[] {
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  const found = entries.flatMap(([name, member]) => {
    const held = (heldBy(name, member) ?? []).flatMap((one) => readingsIn(signsIn(one, depth)).map(([it]) => it));
    const isBlankStatus = kind === 'topic' && STATUS.has(compact(name)) && !holdsValue(member);
    if (isBlankStatus) return ['unreadable' as const];
    const own = VALUES.has(compact(name)) ? kind : kindOf(name);
    // {"unsubscribed": {"active": true}} still means unsubscribed
    if (own !== undefined) return readingsOfMember(name, member, kind === 'ending' ? kind : own, depth);
    return kind === 'ending' ? held : [...held, ...endsIn(name, member, kind, depth)];
  });
  if (found.length > 0) return found;
  return entries.filter(([name]) => REMARKS.has(compact(name))).flatMap(([, member]) => readings(member, kind, depth));
}

/** What another member of a consent says against it: its validity is over, or it says "no" or "revoked" itself. */
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

/** The e-mail contacts; a remark such as "unsubscribed" becomes a state. */
function emailsIn(contactData: unknown): Record<string, unknown>[] {
  return asList(contactData)
    .filter(isObject)
    .filter(({ type }) => {
      const kind = onlyOf(type);
      return typeof kind === 'string' && E_MAIL.has(compact(kind));
    })
    .map((contact) => {
      const remark = CONTACT_REMARKS.map((name) => onlyOf(contact[name])).find(
        (one) => typeof one === 'string' && ![undefined, 'active'].includes(statusOfWord(one.trim())),
      );
      return remark === undefined ? contact : { ...contact, state: remark };
    });
}
