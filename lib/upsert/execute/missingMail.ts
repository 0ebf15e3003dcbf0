/**
 * Says in the log where a double-opt-in mail may not have been sent: the receiver was created, and then the step was killed, or an
 * answer was lost. The mail is not sent again, as a second one must not go to anybody.
 */

import type { Receiver } from '../../cleverreach/types';
import { shownId } from '../../utils/ids';
import { invitationOf, isWaiting } from '../plan/consent';
import type { Candidate } from '../plan/candidate';
import type { Place } from '../plan/preparePlan';

/** A redelivered message comes within this time, in seconds. */
const RECENT = 3_600;

/** The mail of a new receiver was sent, so that it is not warned of later. */
export function noteMail(receiver: Receiver, { groupId, io }: Place): void {
  io.directory.isNews(warning(receiver, groupId));
}

/**
 * A warning, once, where a record that would get a mail if it were new meets a receiver that waits and was registered in the last hour.
 * `registered` of a receiver that was created here is from this process's clock or from that of another process of this component.
 */
export function warnOfMissingMail(receiver: Receiver, candidate: Candidate, { groupId, settings, io }: Place): void {
  const isInvited = candidate.newReceivers === 'unconfirmed' && invitationOf(candidate, settings) !== undefined;
  const age = Math.floor(io.clock.now() / 1_000) - receiver.registered;
  if (!isInvited || !isWaiting(receiver) || Math.abs(age) >= RECENT) return;
  const text = warning(receiver, groupId);
  if (io.directory.isNews(text)) io.logger.warn(text);
}

function warning({ id }: Receiver, groupId: string): string {
  return `Receiver ${shownId(id)} waits for its confirmation in group ${shownId(groupId)} and was registered less than an hour ago. It may not have got its double-opt-in mail, if the step was interrupted: send the mail by hand if it did not.`;
}
