/**
 * Says in the log where what comes after a create may be missing: the receiver was created, and then the step was killed, or an answer
 * was lost. A double-opt-in mail is not sent again, as a second one must not go to anybody, and no receiver that waits is activated, as it
 * may have signed up at a form.
 */

import type { Receiver } from '../../cleverreach/types';
import { shownId } from '../../utils/ids';
import { invitationOf, isWaiting } from '../plan/consent';
import type { Candidate } from '../plan/candidate';
import type { GroupContext } from '../plan/writeContext';

/** A redelivered message comes within this time, in seconds. */
const RECENT = 3_600;

/** A new receiver was created unconfirmed and its mail was sent: no warning is needed later. */
export function noteMail(receiver: Receiver, { groupId, directory }: GroupContext): void {
  for (const missing of Object.values(MISSING)) directory.isNews(warning(receiver, groupId, missing));
}

/**
 * A warning, once, where a record that would get a mail, or be made active, if it were new meets a receiver that waits and was registered
 * in the last hour. `registered` of a receiver that was created here is from this process's clock or from that of another process of this
 * component.
 */
export function warnOfMissingStep(receiver: Receiver, candidate: Candidate, context: GroupContext): void {
  const { groupId, settings, clock, directory, logger } = context;
  const missing = missingStep(candidate, settings);
  const age = Math.floor(clock.now() / 1_000) - receiver.registered;
  if (missing === undefined || !isWaiting(receiver) || Math.abs(age) >= RECENT) return;
  const text = warning(receiver, groupId, missing);
  if (directory.isNews(text)) logger.warn(text);
}

const MISSING = {
  mail: 'If the step was interrupted, the double-opt-in mail may not have been sent: in that case, send it manually.',
  activation:
    'The step creates active receivers: if the step was interrupted, it may have created this one and not activated it. Activate it in ' +
    'CleverReach if this record created it and it has not signed up at a form.',
} as const;

/** What comes after the create of a record that is new. */
function missingStep(candidate: Candidate, settings: GroupContext['settings']): string | undefined {
  if (candidate.newReceivers === 'active') return MISSING.activation;
  const isInvited = candidate.newReceivers === 'unconfirmed' && invitationOf(candidate, settings) !== undefined;
  return isInvited ? MISSING.mail : undefined;
}

function warning({ id }: Receiver, groupId: string, missing: string): string {
  return `Receiver ${shownId(id)} waits for its confirmation in group ${shownId(groupId)} and was registered less than an hour ago. ${missing}`;
}
