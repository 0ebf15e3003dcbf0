/**
 * The border: what CleverReach answers becomes what `types.ts` says. No answer is documented, so everything that was seen or
 * is likely is understood: `[]` for `{}`, ids as numbers, `"1"` for true, one object for a list of one. Rows are completed
 * in place, as the walk over a large group spends its time here; they come fresh from the JSON parser and belong to nobody else.
 */

import { FIRST_MILLISECONDS, inSeconds } from '../utils/clock';
import { TemporaryError } from '../utils/errors';
import { maskPath } from '../utils/redact';
import { isObject } from '../utils/objects';
import { isSet } from './subscriptionState';
import type { Account, Attribute, Form, Group, Receiver, ReceiverEvent, UnixSeconds } from './types';

type Row = Record<string, unknown>;

const STAMPS = ['registered', 'activated', 'deactivated', 'bounced', 'imported'] as const;

/**
 * Receivers of a list.
 * @param what the request in words, for errors
 * @param groupId the group that was asked for; put in where a row does not name its own
 * @throws TemporaryError when the answer is no list, or a row no receiver
 */
export function parseReceivers(body: unknown, what: string, groupId?: string): Receiver[] {
  const rows = listOf(body, what);
  for (const row of rows) completeReceiver(row, what, groupId);
  return rows as Receiver[];
}

/**
 * The receiver that was asked for: alone, or in a list that may hold others. Undefined for an empty answer.
 * @throws TemporaryError as {@link parseReceivers} does, and when the answer holds other receivers only: whether the one that
 *   was asked for is there is not known then
 */
export function parseOneOf(
  body: unknown,
  what: string,
  groupId: string | undefined,
  isWanted: (receiver: Receiver) => boolean,
): Receiver | undefined {
  const receivers = parseReceivers(body, what, groupId);
  const wanted = receivers.find(isWanted);
  if (!wanted && receivers.length > 0) throw unreadable(what, 'another receiver than the one that was asked for');
  return wanted;
}

/** Throws as {@link parseReceivers} does. */
export function parseGroups(body: unknown, what: string): Group[] {
  return listOf(body, what).map((row) => {
    const { id, name } = rowWithId(row, what);
    return { id, name: textOf(name) };
  });
}

/** Throws as {@link parseReceivers} does. */
export function parseForms(body: unknown, what: string): Form[] {
  return listOf(body, what).map((row) => {
    const { id, name, customer_tables_id } = rowWithId(row, what);
    const groupId = idOf(customer_tables_id);
    return { id, name: textOf(name), ...(!['', '0'].includes(groupId) && { groupId }) };
  });
}

/** Throws as {@link parseReceivers} does. */
export function parseAttributes(body: unknown, what: string): Attribute[] {
  return listOf(body, what).map((row) => {
    const name = isObject(row) ? textOf(row['name']).trim().toLowerCase() : '';
    if (!isObject(row) || name === '') throw unreadable(what, 'an attribute without a name');
    return { name, type: textOf(row['type']).toLowerCase() || 'text' };
  });
}

/** Throws as {@link parseReceivers} does. */
export function parseAccount(body: unknown, what: string): Account {
  const { id, company, email, login_domain } = rowWithId(listOf(body, what)[0], what);
  return { id, company: textOf(company), email: textOf(email), login_domain: textOf(login_domain) };
}

/** CleverReach's ids have a dozen digits; whatever is much longer could not be remembered in a snapshot. */
const MAX_ID_LENGTH = 100;

/** An id as text; `''` where there is none. */
export function idOf(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return Number.isFinite(value) ? String(value) : '';
}

/** The rows of an answer: a list, a list that PHP wrote with its keys, one object alone, or nothing. */
export function listOf(body: unknown, what: string): unknown[] {
  if (Array.isArray(body)) return body as unknown[];
  if (body === undefined) return [];
  if (!isObject(body)) throw unreadable(what, `${body === null ? 'null' : typeof body} instead of a list`);
  return isKeyedList(body) ? Object.values(body) : [body];
}

const UNREADABLE =
  'Waiting may help, as after an update or a failure of CleverReach; if it goes on, show this message to the support of CleverReach.';

export function unreadable(what: string, why: string): TemporaryError {
  return new TemporaryError(
    `CleverReach answered ${maskPath(what)} with something that cannot be read: ${why}. ${UNREADABLE}`,
  );
}

/** Writes only what differs: most rows are complete, and a write costs more than a look. */
function completeReceiver(row: unknown, what: string, groupId: string | undefined): void {
  const receiver = rowWithId(row, what);
  const group = idOf(receiver['group_id'] ?? receiver['groups_id'] ?? groupId);
  if (group !== '' && receiver['group_id'] !== group) receiver['group_id'] = group;
  if (typeof receiver['email'] !== 'string') receiver['email'] = textOf(receiver['email']);
  for (const name of STAMPS) if (!isStamp(receiver[name])) receiver[name] = stampOf(receiver[name]);
  const { last_changed, active, tags, events } = receiver;
  if (last_changed !== undefined && !isStamp(last_changed)) receiver['last_changed'] = stampOf(last_changed);
  if (typeof active !== 'boolean') receiver['active'] = isSet(active);
  completeTexts(receiver, 'attributes');
  completeTexts(receiver, 'global_attributes');
  if (tags !== undefined && !isListOf(tags, isText)) receiver['tags'] = membersOf(tags).map(textOf);
  if (events !== undefined && !isListOf(events, isEvent)) receiver['events'] = eventsOf(events);
}

/** The row itself, its id now a text. */
function rowWithId(row: unknown, what: string): Row & { id: string } {
  if (!isObject(row)) throw unreadable(what, 'a row that is not an object');
  const id = idOf(row['id']);
  if (id === '') throw unreadable(what, 'a row without an id');
  if (id.length > MAX_ID_LENGTH) throw unreadable(what, `an id of ${id.length} characters`);
  // half a character, or a name that no map of JavaScript can hold
  if (/\p{Surrogate}/u.test(id) || id === '__proto__') throw unreadable(what, 'an id that is not valid');
  if (row['id'] !== id) row['id'] = id;
  return row as Row & { id: string };
}

function eventsOf(value: unknown): ReceiverEvent[] {
  const events = membersOf(value).filter(isObject);
  for (const event of events) {
    event['stamp'] = stampOf(event['stamp']);
    event['type'] = textOf(event['type']);
  }
  return events as unknown[] as ReceiverEvent[];
}

/** Values of attributes; all are texts, whatever their type is. */
function completeTexts(receiver: Row, name: 'attributes' | 'global_attributes'): void {
  const values = receiver[name];
  if (!isObject(values)) receiver[name] = {};
  else if (!hasTooManyAttributes(values)) {
    for (const key in values) if (typeof values[key] !== 'string') values[key] = textOf(values[key]);
  }
}

/** More than any account can define. */
export const MAX_ATTRIBUTES = 1_000;

/** Whether a map of values is larger than a receiver's can be; it is left as it came, and must not be walked through. */
function hasTooManyAttributes(values: object): boolean {
  let count = 0;
  for (const name in values) {
    count += name === '' ? 0 : 1;
    if (count > MAX_ATTRIBUTES) return true;
  }
  return false;
}

/** Whether the attributes of a receiver are left as they came, see {@link hasTooManyAttributes}. */
export function isTooLarge({
  attributes,
  global_attributes,
}: Pick<Receiver, 'attributes' | 'global_attributes'>): boolean {
  return hasTooManyAttributes(attributes) || hasTooManyAttributes(global_attributes);
}

/** The members of a list, also of one that PHP wrote as an object because its keys had gaps, or one text alone. */
function membersOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  if (typeof value === 'string' && value.trim() !== '') return [value];
  return isObject(value) ? Object.values(value) : [];
}

function isKeyedList(body: Row): boolean {
  for (const key in body) if (!/^\d+$/.test(key)) return false;
  return true;
}

function isListOf(value: unknown, isMember: (member: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isMember);
}

const isText = (value: unknown): boolean => typeof value === 'string';

const isEvent = (value: unknown): boolean => isObject(value) && isStamp(value['stamp']) && isText(value['type']);

const isStamp = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LATEST;

/** Longer than any way to write a time. */
const MAX_TIME_LENGTH = 40;

/** The latest timestamp, in the year 5138; a larger number is milliseconds. */
const LATEST = FIRST_MILLISECONDS - 1;

/**
 * A timestamp in whole seconds from 0 to {@link LATEST}. Seconds, milliseconds and ISO 8601 dates are understood; a date-time
 * without a zone is in UTC. A later time counts as the latest, since 0 would hide a change; everything else is 0, "never".
 */
function stampOf(value: unknown): UnixSeconds {
  const time = typeof value === 'string' ? timeIn(value.slice(0, MAX_TIME_LENGTH).trim()) : value;
  return typeof time === 'number' && time > 0 && time < Infinity ? Math.min(inSeconds(time), LATEST) : 0;
}

function timeIn(text: string): number {
  if (/^\+?\d+(\.\d+)?(e\+?\d+)?$/i.test(text)) return Number(text);
  const date = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d:?\d\d)?)?$/i.exec(text);
  return date ? Date.parse(`${date[1] ?? ''}T${date[2] ?? '00:00'}${date[3]?.toUpperCase() ?? 'Z'}`) / 1_000 : 0;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
