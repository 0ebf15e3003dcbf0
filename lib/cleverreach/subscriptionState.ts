/**
 * Determines whether a receiver is active, both for rows of CleverReach and for records of other systems, which express
 * it in many ways. It errs on the safe side: an unknown value never counts as "active".
 */

import { asList, onlyOf } from '../utils/lists';
import { isObject } from '../utils/objects';

/** The names of the members that express the state, the first of each kind. Never contains values. */
export interface Signs {
  active?: string;
  inactive?: string;
  /** A member that expresses a state whose value is unknown. */
  unreadable?: string;
}

type Sign = keyof Signs;
type Reader = (value: unknown) => Sign | undefined;

/** How deep nested receivers are followed. */
const MAX_DEPTH = 3;

/** Members that contain a receiver or its subscription. */
const CONTAINERS = namesOf('data receiver subscriber subscription person contact newsletter consent');

const NO = wordsOf('0|false|f|no|n|off|null|none|never|undefined|falsch|nein|nie|aus|-');
const YES = wordsOf('1|true|t|yes|y|on|wahr|ja|j');
const ACTIVE_STATES = wordsOf(
  'active|activated|subscribed|confirmed|enabled|opted in|opt in|optin|aktiv|aktiviert|abonniert|angemeldet|bestätigt|bestaetigt',
);
const INACTIVE_STATES = wordsOf(
  'inactive|deactivated|disabled|unsubscribed|opted out|opt out|optout|bounced|bounce|hard bounce|soft bounce|hardbounce|softbounce|' +
    'pending|waiting|unconfirmed|not confirmed|blocked|blacklisted|suppressed|cleaned|complained|spam|deleted|removed|cancelled|canceled|' +
    'inaktiv|nicht aktiv|deaktiviert|abgemeldet|ausgetragen|abbestellt|gekündigt|wartend|ausstehend|unbestätigt|nicht bestätigt|gesperrt|gelöscht',
);

/** A date that means "never": 0, as databases and Unix time show it. */
const NEVER = /^(0000-|1970-01-01|1969-12-31|00\.00\.|0?1\.0?1\.1970)/;
/**
 * ISO 8601 and common dates with dots or slashes, with or without a time. A date in the far future also means "never".
 */
const DATE = /^((19|20)\d\d-[01]?\d-[0-3]?\d|[0-3]?\d[./][0-3]?\d[./](19|20)\d\d)(?!\d)/;
/** Unix time in seconds or milliseconds, or 1 for "yes". */
const NUMBER = /^\d{1,14}(\.\d+)?$/;

const readers = new Map<string, Reader>([
  ...all(
    'active isActive aktiv istAktiv subscribed isSubscribed confirmed isConfirmed optIn optedIn consent newsletter',
    flag,
  ),
  ...all('activated activatedAt activatedOn aktiviert confirmedAt confirmedOn', moment),
  ...all(
    'deactivated deactivatedAt deactivatedOn deaktiviert unsubscribed isUnsubscribed unsubscribedAt unsubscribedOn abgemeldet ' +
      'bounced isBounced bouncedAt bouncedOn inactive isInactive inaktiv optOut optedOut emailOptOut hasOptedOutOfEmail ' +
      'blocked isBlocked gesperrt blacklisted suppressed deleted isDeleted deletedAt',
    ending,
  ),
  ...all('status state subscriptionStatus subscriptionState newsletterStatus emailStatus receiverStatus', state),
]);

/**
 * Evaluates the state of a record from its own members, from the members that contain a receiver, and from its e-mail
 * contacts.
 */
export function signsIn(record: Record<string, unknown>, depth = 0): Signs {
  const signs: Signs = {};
  for (const [name, value] of Object.entries(record)) {
    if (value === undefined) continue;
    const key = plain(name);
    const isHolder = CONTAINERS.has(key) && isObject(value);
    const reader = isHolder ? undefined : readers.get(key);
    const sign = reader?.(value);
    if (sign) signs[sign] ??= name;
    if (depth >= MAX_DEPTH) continue;
    if (isHolder) addTo(signs, signsIn(value, depth + 1));
    if (key === 'contactdata') for (const contact of emailsIn(value)) addTo(signs, signsIn(contact, depth + 1));
  }
  return signs;
}

/** Whether a member of a record is evaluated for the state of a receiver, whatever its value. */
export function isOfState(name: string): boolean {
  return readers.has(plain(name));
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

/** The time of the activation, or a flag; 0 means "never". */
function moment(value: unknown): Sign {
  const word = wordIn(value);
  if (word === undefined) return 'unreadable';
  return !isNo(word) && (NUMBER.test(word) || DATE.test(word)) ? 'active' : flag(word);
}

/** The time of the deactivation, or a flag. It counts as deactivated unless the value clearly means "no" or "never". */
function ending(value: unknown): Sign | undefined {
  const word = wordIn(value);
  if (word === undefined) return 'unreadable';
  if (isNo(word)) return undefined;
  return moment(word) === 'active' || state(word) === 'inactive' ? 'inactive' : 'unreadable';
}

/** A state in words, or a flag. A blank value counts as an unknown state. */
function state(value: unknown): Sign {
  const word = wordIn(value);
  if (word === undefined || word === '') return 'unreadable';
  if (ACTIVE_STATES.has(word) || YES.has(word)) return 'active';
  return INACTIVE_STATES.has(word) || isNo(word) ? 'inactive' : 'unreadable';
}

/** Blank, "no", 0, or a date that means 0. */
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
      return typeof kind === 'string' && plain(kind) === 'email';
    });
}

function addTo(signs: Signs, more: Signs): void {
  for (const sign of Object.keys(more) as Sign[]) {
    const name = more[sign];
    if (name !== undefined) signs[sign] ??= name;
  }
}

/** Longer than any known word or date. Truncating a longer value must not turn it into a known one. */
const MAX_WORD = 200;

function normalised(text: string): string {
  const word = text.trim().slice(0, MAX_WORD).normalize('NFC').toLowerCase();
  return /^[\d-]/.test(word) ? word : word.replace(/[\s_-]+/g, ' ');
}

/** Compares names without regard to case and word separators. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}

function namesOf(list: string): ReadonlySet<string> {
  return new Set(list.split(' ').map(plain));
}

function wordsOf(list: string): ReadonlySet<string> {
  return new Set(list.split('|'));
}

function all(list: string, reader: Reader): [string, Reader][] {
  return [...namesOf(list)].map((name) => [name, reader]);
}
