/** Reads the values of members that express whether a receiver is active. An unknown value never counts as "active". */

import { isObject } from '../utils/objects';
import { composed } from '../utils/unicode';
import { eraOf, isPastMonth } from './stateTimes';
import { statusOfConsent, statusOfWord, type InactiveStatus, type Kind } from './subscriptionStateNames';

/** `unreadable` for an unknown value. */
type Sign = 'active' | InactiveStatus | 'unreadable';
/** The meaning of a value; "harmless" if it says that nothing has ended. */
export type Reading = Sign | 'harmless';

const NO = wordsOf('0|false|f|no|n|off|null|none|never|undefined|falsch|nein|nie|aus|-');
const YES = wordsOf('1|true|t|yes|y|on|wahr|ja|j');
/** A link or an address. */
const NO_STATEMENT = /^\s*(?:[a-z]{3,6}:\/\/|mailto:|www\.)|^\s*[^\s@]{1,100}@[^\s@]{1,200}\.[^\s@]{1,100}\s*$/i;
/** Says whether mails arrive, not whether they are wanted. */
const DELIVERABLE = new Set(['valid', 'deliverable', 'ok', 'verified', 'gueltig', 'gültig', 'zustellbar']);
/** Says that something is valid without an end. */
const ENDLESS = wordsOf('unlimited|infinite|forever|permanent|open|unbegrenzt|unbefristet|dauerhaft|offen');
/** Says that there are no circumstances, so that nothing has ended. */
const NOT_APPLICABLE = wordsOf('n/a|na|not applicable|keine|keiner|kein grund|no reason|entfällt');
/** Counts and numbers that are too short for a time. */
const SHORT_NUMBER = /^\d{1,8}(\.\d+)?$/;

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

/** Reads one value that is not a list or an object. */
export function readingOf(value: unknown, kind: Kind): Reading {
  // the link to unsubscribe, or the address that gets the newsletter
  if (typeof value === 'string' && NO_STATEMENT.test(value)) return 'harmless';
  return READERS[kind](value);
}

/** Whether a reading means that a receiver is not active. */
export function isInactive(reading: Reading): reading is InactiveStatus {
  return reading !== 'active' && reading !== 'unreadable' && reading !== 'harmless';
}

/** The state of a value that says "no", or is the word for an end, such as "revoked". A blank and 0 say nothing. */
export function denialIn(value: unknown): InactiveStatus | undefined {
  const word = typeof value === 'number' ? '' : (wordIn(value) ?? '');
  const status = statusOfWord(word);
  if (status !== undefined && status !== 'active') return status;
  const isNegative = /^[a-z]/.test(word) && NO.has(word) && word !== 'null' && word !== 'undefined';
  return isNegative ? 'inactive' : undefined;
}

function flag(value: unknown): Sign {
  const word = wordIn(value);
  if (word === undefined) return 'unreadable';
  return isNo(word) ? 'inactive' : (statusOfConsent(word) ?? state(word));
}

/** Reads a flag, or the time since which it is set. A consent before there were mails, or to come, is none. */
function flagOrTime(value: unknown): Sign {
  const era = eraOf(wordIn(value) ?? '');
  if (era === undefined) return flag(value);
  return era === 'past' ? 'active' : era === 'future' ? 'unreadable' : 'inactive';
}

/** Reads the time of an activation, or a flag; 0 means "never", so the receiver has not confirmed yet. */
function moment(value: unknown): Sign {
  const word = wordIn(value) ?? '';
  const isTooShort = SHORT_NUMBER.test(word) && eraOf(word) === undefined && !YES.has(word);
  const reading = isTooShort ? 'inactive' : flagOrTime(value);
  return reading === 'inactive' ? 'pending' : reading;
}

/**
 * Reads the time of a deactivation, a flag, or how often something ended: a sign of an end unless it clearly means "no"
 * or "never".
 */
function ending(value: unknown): Reading {
  const word = wordIn(value);
  if (word === undefined) return 'unreadable';
  if (isNo(word)) return 'harmless';
  const era = eraOf(word);
  if (era !== undefined) return era === 'future' ? 'unreadable' : 'inactive';
  return SHORT_NUMBER.test(word) || state(word) !== 'unreadable' ? 'inactive' : 'unreadable';
}

/**
 * Reads until when something is valid: a sign of an end if that time is over, or if it is the word for an end. A blank, a
 * "no" and a duration say nothing.
 */
function limit(value: unknown): Reading {
  const word = wordIn(value);
  if (word === undefined) return 'unreadable';
  const era = eraOf(word);
  if (era !== undefined) return era === 'past' || era === 'early' ? 'inactive' : 'harmless';
  if (isPastMonth(word)) return 'inactive';
  if (isNo(word) || ENDLESS.has(word) || /^\d/.test(word)) return 'harmless';
  const status = statusOfConsent(word);
  return status === 'active' ? 'harmless' : (status ?? 'unreadable');
}

/** Reads the circumstances of an end, such as its reason: any that are given say that there was an end. */
function circumstance(value: unknown): Reading {
  const word = wordIn(value);
  return word !== undefined && (isNo(word) || NOT_APPLICABLE.has(word)) ? 'harmless' : 'inactive';
}

/** Reads a flag that is also a topic; a blank says nothing. */
function topic(value: unknown): Reading {
  return wordIn(value) === '' ? 'harmless' : flagOrTime(value);
}

/** Reads a state in words; a blank says nothing, and neither does whether mails arrive. */
function stateOrNothing(value: unknown): Reading {
  const word = wordIn(value);
  return word === '' || (word !== undefined && DELIVERABLE.has(word)) ? 'harmless' : state(value);
}

/** Reads a state in words, unless it is a region. `NO` and `ON` are regions. */
function stateOrRegion(value: unknown): Reading {
  if (typeof value === 'boolean') return state(value);
  return statusOfWord(wordIn(value) ?? '') ?? 'harmless';
}

/** Reads a state in words, or a flag. A blank value is an unknown state. */
function state(value: unknown): Sign {
  const word = wordIn(value);
  if (word === undefined || word === '') return 'unreadable';
  const status = statusOfWord(word) ?? (YES.has(word) ? 'active' : undefined);
  return status ?? (isNo(word) ? 'inactive' : 'unreadable');
}

const READERS: Readonly<Record<Kind, (value: unknown) => Reading>> = {
  flag: flagOrTime,
  topic,
  moment,
  ending,
  circumstance,
  limit,
  state: stateOrNothing,
  region: stateOrRegion,
};

/** Whether a word means "no": blank, "no", 0, or a date that stands for 0. */
function isNo(word: string): boolean {
  return NO.has(word) || Number(word) === 0 || eraOf(word) === 'none';
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
