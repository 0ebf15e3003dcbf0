/** Reads the values of members that express whether a receiver is active. An unknown value never counts as "active". */

import { systemClock } from '../utils/clock';
import { isObject } from '../utils/objects';
import { composed } from '../utils/unicode';
import { REVOKED, type InactiveStatus, type Kind } from './memberNames';
import { statusOfConsent, statusOfWord } from './memberWords';
import { isoDate } from '../utils/dates';
import { isEndless, isPast } from './limits';

/** `unreadable` for an unknown value. */
type Sign = 'active' | InactiveStatus | 'unreadable';
/**
 * The meaning of a value; "harmless" if it says that nothing has ended, "ended" if only the name of the member says why
 * the receiver is not active.
 */
export type Reading = Sign | 'harmless' | 'ended';

const NO = wordsOf('0|false|f|no|n|off|null|none|never|undefined|falsch|nein|nie|aus|-');
const YES = wordsOf('1|true|t|yes|y|on|wahr|ja|j');
/** A box that is ticked. In a list of things that are wanted or not, it may mean either. */
const TICKED = wordsOf('x|✓|✔|☑|checked|angekreuzt');
/** A link or an address. */
const NO_STATEMENT = /^\s*(?:[a-z]{3,6}:\/\/|mailto:|www\.)|^\s*[^\s@]{1,100}@[^\s@]{1,200}\.[^\s@]{1,100}\s*$/i;
/** Says whether mails arrive, not whether they are wanted. */
const DELIVERABLE = new Set(['valid', 'deliverable', 'ok', 'verified', 'gueltig', 'gültig', 'zustellbar']);
/** Words that say that there are no circumstances, so that nothing has ended. */
const NOT_APPLICABLE = wordsOf('n/a|na|not applicable|keine|keiner|kein grund|no reason|entfällt');
/** Words that say that a receiver has not opted out. Others, such as "active", may also mean the opt-out itself. */
const SUBSCRIBED = wordsOf('subscribed|opt in|optin|opted in|optedin|angemeldet|abonniert');
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
export function isInactive(reading: Reading): reading is InactiveStatus | 'ended' {
  return reading !== 'active' && reading !== 'unreadable' && reading !== 'harmless';
}

/** The state of a value that says "no", or is the word for an end, such as "revoked". A blank and 0 say nothing. */
export function denialIn(value: unknown, statusOf = statusOfWord): InactiveStatus | undefined {
  const word = typeof value === 'number' ? '' : (wordIn(value) ?? '');
  const status = statusOf(word);
  if (status !== undefined && status !== 'active') return status;
  const isNegative = /^[a-z]/.test(word) && NO.has(word) && word !== 'null' && word !== 'undefined';
  return isNegative ? 'inactive' : undefined;
}

function flag(value: unknown): Sign {
  const word = wordIn(value);
  if (word === undefined) return 'unreadable';
  return isNo(word) ? 'inactive' : (statusOfConsent(word) ?? state(word));
}

/**
 * Reads a flag, or the time since which it is set. A consent from before there were mails, or in the future, does not
 * count.
 */
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
  if (era !== undefined) return era === 'future' ? 'unreadable' : 'ended';
  if (SHORT_NUMBER.test(word) || TICKED.has(word) || YES.has(word)) return 'ended';
  const status = statusOfWord(word);
  if (status === 'active') return SUBSCRIBED.has(word) ? 'harmless' : 'unreadable';
  if (status === 'unsubscribed') return REVOKED.test(word) ? 'unsubscribed' : 'ended';
  return status ?? 'unreadable';
}

/** Reads which of two states a receiver has, as a word; "yes" and "no" do not say which. */
function either(value: unknown): Reading {
  const word = wordIn(value);
  if (word === '') return 'harmless';
  const status = statusOfWord(word ?? '');
  return status === 'active' ? 'harmless' : (status ?? 'unreadable');
}

/**
 * Reads until when something is valid: a sign of an end if that time is over, or if it is the word for an end. A blank, a
 * "no", a duration and a time to come say nothing.
 */
function limit(value: unknown): Reading {
  const word = wordIn(value);
  if (word === undefined) return 'unreadable';
  if (isNo(word) || isEndless(word)) return 'harmless';
  const isOver = isPast(word, timesIn(word));
  if (isOver !== undefined) return isOver ? 'inactive' : 'harmless';
  const status = statusOfConsent(word);
  return status === 'active' ? 'harmless' : (status ?? 'unreadable');
}

/** Reads a detail of an end, such as its reason. A value other than "no" or "not applicable" means that there was an end. */
function circumstance(value: unknown): Reading {
  const word = wordIn(value);
  return word !== undefined && (isNo(word) || NOT_APPLICABLE.has(word)) ? 'harmless' : 'ended';
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
  either,
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

/**
 * What a time says: no time at all (0 in any spelling, such as 1970-01-01, 31.12.1969 or 1899-12-30), a time before
 * newsletters, a time since then, or a time that is still to come.
 */
type Era = 'none' | 'early' | 'past' | 'future';

/** The first moment that is not a spelling of Unix time 0 in some time zone. */
const AFTER_ZERO = Date.UTC(1970, 0, 2);
/** Earlier times cannot be a consent to newsletters by e-mail. */
const FIRST_CONSENT = Date.UTC(1995, 0, 1);
/** Time zones, and clocks that are set wrongly. */
const TOLERANCE_MS = 86_400_000;

const YEAR_FIRST = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)(.*)$/;
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)(.*)$/;
/** YYYYMMDD, also with hours and minutes. */
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:t?[0-2]\d[0-5]\d(?:[0-5]\d)?z?)?$/;
/** A time of day, or the time zone of a date. */
const REST = /^(?:(?:t|[\s,]+(?:um )?)\d{1,2}[:.]\d{2}[\d:.,+\s\-apmzutcgehrs()]*|z|[+-]\d{2}:?\d{2})?$/;
/** Unix time in seconds since 1973, or in milliseconds. Shorter numbers may be anything. */
const UNIX = /^(\d{9,14})(?:\.\d+)?$/;
const MOST_SECONDS = 10;
/**
 * @param word in lower case
 * @returns undefined if the word is not a time
 */
export function eraOf(word: string): Era | undefined {
  const times = timesIn(word);
  if (times.length === 0) return undefined;
  const eras = new Set(times.map(eraOfTime));
  return (['none', 'early', 'future'] as const).find((era) => eras.has(era)) ?? 'past';
}

function eraOfTime(time: number): Era {
  if (time < AFTER_ZERO) return 'none';
  if (time < FIRST_CONSENT) return 'early';
  return time > systemClock.now() + TOLERANCE_MS ? 'future' : 'past';
}

/**
 * All readings of a time, in milliseconds. The day and the month may be ambiguous, since only the era matters. Empty if the word is not a time.
 */
function timesIn(word: string): number[] {
  if (!/\d/.test(word)) return [];
  const [, year, , month, day, rest = ''] = YEAR_FIRST.exec(word) ?? [];
  if (year !== undefined) return REST.test(rest) ? dayOf(year, month, day) : [];
  const [, first, separator, second, last, more = ''] = YEAR_LAST.exec(word) ?? [];
  if (last !== undefined) {
    if (!REST.test(more)) return [];
    return separator === '.'
      ? dayOf(last, second, first)
      : [...dayOf(last, second, first), ...dayOf(last, first, second)];
  }
  const [, compactYear, compactMonth, compactDay] = COMPACT.exec(word) ?? [];
  const compact =
    Number(compactYear) >= 1800 && Number(compactYear) <= 2100 ? dayOf(compactYear, compactMonth, compactDay) : [];
  if (compact.length > 0) return compact;
  const digits = UNIX.exec(word)?.[1];
  if (digits !== undefined) return [Number(digits) * (digits.length > MOST_SECONDS ? 1 : 1_000)];
  // the name of a month, or a year of two digits
  const date = /^\d+$/.test(word) ? undefined : isoDate(word);
  return date === undefined ? [] : [Date.parse(date)];
}

/** A list with the day, empty if there is no such day; a day or month of 0 is not a time, and neither is the year 0. */
function dayOf(year = '', month = '', day = ''): number[] {
  if (Number(month) > 12 || Number(day) > 31) return [];
  if (Number(month) === 0 || Number(day) === 0) return [0];
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return [date.getTime()];
}
