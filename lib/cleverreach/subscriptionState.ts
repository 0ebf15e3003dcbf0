/**
 * Determines whether a receiver is active, both for rows of CleverReach and for records of other systems, which express
 * it in many ways. It errs on the safe side: an unknown value never counts as "active".
 */

import { asList, onlyOf } from '../utils/lists';
import { isObject } from '../utils/objects';
import { composed } from '../utils/unicode';
import { compact, isActiveState, kindOf, type Kind } from './subscriptionStateNames';

/** The names of the members that express the state, the first of each kind. Never contains values. */
export interface Signs {
  active?: string;
  inactive?: string;
  /** A member that expresses a state whose value is unknown. */
  unreadable?: string;
}

type Sign = keyof Signs;
/** The meaning of a value; "harmless" if it says that nothing has ended. */
type Reading = Sign | 'harmless';

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

const NO = wordsOf('0|false|f|no|n|off|null|none|never|undefined|falsch|nein|nie|aus|-');
const YES = wordsOf('1|true|t|yes|y|on|wahr|ja|j');

/** A date that means "never": 0, as databases and Unix time show it. */
const NEVER = /^(0000-|1970-01-01|1969-12-31|00\.00\.|0?1\.0?1\.1970)/;
/**
 * ISO 8601 and common dates with dots or slashes, with or without a time. A date in the far future also means "never".
 */
const DATE = /^((19|20)\d\d-[01]?\d-[0-3]?\d|[0-3]?\d[./][0-3]?\d[./](19|20)\d\d)(?!\d)/;
/** Unix time in seconds or milliseconds, or 1 for "yes". */
const NUMBER = /^\d{1,14}(\.\d+)?$/;
/** Unix time since 1973; smaller numbers are ambiguous. */
const LONG_NUMBER = /^\d{9,14}(\.\d+)?$/;

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
  if (typeof value !== 'object' || value === null) return [READERS[kind](value)];
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
    return own === undefined ? held : readings(member, kind === 'ending' ? kind : own, depth);
  });
  if (found.length > 0) return found;
  return entries.filter(([name]) => REMARKS.has(compact(name))).flatMap(([, member]) => readings(member, kind, depth));
}

/** Whether a flag is set: `true`, `1`, `"1"`, `"true"` and other spellings. An unknown value counts as not set. */
export function isSet(value: unknown): boolean {
  return flag(value) === 'active';
}

/**
 * Whether a value means "yes" or "no". 0, a blank and a date that means "never" are "no". Undefined for all other
 * values.
 */
export function yesOrNo(value: unknown): boolean | undefined {
  const word = wordIn(value);
  if (word === undefined) return undefined;
  return isNo(word) ? false : YES.has(word) || undefined;
}

function flag(value: unknown): Sign {
  const word = wordIn(value);
  if (word === undefined) return 'unreadable';
  return isNo(word) ? 'inactive' : state(word);
}

/** Reads a flag, or the time since which it is set. */
function flagOrTime(value: unknown): Sign {
  const word = wordIn(value) ?? '';
  return !isNo(word) && (LONG_NUMBER.test(word) || DATE.test(word)) ? 'active' : flag(value);
}

/** Reads the time of an activation, or a flag; 0 means "never". */
function moment(value: unknown): Sign {
  const word = wordIn(value);
  if (word === undefined) return 'unreadable';
  return !isNo(word) && (NUMBER.test(word) || DATE.test(word)) ? 'active' : flag(word);
}

/** Reads the time of a deactivation, or a flag: a sign of an end unless it clearly means "no" or "never". */
function ending(value: unknown): Reading {
  const word = wordIn(value);
  if (word === undefined) return 'unreadable';
  if (isNo(word)) return 'harmless';
  return moment(word) === 'active' || state(word) === 'inactive' ? 'inactive' : 'unreadable';
}

/** Reads a state in words, or a flag. A blank value is an unknown state. */
function state(value: unknown): Sign {
  const word = wordIn(value);
  if (word === undefined || word === '') return 'unreadable';
  const isActive = isActiveState(word) ?? (YES.has(word) || undefined);
  if (isActive === true) return 'active';
  return isActive === false || isNo(word) ? 'inactive' : 'unreadable';
}

const READERS: Readonly<Record<Kind, (value: unknown) => Reading>> = { flag: flagOrTime, moment, ending, state };

/** Whether a word means "no": blank, "no", 0, or a date that stands for 0. */
function isNo(word: string): boolean {
  return NO.has(word) || Number(word) === 0 || NEVER.test(word);
}

/**
 * Lower case, with blanks for hyphens and underscores, `''` for null; undefined if the value is not a single word or
 * number.
 */
function wordIn(value: unknown): string | undefined {
  if (value === null) return '';
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return String(value);
  if (typeof value === 'string') return normalised(value);
  const [only, ...others] = Array.isArray(value) ? (value as unknown[]) : isObject(value) ? labelsOf(value) : [];
  return others.length === 0 && ['string', 'boolean', 'number'].includes(typeof only) ? wordIn(only) : undefined;
}

/** The words of an object such as `{label: 'unsubscribed'}`. */
function labelsOf(value: Record<string, unknown>): unknown[] {
  return ['label', 'name', 'value', 'status', 'state'].flatMap((name) => value[name] ?? []);
}

function emailsIn(contactData: unknown): Record<string, unknown>[] {
  return asList(contactData)
    .filter(isObject)
    .filter(({ type }) => {
      const kind = onlyOf(type);
      return typeof kind === 'string' && compact(kind) === 'email';
    });
}

/** Longer than any known word or date. */
const MAX_WORD = 200;

function normalised(text: string): string {
  const trimmed = text.trim();
  if (trimmed.length > MAX_WORD) return '?';
  const word = composed(trimmed).toLowerCase();
  return /^[\d-]/.test(word) ? word : word.replace(/[\s_-]+/g, ' ');
}

function wordsOf(list: string): ReadonlySet<string> {
  return new Set(list.split('|'));
}
