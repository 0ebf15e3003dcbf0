/**
 * Converts responses of CleverReach to the types in `types.ts`. The responses are not formally documented, so all
 * observed and likely variants are accepted: `[]` for `{}`, numeric ids, `"1"` for true, one object for a list with one
 * item. Rows are completed in place for speed: reading a large group spends most of its time here, and freshly parsed
 * rows have no other owner.
 */

import { TemporaryError } from '../utils/errors';
import { redactPath } from '../utils/redact';
import { isObject } from '../utils/objects';
import { isTimestamp, timestampOf } from '../utils/timestamps';
import { isSet } from '../subscription/memberValues';
import type { AccountInfo, Attribute, Flow, Form, Group, Receiver, ReceiverEvent } from './types';

type JsonObject = Record<string, unknown>;

const TIMESTAMPS = ['registered', 'activated', 'deactivated', 'bounced', 'imported'] as const;

/**
 * Parses a list of receivers.
 * @param what the request, for errors
 * @param groupId the requested group; set on rows that do not name their group
 * @param offset the index of the first row in a longer list; errors then name the position of a row
 * @throws TemporaryError if the response is not a list, or a row is not a receiver
 */
export function parseReceivers(body: unknown, what: string, groupId?: string, offset?: number): Receiver[] {
  const rows = listOf(body, what);
  for (const [index, row] of rows.entries())
    completeReceiver(row, what, groupId, offset === undefined ? undefined : offset + index);
  return rows as Receiver[];
}

/**
 * Parses the response to a list look-up. Rows that are not receivers are dropped if at least one row is a receiver,
 * because the caller looks up the missing receivers one by one.
 * @returns the receivers, and the number of rows in the response
 * @throws TemporaryError as {@link parseReceivers} does, if there are rows and none of them is a receiver
 */
export function parseFoundReceivers(
  body: unknown,
  what: string,
  groupId: string,
): { receivers: Receiver[]; rows: number } {
  const rows = listOf(body, what);
  const receivers = rows.filter((row) => {
    try {
      completeReceiver(row, what, groupId);
      return true;
    } catch {
      return false;
    }
  });
  // throws the error of the first row, if there is one
  if (receivers.length === 0) return { receivers: parseReceivers(rows, what, groupId), rows: 0 };
  return { receivers: receivers as Receiver[], rows: rows.length };
}

/**
 * The requested receiver, returned alone or in a list that may contain others. Undefined if the response is empty.
 * @throws TemporaryError as {@link parseReceivers} does, and if the response contains only other receivers, since it
 *   then does not show whether the requested one exists
 */
export function parseOneOf(
  body: unknown,
  what: string,
  groupId: string | undefined,
  isWanted: (receiver: Receiver) => boolean,
): Receiver | undefined {
  const receivers = parseReceivers(body, what, groupId);
  const wanted = receivers.find(isWanted);
  if (!wanted && receivers.length > 0) throw unreadable(what, 'a different receiver than the requested one');
  return wanted;
}

/** The same for a receiver that was created. Also throws a TemporaryError if the response is empty. */
export function parseCreated(
  body: unknown,
  what: string,
  groupId: string,
  isWanted: (receiver: Receiver) => boolean,
): Receiver {
  const created = parseOneOf(body, what, groupId, isWanted);
  if (!created) throw unreadable(what, 'an empty response');
  return created;
}

/** Throws as {@link parseReceivers} does. */
export function parseGroups(body: unknown, what: string): Group[] {
  return listOf(body, what).map((row) => {
    const { id, name } = rowWithId(row, what);
    return { id, name: stringFrom(name) };
  });
}

/** Throws as {@link parseReceivers} does. */
export function parseForms(body: unknown, what: string): Form[] {
  return listOf(body, what).map((row) => {
    const { id, name, customer_tables_id } = rowWithId(row, what);
    const groupId = idOf(customer_tables_id);
    return { id, name: stringFrom(name), ...(!isNoGroup(groupId) && { groupId }) };
  });
}

const onlyMember = (value: unknown): unknown =>
  Array.isArray(value) && value.length === 1 ? (value as unknown[])[0] : value;

const isNoGroup = (id: string): boolean => id === '' || id === '0';

/** Ids in lower case, because the case of a UUID does not matter. Throws as {@link parseReceivers} does. */
export function parseFlows(body: unknown, what: string): Flow[] {
  return listOf(body, what).map((row) => {
    const { id, name, playbook, setup } = rowWithId(row, what);
    const groupId = isObject(setup) ? idOf(onlyMember(setup['groupid'])) : '';
    const group = isNoGroup(groupId) ? {} : { groupId };
    return { id: id.toLowerCase(), name: stringFrom(name), playbook: stringFrom(playbook), ...group };
  });
}

/** Throws as {@link parseReceivers} does. */
export function parseAttributes(body: unknown, what: string): Attribute[] {
  return listOf(body, what).map((row) => {
    const name = isObject(row) ? stringFrom(row['name']).trim().toLowerCase() : '';
    if (!isObject(row) || name === '') throw unreadable(what, 'an attribute without a name');
    return { name, type: stringFrom(row['type']).toLowerCase() || 'text' };
  });
}

/** Throws as {@link parseReceivers} does. */
export function parseAccount(body: unknown, what: string): AccountInfo {
  const { id, company, email, login_domain } = rowWithId(listOf(body, what)[0], what);
  return { id, company: stringFrom(company), email: stringFrom(email), login_domain: stringFrom(login_domain) };
}

/** CleverReach's ids have about a dozen digits. A much longer id would not fit into a snapshot. */
const MAX_ID_LENGTH = 100;

/** An id as a string; `''` if it is missing. */
export function idOf(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return Number.isFinite(value) ? String(value) : '';
}

/** The rows of a response: a list, a PHP list with its keys, a single object, or an empty response. */
export function listOf(body: unknown, what: string): unknown[] {
  if (Array.isArray(body)) return body as unknown[];
  if (body === undefined) return [];
  if (!isObject(body)) throw unreadable(what, `${body === null ? 'null' : typeof body} instead of a list`);
  return isKeyedList(body) ? Object.values(body) : [body];
}

const UNREADABLE =
  'Waiting may help, for example after an update or a failure of CleverReach. If the error persists, send this message to CleverReach support.';

export function unreadable(what: string, why: string): TemporaryError {
  return new TemporaryError(
    `CleverReach answered ${redactPath(what)} with something that cannot be read: ${why}. ${UNREADABLE}`,
  );
}

function unreadableRow(what: string, why: string, index: number | undefined): TemporaryError {
  return unreadable(what, index === undefined ? why : `${why} (no. ${index + 1} of the list)`);
}

/** Writes only changed members: most rows are complete, and a write costs more than a comparison. */
function completeReceiver(row: unknown, what: string, groupId: string | undefined, index?: number): void {
  const receiver = rowWithId(row, what, index);
  const group = idOf(receiver['group_id'] ?? receiver['groups_id'] ?? groupId);
  if (group !== '' && receiver['group_id'] !== group) receiver['group_id'] = group;
  if (typeof receiver['email'] !== 'string') receiver['email'] = stringFrom(receiver['email']);
  for (const name of TIMESTAMPS) if (!isTimestamp(receiver[name])) receiver[name] = timestampOf(receiver[name]);
  const { last_changed, active, tags, events } = receiver;
  if (last_changed !== undefined && !isTimestamp(last_changed)) receiver['last_changed'] = timestampOf(last_changed);
  if (typeof active !== 'boolean') receiver['active'] = isSet(active);
  completeTexts(receiver, 'attributes');
  completeTexts(receiver, 'global_attributes');
  if (tags !== undefined && !isListOf(tags, isText)) receiver['tags'] = membersOf(tags).map(stringFrom);
  if (events !== undefined && !isListOf(events, isEvent)) receiver['events'] = eventsOf(events);
}

/** The same row object, with its id converted to a string. @param index of the row in the list, for errors */
function rowWithId(row: unknown, what: string, index?: number): JsonObject & { id: string } {
  if (!isObject(row)) throw unreadableRow(what, 'a row that is not an object', index);
  const id = idOf(row['id']);
  if (id === '') throw unreadableRow(what, 'a row without an id', index);
  if (id.length > MAX_ID_LENGTH) throw unreadableRow(what, `an id of ${id.length} characters`, index);
  // half of a surrogate pair, or a name that cannot be the key of a JavaScript object
  if (/\p{Surrogate}/u.test(id) || id === '__proto__') throw unreadableRow(what, 'an id that is not valid', index);
  if (row['id'] !== id) row['id'] = id;
  return row as JsonObject & { id: string };
}

function eventsOf(value: unknown): ReceiverEvent[] {
  const events = membersOf(value).filter(isObject);
  for (const event of events) {
    event['stamp'] = timestampOf(event['stamp']);
    event['type'] = stringFrom(event['type']);
  }
  return events as unknown[] as ReceiverEvent[];
}

/** Converts attribute values to strings, whatever the type of the attribute. */
function completeTexts(receiver: JsonObject, name: 'attributes' | 'global_attributes'): void {
  const values = receiver[name];
  if (!isObject(values)) receiver[name] = {};
  else if (!hasTooManyAttributes(values)) {
    for (const key in values) if (typeof values[key] !== 'string') values[key] = stringFrom(values[key]);
  }
}

/** More attributes than any account can define. */
export const MAX_ATTRIBUTES = 1_000;

/**
 * Whether a map of values is larger than that of any receiver. Such a map is left unchanged and must not be iterated.
 */
function hasTooManyAttributes(values: object): boolean {
  let count = 0;
  for (const name in values) {
    count += name === '' ? 0 : 1;
    if (count > MAX_ATTRIBUTES) return true;
  }
  return false;
}

/** Whether the attributes of a receiver are left unchanged, see {@link hasTooManyAttributes}. */
export function isTooLarge({
  attributes,
  global_attributes,
}: Pick<Receiver, 'attributes' | 'global_attributes'>): boolean {
  return hasTooManyAttributes(attributes) || hasTooManyAttributes(global_attributes);
}

/**
 * The items of a list. PHP may write a list with gaps in its keys as an object; a single string is a list with one
 * item.
 */
function membersOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  if (typeof value === 'string' && value.trim() !== '') return [value];
  return isObject(value) ? Object.values(value) : [];
}

function isKeyedList(body: JsonObject): boolean {
  for (const key in body) if (!/^\d+$/.test(key)) return false;
  return true;
}

function isListOf(value: unknown, isMember: (member: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isMember);
}

const isText = (value: unknown): boolean => typeof value === 'string';

const isEvent = (value: unknown): boolean => isObject(value) && isTimestamp(value['stamp']) && isText(value['type']);

function stringFrom(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
