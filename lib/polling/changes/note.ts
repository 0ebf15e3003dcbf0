/**
 * The note of a receiver in `seen`: `abcdefgh3` is the hash of its content and its state, as a hexadecimal digit; `-` behind
 * it says that the receiver was filtered out, and was not sent before. Then a full read may still find another reason.
 */

import type { Receiver } from '../../cleverreach/types';
import type { ReceiverChange } from '../../config/changeTypes';
import { changesOfState, UNKNOWN_BEFORE, type ChangeList } from './changeTypes';
import { contentHash, HASH_LENGTH, stateOf } from './receiverContent';

/** The note of a receiver whose deletion was announced. No content has this hash. */
export const DELETED = '-';
const FILTERED = '-';

export function noteOf(receiver: Receiver): string {
  return contentHash(receiver) + stateOf(receiver).toString(16);
}

/** Of a receiver that is filtered out. @param before its note so far */
export function filteredNoteOf(receiver: Receiver, before: string | undefined): string {
  const wasSent = before !== undefined && before !== DELETED && isSent(before);
  return wasSent ? noteOf(receiver) : noteOf(receiver) + FILTERED;
}

/** Whether the receiver is as it was noted. */
export function isAsNoted(note: string, receiver: Receiver): boolean {
  return note.slice(0, HASH_LENGTH) === contentHash(receiver);
}

/** Whether the note is of a receiver that was sent, or of which all that has happened since was filtered out. */
export function isSent(note: string): boolean {
  return note[HASH_LENGTH + 1] !== FILTERED;
}

/** What has happened to the receiver since it was noted; empty if it is the same. */
export function changesSince(note: string, receiver: Receiver): ChangeList {
  if (note === DELETED) return UNKNOWN_BEFORE;
  if (isAsNoted(note, receiver)) return [];
  const digit = note[HASH_LENGTH] ?? '';
  // version 1 of the component noted no state
  const before = /[0-9a-f]/.test(digit) ? parseInt(digit, 16) : undefined;
  const changes: ReceiverChange[] = changesOfState(before ?? 0, stateOf(receiver));
  const isOnlyState = before !== undefined && contentHash(receiver, before) === note.slice(0, HASH_LENGTH);
  return isOnlyState ? changes : [...changes, 'changed'];
}
