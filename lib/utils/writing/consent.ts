/**
 * Who may be made active, and how. For somebody who is in the group, no stamp is ever sent: whoever unsubscribed or bounced
 * stays so. Only somebody who is created by this very write gets a state, the one that the step is set to.
 */

import type { DoiData, Receiver, ReceiverWrite, UnixSeconds } from '../cleverreach/types';
import type { IncomingRecord } from './records';
import type { WriteSettings } from './settings';

/** How old a registration may be to count as made by the write just done; it bridges the two clocks' difference. */
const JUST_NOW_SECONDS = 300;

/** What is said about the circumstances of a consent that was given elsewhere; CleverReach refuses empty ones. */
const UNKNOWN_CIRCUMSTANCES: DoiData = {
  user_ip: '127.0.0.1',
  referer: 'https://www.openintegrationhub.org/',
  user_agent: 'cleverreach-component',
};

/**
 * What becomes of a record that is new. One that says of itself that it is not active, as a receiver who has unsubscribed from
 * another group does, is neither made active here nor invited to become so.
 */
export function stateOfNew(
  { entry }: IncomingRecord,
  { newReceivers }: WriteSettings,
): { newReceivers: WriteSettings['newReceivers']; mayInvite: boolean } {
  if (entry['active'] !== false) return { newReceivers, mayInvite: true };
  return { newReceivers: newReceivers === 'active' ? 'unconfirmed' : newReceivers, mayInvite: false };
}

/** The form whose double-opt-in mail goes to a record that is created unconfirmed; undefined where none does. */
export function invitationOf(
  { mayInvite }: { mayInvite: boolean },
  { doiFormId }: Pick<WriteSettings, 'doiFormId'>,
): string | undefined {
  return mayInvite ? doiFormId : undefined;
}

/** Registered, and waiting for the answer to a double-opt-in mail. */
export function unconfirmedStamps(now: UnixSeconds): Required<Pick<ReceiverWrite, 'registered' | 'activated'>> {
  return { registered: now, activated: 0 };
}

/**
 * Whether a write without stamps that was to create an active receiver has created a waiting one. CleverReach documents that it
 * does not, clients report that it may. Stamps in that write would settle it, and would bring back somebody who turns out to exist.
 * An address that comes back in another spelling than it was sent existed before.
 */
export function wasCreatedWaiting(receiver: Receiver, sentEmail: string, now: UnixSeconds): boolean {
  const { active, activated, deactivated, bounced } = receiver;
  const isWaiting = !active && activated === 0 && deactivated === 0 && bounced === 0;
  return isWaiting && receiver.email === sentEmail && isJustNow(receiver.registered, now);
}

/** Whether a receiver is the one that a create with {@link unconfirmedStamps} made whose answer was lost. */
export function isTraceOf(receiver: Receiver, stamps: ReturnType<typeof unconfirmedStamps>): boolean {
  return receiver.registered === stamps.registered && receiver.activated === 0 && !receiver.active;
}

/** Whether a write has made somebody active who was not. */
export function wasReactivated(before: Receiver, after: Receiver): boolean {
  return !before.active && after.active;
}

export function circumstances(given: Partial<DoiData>): DoiData {
  return { ...UNKNOWN_CIRCUMSTANCES, ...given };
}

function isJustNow(registered: UnixSeconds, now: UnixSeconds): boolean {
  return Math.abs(now - registered) <= JUST_NOW_SECONDS;
}
