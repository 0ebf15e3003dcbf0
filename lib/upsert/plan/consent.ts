/**
 * Decides which receivers may become active, and how. For a receiver that is already in the group,
 * timestamps are never sent, so it stays unsubscribed or bounced. Only a receiver that this write creates gets a state:
 * the one that the step configures.
 */

import { signsIn, type Signs } from '../../subscription/signs';
import { subscriptionOf } from '../../subscription/subscriptionOf';
import type { DoiData, Receiver, ReceiverWrite, UnixSeconds } from '../../cleverreach/types';
import { redactName } from '../redactName';
import type { IncomingRecord } from '../record';
import type { WriteSettings } from '../writeSettings';

/** Placeholders for the circumstances of a consent that was given elsewhere; CleverReach rejects empty values. */
const PLACEHOLDERS: DoiData = {
  user_ip: '127.0.0.1',
  referer: 'https://www.openintegrationhub.org/',
  user_agent: 'cleverreach-component',
};

/** Types of changes after which a receiver is not active. */
const CHANGES_TO_INACTIVE: ReadonlySet<string> = new Set(['unsubscribed', 'bounced', 'deleted']);

/** The state of a new receiver. */
export interface StateOfNew {
  newReceivers: WriteSettings['newReceivers'];
  /** Why the receiver must not become active and gets no double-opt-in mail; undefined if it may become active. */
  heldBack?: string;
}

/**
 * Determines the state of a new receiver. A record never creates an active receiver if a member marks it as inactive,
 * before or after the mapping, if its state is unreadable, or if a trigger sent it because the receiver has unsubscribed,
 * has bounced or was deleted. An explicit active state from the mapping overrides only an unreadable state of the
 * original record.
 */
export function stateOfNew(
  { metadata, entry, receiver }: IncomingRecord,
  { newReceivers }: Pick<WriteSettings, 'newReceivers'>,
): StateOfNew {
  const mapped = signsIn(receiver);
  const original = entry === receiver ? mapped : signsIn(entry);
  const heldBack = reasonAgainst(original, mapped) ?? reasonIn(metadata);
  if (heldBack === undefined) return { newReceivers };
  return { newReceivers: newReceivers === 'active' ? 'unconfirmed' : newReceivers, heldBack };
}

/** The reason for which a trigger sent the receiver; the mapping of the trigger may have dropped the subscription. */
function reasonIn({ changeType }: Record<string, unknown>): string | undefined {
  if (typeof changeType !== 'string' || !CHANGES_TO_INACTIVE.has(changeType.trim().toLowerCase())) return undefined;
  return 'The record is not active ("metadata.changeType").';
}

function reasonAgainst(original: Signs, mapped: Signs): string | undefined {
  const inactive = original.inactive ?? mapped.inactive;
  if (inactive !== undefined) return `The record is not active (field "${redactName(inactive)}").`;
  const unreadable = mapped.unreadable ?? (mapped.active === undefined ? original.unreadable : undefined);
  if (unreadable === undefined) return undefined;
  return (
    `The value of "${redactName(unreadable)}" in the record is not a known state, so the record counts as not active. ` +
    `To override this, return "active": true from a customMapping.`
  );
}

/** The form, or flow, whose double-opt-in mail is sent for a new unconfirmed receiver; undefined if no mail is sent. */
export function doiFormOf(
  { heldBack }: Pick<StateOfNew, 'heldBack'>,
  { doiFormId }: Pick<WriteSettings, 'doiFormId'>,
): string | undefined {
  return heldBack === undefined ? doiFormId : undefined;
}

/** For a receiver that waits for its double-opt-in confirmation. */
export function unconfirmedTimestamps(now: UnixSeconds): Required<Pick<ReceiverWrite, 'registered' | 'activated'>> {
  return { registered: now, activated: 0 };
}

/** For an active receiver. Only for a create that fails if the receiver exists. */
export function activeTimestamps(now: UnixSeconds): Required<Pick<ReceiverWrite, 'registered' | 'activated'>> {
  return { registered: now, activated: now };
}

/** Whether the receiver waits for a confirmation. */
export function isWaiting(receiver: Receiver): boolean {
  return !receiver.active && subscriptionOf(receiver).status === 'pending';
}

/** Whether a create with {@link unconfirmedTimestamps} made this receiver although its response was lost. */
export function isCreatedWith(receiver: Receiver, timestamps: ReturnType<typeof unconfirmedTimestamps>): boolean {
  return receiver.registered === timestamps.registered && isWaiting(receiver);
}

/** Whether a write activated an inactive receiver. */
export function wasReactivated(before: Receiver, after: Receiver): boolean {
  return !before.active && after.active;
}

/** Whether an update found the receiver deleted and created it again. */
export function wasRecreated(before: Receiver, after: Receiver): boolean {
  return before.id !== after.id || (after.registered !== 0 && before.registered !== after.registered);
}

export function withPlaceholders(given: Partial<DoiData>): DoiData {
  return { ...PLACEHOLDERS, ...given };
}
