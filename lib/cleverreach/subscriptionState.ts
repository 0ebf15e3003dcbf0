/**
 * Determines whether a receiver is active, both for rows of CleverReach and for records of other systems, which express
 * it in many ways. It errs on the safe side: an unknown value never counts as "active".
 */

import { asList, onlyOf } from '../utils/lists';
import { isObject } from '../utils/objects';
import { isDenial, readingOf, type Reading, type Sign } from './stateValues';
import { compact, kindOf, limitOf, type Kind } from './subscriptionStateNames';

/** The names of the members that express the state, the first of each kind. Never contains values. */
export interface Signs {
  active?: string;
  inactive?: string;
  /** A member that expresses a state whose value is unknown. */
  unreadable?: string;
}

/** Maximum depth for nested objects and lists. */
const MAX_DEPTH = 4;

/** Members that contain a receiver. Addresses and attributes are not searched. */
const HOLDERS = new Set(['data', 'receiver', 'subscriber', 'person', 'contact']);
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

/** Members of a consent that are "no" without taking it back. */
const NEUTRAL = /primary|default|standard|haupt|mandatory|required|pflicht/;

/**
 * Evaluates the state of a record from its own members, from the members that contain a receiver, and from its e-mail
 * contacts.
 */
export function signsIn(record: Record<string, unknown>, depth = 0): Signs {
  const signs: Signs = {};
  const add = (sign: Reading, name: string): void => {
    if (sign !== 'harmless') signs[sign] ??= name;
  };
  for (const [name, value] of Object.entries(record)) {
    const kind = kindOf(name);
    if (kind !== undefined && value !== undefined) for (const one of readings(value, kind, depth)) add(one, name);
    if (depth >= MAX_DEPTH) continue;
    for (const held of heldBy(name, value))
      for (const [sign, by] of Object.entries(signsIn(held, depth + 1))) add(sign as Sign, by as string);
  }
  return signs;
}

/** Whether a member of a record expresses the state of a receiver, whatever its value. */
export function isOfState(name: string): boolean {
  return kindOf(name) !== undefined;
}

/** The receivers and e-mail contacts in a member of a record. */
function heldBy(name: string, value: unknown): Record<string, unknown>[] {
  const key = compact(name);
  if (HOLDERS.has(key)) return asList(value).filter(isObject);
  return key === 'contactdata' ? emailsIn(value) : [];
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
    const held = heldBy(name, member).flatMap((one) => Object.keys(signsIn(one, depth)) as Sign[]);
    const own = VALUES.has(compact(name)) ? kind : kindOf(name);
    // {"unsubscribed": {"active": true}} still means unsubscribed
    if (own !== undefined) return readings(member, kind === 'ending' ? kind : own, depth);
    return kind === 'ending' ? held : [...held, ...endsIn(name, member, kind, depth)];
  });
  if (found.length > 0) return found;
  return entries.filter(([name]) => REMARKS.has(compact(name))).flatMap(([, member]) => readings(member, kind, depth));
}

/** What another member of a consent says against it: its validity is over, or it says "no" or "revoked" itself. */
function endsIn(name: string, member: unknown, kind: Kind, depth: number): Reading[] {
  const limit = limitOf(name);
  if (limit !== undefined) return readings(member, limit, depth).filter((one) => one !== 'harmless');
  if (kind === 'state' || NEUTRAL.test(compact(name))) return [];
  if (typeof member !== 'object' || member === null) return isDenial(member) ? ['inactive'] : [];
  return readings(member, kind, depth).filter((one) => one === 'inactive');
}

function emailsIn(contactData: unknown): Record<string, unknown>[] {
  return asList(contactData)
    .filter(isObject)
    .filter(({ type }) => {
      const kind = onlyOf(type);
      return typeof kind === 'string' && compact(kind) === 'email';
    });
}
