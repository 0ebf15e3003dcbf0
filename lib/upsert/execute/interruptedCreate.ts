/**
 * Warns about a step that may be missing after a create, because the process was killed or a response was lost. The
 * component does not repeat it: a second double-opt-in mail must not be sent, and a waiting receiver must not be
 * activated because it may have signed up through a form.
 */

import type { Receiver } from '../../cleverreach/types';
import { shownId } from '../../utils/ids';
import { doiFormOf, isWaiting } from '../plan/consent';
import type { Candidate } from '../plan/candidate';
import type { GroupContext } from '../plan/writeContext';

/** A redelivered message arrives within this time, in seconds. */
const RECENT = 3_600;

/** Suppresses later warnings for a new receiver whose mail was sent. */
export function noteMail(id: string, { groupId, directory }: GroupContext): void {
  for (const missing of Object.values(MISSING)) directory.isFirstOccurrence(warning(id, groupId, missing));
}

/**
 * Warns once if a record that would get a mail or become active as a new receiver matches a waiting receiver that was
 * registered in the last hour. `registered` of a receiver that this component created comes from the clock of this or
 * another of its processes.
 */
export function warnOfInterruption(receiver: Receiver, candidate: Candidate, context: GroupContext): void {
  const { groupId, settings, clock, directory, logger } = context;
  const missing = missingStep(candidate, settings);
  const age = Math.floor(clock.now() / 1_000) - receiver.registered;
  if (missing === undefined || !isWaiting(receiver) || Math.abs(age) >= RECENT) return;
  const text = warning(receiver.id, groupId, missing);
  if (directory.isFirstOccurrence(text)) logger.warn(text);
}

const MISSING = {
  mail: 'If the step was interrupted, the double-opt-in mail may not have been sent: in that case, send it manually.',
  activation:
    'The step creates active receivers: if the step was interrupted, it may have created this one and not activated it. Activate it in ' +
    'CleverReach if this record created it and it has not signed up at a form.',
} as const;

/** The step after the create of a new receiver. */
function missingStep(candidate: Candidate, settings: GroupContext['settings']): string | undefined {
  if (candidate.newReceivers === 'active') return MISSING.activation;
  const isInvited = candidate.newReceivers === 'unconfirmed' && doiFormOf(candidate, settings) !== undefined;
  return isInvited ? MISSING.mail : undefined;
}

function warning(id: string, groupId: string, missing: string): string {
  return `Receiver ${shownId(id)} waits for its confirmation in group ${shownId(groupId)} and was registered less than an hour ago. ${missing}`;
}
