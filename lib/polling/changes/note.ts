/**
 * The note of a receiver in `seen`. In `abcdefgh3`, the last character is the state of the receiver, as a digit of base
 * 32, and the others are the hash of its content. A `-` after it means that the receiver was filtered out and was not
 * sent before; a full read may then still find another reason. While a full read takes several polls, 16 is added to
 * the digit of each receiver that it has found: if any other receiver with a note is not found, it may have been
 * deleted.
 */

import type { Receiver } from '../../cleverreach/types';
import type { ReceiverChange } from '../../config/changeTypes';
import { changesOfState, UNKNOWN_BEFORE, type ChangeList } from './stateChanges';
import { contentHash, HASH_LENGTH, stateOf } from './receiverContent';

/** The note of a receiver whose deletion was reported. No content has this hash. */
export const DELETED = '-';
/** The same for a deletion that was reported by the full read in progress. */
const FOUND_DELETED = '+';
const FILTERED = '-';
const BASE = 32;
/** Added to the state of a receiver that the full read in progress has found. */
const FOUND = 16;

function isDeletion(note: string): boolean {
  return note === DELETED || note === FOUND_DELETED;
}

export function noteOf(receiver: Receiver): string {
  return contentHash(receiver) + stateOf(receiver).toString(BASE);
}

/** Whether the full read in progress has found the receiver, or its deletion. */
export function isFound(note: string): boolean {
  return note === FOUND_DELETED || (digitOf(note) ?? 0) >= FOUND;
}

/** The note, with whether the full read in progress has found the receiver, or its deletion. */
export function asFound(note: string, found: boolean): string {
  if (isDeletion(note)) return found ? FOUND_DELETED : DELETED;
  const digit = digitOf(note);
  if (digit === undefined) return note;
  const state = (digit % FOUND) + (found ? FOUND : 0);
  return note.slice(0, HASH_LENGTH) + state.toString(BASE) + note.slice(HASH_LENGTH + 1);
}

/** The state, and {@link FOUND}; undefined in a note of a deletion, or of version 1 of the component. */
function digitOf(note: string): number | undefined {
  const digit = note[HASH_LENGTH] ?? '';
  return /[0-9a-v]/.test(digit) ? parseInt(digit, BASE) : undefined;
}

/**
 * The note of a receiver that is filtered out.
 * @param before its previous note
 */
export function filteredNoteOf(receiver: Receiver, before: string | undefined): string {
  const wasSent = before !== undefined && !isDeletion(before) && isSent(before);
  return wasSent ? noteOf(receiver) : noteOf(receiver) + FILTERED;
}

/** Whether the receiver is as it was noted. */
export function isAsNoted(note: string, receiver: Receiver): boolean {
  return note.slice(0, HASH_LENGTH) === contentHash(receiver);
}

/** Whether the note is of a receiver that was sent, or whose changes since then were all filtered out. */
export function isSent(note: string): boolean {
  return note[HASH_LENGTH + 1] !== FILTERED;
}

/** What has happened to the receiver since it was noted; empty if it is the same. */
export function changesSince(note: string, receiver: Receiver): ChangeList {
  if (isDeletion(note)) return UNKNOWN_BEFORE;
  if (isAsNoted(note, receiver)) return [];
  const digit = digitOf(note);
  const before = digit === undefined ? undefined : digit % FOUND;
  const changes: ReceiverChange[] = changesOfState(before ?? 0, stateOf(receiver));
  const isOnlyState = before !== undefined && contentHash(receiver, before) === note.slice(0, HASH_LENGTH);
  return isOnlyState ? changes : [...changes, 'changed'];
}
