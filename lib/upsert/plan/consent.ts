/**
 * Who may be made active, and how. For a receiver of the group no timestamp is ever sent: whoever unsubscribed or bounced
 * stays so. Only a receiver that this very write creates gets a state, the one that the step is set to.
 */

import { signsIn, type Signs } from '../../cleverreach/subscriptionState';
import type { DoiData, Receiver, ReceiverWrite, UnixSeconds } from '../../cleverreach/types';
import type { IncomingRecord } from '../types';
import type { WriteSettings } from '../writeSettings';

/** What is said about the circumstances of a consent that was given elsewhere; CleverReach refuses empty ones. */
const UNKNOWN_CIRCUMSTANCES: DoiData = {
  user_ip: '127.0.0.1',
  referer: 'https://www.openintegrationhub.org/',
  user_agent: 'cleverreach-component',
};

/** What a new receiver becomes. */
export interface StateOfNew {
  newReceivers: WriteSettings['newReceivers'];
  /** Why it is neither made active nor invited to become so; undefined where it may be. */
  heldBack?: string;
}

/**
 * A record that is not active in any of its members, before or after the mapping, makes no active receiver, and neither does one
 * whose state cannot be read. Only a mapping that gives an active receiver settles a state of the original record that cannot be read.
 */
export function stateOfNew(
  { entry, receiver }: IncomingRecord,
  { newReceivers }: Pick<WriteSettings, 'newReceivers'>,
): StateOfNew {
  const heldBack = reasonAgainst(signsIn(entry), signsIn(receiver));
  if (heldBack === undefined) return { newReceivers };
  return { newReceivers: newReceivers === 'active' ? 'unconfirmed' : newReceivers, heldBack };
}

function reasonAgainst(original: Signs, mapped: Signs): string | undefined {
  const inactive = original.inactive ?? mapped.inactive;
  if (inactive !== undefined) return `The record is not active (member "${inactive}").`;
  const unreadable = mapped.unreadable ?? (mapped.active === undefined ? original.unreadable : undefined);
  if (unreadable === undefined) return undefined;
  return (
    `The value of "${unreadable}" in the record is not a known state, so the record counts as not active. ` +
    `To override this, return "active": true from a customMapping.`
  );
}

/** The form whose double-opt-in mail goes to a record that is created unconfirmed; undefined where none does. */
export function invitationOf(
  { heldBack }: Pick<StateOfNew, 'heldBack'>,
  { doiFormId }: Pick<WriteSettings, 'doiFormId'>,
): string | undefined {
  return heldBack === undefined ? doiFormId : undefined;
}

/** Registered, and waiting for the answer to a double-opt-in mail. */
export function unconfirmedTimestamps(now: UnixSeconds): Required<Pick<ReceiverWrite, 'registered' | 'activated'>> {
  return { registered: now, activated: 0 };
}

/** Registered and active. Only for a create that refuses a receiver that exists. */
export function activeTimestamps(now: UnixSeconds): Required<Pick<ReceiverWrite, 'registered' | 'activated'>> {
  return { registered: now, activated: now };
}

/** Neither active nor unsubscribed nor bounced: it waits for a confirmation. */
export function isWaiting({ active, activated, deactivated, bounced }: Receiver): boolean {
  return !active && activated === 0 && deactivated === 0 && bounced === 0;
}

/** Whether a receiver is the one that a create with {@link unconfirmedTimestamps} made whose answer was lost. */
export function isTraceOf(receiver: Receiver, timestamps: ReturnType<typeof unconfirmedTimestamps>): boolean {
  return receiver.registered === timestamps.registered && isWaiting(receiver);
}

/** Whether a write has made somebody active who was not. */
export function wasReactivated(before: Receiver, after: Receiver): boolean {
  return !before.active && after.active;
}

/** Whether a write that was meant for a receiver has found it gone and created another one. */
export function wasRecreated(before: Receiver, after: Receiver): boolean {
  return before.id !== after.id || (after.registered !== 0 && before.registered !== after.registered);
}

export function circumstances(given: Partial<DoiData>): DoiData {
  return { ...UNKNOWN_CIRCUMSTANCES, ...given };
}
