/**
 * What a poll compares of a receiver: its content, and the times at which its state changed. CleverReach has no
 * modification time for a receiver; the timestamps of its state and its history (`detail` bit 1) are the best
 * substitute.
 */

import { hash } from 'node:crypto';
import { isTooLarge } from '../../cleverreach/parseResponse';
import type { Receiver, UnixSeconds } from '../../cleverreach/types';
import { MAX_KEY, MAX_VALUE } from '../sketch/sketch';

/** The number of values. */
const RANGE = MAX_VALUE + 1;

/** Events about a mail, not about the receiver. Events of unknown types count as changes. */
const MAIL_STATISTICS: ReadonlySet<string> = new Set(['mail_send', 'mail_open', 'mail_click']);

/**
 * How far after a horizon a timestamp may lie to count as a change after it, in seconds. A timestamp in the far future
 * would otherwise count as a change after every horizon.
 */
export const WINDOW = 7 * 86_400;

/**
 * How long a change may take to become visible in CleverReach's lists, in seconds. A change that becomes visible later is
 * not lost: the sketch shows it.
 */
export const LOOKBACK = 60;

/** Eight characters of base64, 48 bits. */
export const HASH_LENGTH = 8;

/** Bits of a state, as {@link stateOf} returns it. */
export const ACTIVATED = 2;
export const DEACTIVATED = 4;
export const BOUNCED = 8;
/** Bits of a value for the state, and for the number of receivers that were added up. */
const STATE_BITS = 4;
const COUNT_BITS = 2;

/** Larger numbers are keys of ids that are not numbers. CleverReach's ids are far smaller. */
const FIRST_HASHED_KEY = 2 ** 35;

/** The latest timestamp of a change in state or history, in Unix seconds; 0 if there is none. Needs the events. */
export function modifiedAt(receiver: Receiver): UnixSeconds {
  let latest = Math.max(
    receiver.registered,
    receiver.activated,
    receiver.deactivated,
    receiver.bounced,
    receiver.imported,
    receiver.last_changed ?? 0,
  );
  for (const event of receiver.events ?? []) {
    if (event.stamp > latest && !MAIL_STATISTICS.has(event.type)) latest = event.stamp;
  }
  return latest;
}

/** Whether the state changed after a horizon, or the receiver was registered or imported after it. */
export function hasChangedAfter(receiver: Receiver, horizon: UnixSeconds): boolean {
  return hasStateAfter(receiver, horizon) || isAfter(receiver.imported, horizon);
}

/** Whether the state changed after a horizon and not later than a given time, and has not changed since. */
export function hasChangedBetween(receiver: Receiver, horizon: UnixSeconds, until: UnixSeconds): boolean {
  return hasStateAfter(receiver, horizon) && !hasStateAfter(receiver, until);
}

/**
 * Whether a receiver that was registered earlier was activated after a horizon and unsubscribed or bounced after it. An earlier
 * activation may then be overwritten, so that its state at the horizon is unknown.
 */
export function hasChangedTwiceAfter(receiver: Receiver, horizon: UnixSeconds): boolean {
  const { activated, deactivated, bounced } = receiver;
  const hasLeft = isAfter(deactivated, horizon) || isAfter(bounced, horizon);
  return hasLeft && isAfter(activated, horizon) && !isRegisteredAfter(receiver, horizon);
}

/** Whether a receiver was registered after a horizon, so that it did not exist before. */
export function isRegisteredAfter({ registered }: Receiver, horizon: UnixSeconds): boolean {
  return isAfter(registered, horizon);
}

/**
 * A short hash of the content: address, state, attributes, tags; without statistics, history and the exact times.
 * @param state used instead of the state of the receiver
 */
export function contentHash(receiver: Receiver, state = stateOf(receiver)): string {
  return hash('sha256', contentWith(state, receiver), 'base64url').slice(0, HASH_LENGTH);
}

/** The state as a number from 0 to 15: whether the receiver was activated, deactivated or bounced, without the times. */
export function stateOf(receiver: Receiver): number {
  return stateAt(receiver, Infinity);
}

/**
 * The value of a receiver in a sketch: 0 if it was registered after the horizon, else a hash of its group and its
 * content, with changes of its state after the horizon undone. A change of state after the horizon thus does not change
 * the value, unless it overwrote the timestamp of an earlier one.
 *
 * The lowest two bits are 1, so that a sum shows how many receivers it contains; the next four are the state. A look-up
 * can therefore see what has happened to a receiver since the last read.
 * @returns an integer from 0 to 2^32 - 1
 */
export function valueAt(groupId: string, receiver: Receiver, horizon: UnixSeconds): number {
  if (isRegisteredAfter(receiver, horizon)) return 0;
  return valueIn(stateAt(receiver, horizon), groupId, receiver);
}

function valueIn(state: number, groupId: string, receiver: Receiver): number {
  const digest = digestOf(state, groupId, receiver) >>> (STATE_BITS + COUNT_BITS);
  return ((digest << (STATE_BITS + COUNT_BITS)) | (state << COUNT_BITS) | 1) >>> 0;
}

/**
 * The value that a receiver had in the last sketch, if it is and was in one group only.
 * @param residue the sketch minus the value of the receiver, if the read has found it; a whole number of any sign
 * @param value its value now
 * @returns undefined if the sketch contained several receivers; the content of the value is meaningless if a quick poll
 *   has sent other content
 */
export function formerValue(residue: number, value: number): number | undefined {
  const count = countIn(residue);
  if (count > 1) return undefined;
  // a quick poll that has sent other content moves the sketch by a difference of digests, which may exceed their range
  const former = count === 0 ? residue + value : residue;
  return former - RANGE * Math.floor(former / RANGE);
}

/** Whether the sketch contained no value of a receiver. Arguments as for {@link formerValue}. */
export function wasUnknown(residue: number, value: number): boolean {
  return value > 0 && residue === -value;
}

/**
 * Whether the read has found one receiver more with a key than the sketch contained.
 * @param residue as for {@link formerValue}
 */
export function isOneMore(residue: number): boolean {
  return countIn(residue) === countIn(-1);
}

/**
 * Whether the sketch contained as many receivers with a key as the read has found.
 * @param residue as for {@link formerValue}
 */
export function isSameCount(residue: number): boolean {
  return countIn(residue) === 0;
}

/** Whether a sum of values contains exactly one receiver; the sum must not contain more than three. */
export function isOfOneReceiver(sum: number): boolean {
  return countIn(sum) === 1;
}

/** A value that is added to a sketch so that the next read looks the receiver up. It does not say what has happened. */
export const MARK = 2;

/**
 * Whether a sum of states differs, so that some receiver with the key has changed its state, if the sketch contained as many as
 * the read has found.
 * @param residue as for {@link formerValue}
 */
export function hasOtherState(residue: number): boolean {
  return stateIn(residue) !== 0;
}

/** How many receivers a sum of values contains, modulo four. */
function countIn(sum: number): number {
  return sum & (2 ** COUNT_BITS - 1);
}

/** The state in a value, as {@link stateOf} returns it. */
export function stateIn(value: number): number {
  return (value >>> COUNT_BITS) & (2 ** STATE_BITS - 1);
}

/** Whether a value is that of a receiver, apart from the state. */
export function hasContentOf(value: number, groupId: string, receiver: Receiver): boolean {
  return value === valueIn(stateIn(value), groupId, receiver);
}

/** The key of a receiver in a sketch: its id if that is a number of usual size, else a hash of it. */
export function keyOf(id: string): number {
  const number = numberOf(id);
  if (number >= 1 && number < FIRST_HASHED_KEY) return number;
  return FIRST_HASHED_KEY + (hash('sha256', id, 'buffer').readUIntBE(0, 6) % (MAX_KEY - FIRST_HASHED_KEY));
}

/** The id of a key; undefined if the key is the hash of an id. */
export function idOf(key: number): string | undefined {
  return key < FIRST_HASHED_KEY ? String(key) : undefined;
}

function hasStateAfter({ registered, activated, deactivated, bounced }: Receiver, horizon: UnixSeconds): boolean {
  return (
    isAfter(registered, horizon) ||
    isAfter(activated, horizon) ||
    isAfter(deactivated, horizon) ||
    isAfter(bounced, horizon)
  );
}

function isAfter(time: UnixSeconds, horizon: UnixSeconds): boolean {
  return time > horizon && time <= horizon + WINDOW;
}

/** The state with changes after the horizon undone, as bits. */
function stateAt({ active, activated, deactivated, bounced }: Receiver, horizon: UnixSeconds): number {
  const isActive = activated > 0 && deactivated === 0 && bounced === 0;
  const since = (time: UnixSeconds): boolean => time > 0 && !isAfter(time, horizon);
  // CleverReach may show a receiver as inactive although no timestamp explains it
  const isExplained = active === isActive;
  return (
    Number(isExplained) +
    ACTIVATED * Number(since(activated)) +
    DEACTIVATED * Number(since(deactivated)) +
    BOUNCED * Number(since(bounced))
  );
}

function contentWith(state: number, receiver: Receiver): string {
  return JSON.stringify([
    receiver.email.toLowerCase(),
    state,
    // attributes of a receiver that has too many are never read
    ...(isTooLarge(receiver) ? ['too large'] : [sorted(receiver.attributes), sorted(receiver.global_attributes)]),
    tagsOf(receiver),
  ]);
}

/**
 * A hash of the same content, an integer from 0 to 2^32 - 1. A read computes one for each row, so it is computed
 * without building the string, and without cryptography. It depends on the state: otherwise, a sketch that a quick poll
 * moved for one content could equal that of another content.
 */
function digestOf(state: number, groupId: string, receiver: Receiver): number {
  let digest = withText(state, groupId);
  digest = withText(digest, receiver.email.toLowerCase());
  if (isTooLarge(receiver)) digest = withText(digest, 'too large');
  else digest = ofAccount.digest(ofGroup.digest(digest, receiver.attributes), receiver.global_attributes);
  for (const tag of tagsOf(receiver)) digest = withText(digest, tag);
  return (digest ^ (digest >>> 16)) >>> 0;
}

/** The tags, sorted and without duplicates. Most lists already are. */
function tagsOf({ tags = [] }: Receiver): string[] {
  const isInOrder = tags.every((tag, index) => index === 0 || (tags[index - 1] ?? '') < tag);
  return isInOrder ? tags : [...new Set(tags)].sort();
}

function sorted(map: Record<string, string>): [string, string][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * Sorts attributes by their names. Most rows have the same names in the same order, so the names are sorted only once.
 */
class AttributeOrder {
  private names: readonly string[] = [];
  private order: readonly string[] = [];
  private namesDigest = 0;

  digest(before: number, map: Record<string, string>): number {
    const names = Object.keys(map);
    if (names.length !== this.names.length || !names.every((name, index) => name === this.names[index])) {
      this.names = names;
      this.order = names.toSorted();
      this.namesDigest = this.order.reduce(withText, names.length);
    }
    let digest = Math.imul(before ^ this.namesDigest, MULTIPLIER);
    for (const name of this.order) digest = withText(digest, map[name] ?? '');
    return digest;
  }
}

const ofGroup = new AttributeOrder();
const ofAccount = new AttributeOrder();

/** As in MurmurHash3. */
const MULTIPLIER = 0x85ebca6b;

/** A digest with the length and the characters of one more string. */
function withText(before: number, text: string): number {
  let digest = Math.imul(before ^ text.length, MULTIPLIER);
  for (let index = 0; index < text.length; index += 1) digest = Math.imul(digest ^ text.charCodeAt(index), MULTIPLIER);
  // a multiplication moves bits to the left only
  return digest ^ (digest >>> 15);
}

/** The id as a number if it is a number in its usual spelling; 0 for other ids. */
function numberOf(id: string): number {
  if (id.length > 11 || id.startsWith('0')) return 0;
  let number = 0;
  for (let index = 0; index < id.length; index += 1) {
    const digit = id.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return 0;
    number = number * 10 + digit;
  }
  return number;
}
