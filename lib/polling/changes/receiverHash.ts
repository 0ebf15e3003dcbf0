/**
 * Determines when a receiver was last changed, and whether its content equals what was emitted before. CleverReach has
 * no modification time for a receiver; the timestamps of its state and its history (`detail` bit 1) are the best
 * substitute.
 */

import { hash } from 'node:crypto';
import { isTooLarge } from '../../cleverreach/parseResponse';
import type { Receiver, UnixSeconds } from '../../cleverreach/types';
import { fingerprintOf } from '../state/fingerprints';

/** Events that say something about a mail and nothing about the receiver. Types that we do not know count as changes. */
const MAIL_STATISTICS: ReadonlySet<string> = new Set(['mail_send', 'mail_open', 'mail_click']);

/** Eight characters of base64: 48 bits, so that two contents of one receiver never share it in practice. */
const HASH_LENGTH = 8;

/** The largest stamp that speaks of a change, in unix seconds; 0 where there is none. */
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

/**
 * A short hash of what matters of a receiver: address, state, attributes, tags. Statistics, history and the exact times
 * are left out, since they move without anybody having changed the receiver.
 */
export function contentHash(receiver: Receiver): string {
  return hashOf(comparedContent(receiver));
}

/** The same, together with the time of the newest change: another change is one also where the content is the same after it. */
export function changeHash(receiver: Receiver): string {
  return hashOfChange(receiver, comparedContent(receiver));
}

/** Whether a receiver is as a note says that it was sent. */
export function isAsNoted(note: string, receiver: Receiver): boolean {
  const content = comparedContent(receiver);
  return note === hashOf(content) || note === hashOfChange(receiver, content);
}

function hashOfChange(receiver: Receiver, content: string): string {
  return hashOf(`${modifiedAt(receiver)} ${content}`);
}

function hashOf(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, HASH_LENGTH);
}

/** Stands for a content that is not known; no content has this fingerprint. */
export const UNKNOWN_CONTENT = 0;

/** The same as a number of 39 bits, above 0. */
export function contentFingerprint(receiver: Receiver): number {
  return fingerprintOf(comparedContent(receiver)) || 1;
}

function comparedContent(receiver: Receiver): string {
  return JSON.stringify([
    receiver.email.toLowerCase(),
    receiver.active,
    receiver.activated > 0,
    receiver.deactivated > 0,
    receiver.bounced > 0,
    // what must not be walked through is not sent either
    ...(isTooLarge(receiver) ? ['too large'] : [sorted(receiver.attributes), sorted(receiver.global_attributes)]),
    [...new Set(receiver.tags)].sort(),
  ]);
}

function sorted(map: Record<string, string>): [string, string][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}
