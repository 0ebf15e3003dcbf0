/** Says in the log what of records is not written. Nothing of what a record says gets into it. */

import { shownId } from '../../utils/ids';
import type { Candidate } from '../plan/candidate';
import type { DroppedValues } from '../plan/preparePlan';
import type { GroupContext } from '../plan/writeContext';

/** How many records a line names. */
const NAMES_IN_A_LINE = 5;

/**
 * What is missing in the account is said once, what a record cannot have written once for all records of a call.
 * @param prepared each record with its losses
 */
export function reportDroppedValues(
  prepared: readonly { candidate: Candidate; losses: DroppedValues }[],
  { groupId, directory, logger }: Pick<GroupContext, 'groupId' | 'directory' | 'logger'>,
): void {
  const missing = new Set(prepared.flatMap(({ losses }) => losses.missing));
  for (const sentence of missing) {
    const line = `Group ${shownId(groupId)}: ${sentence}`;
    if (directory.isNews(line)) logger.warn(line);
  }
  const byReason = new Map<string, string[]>();
  for (const { candidate, losses } of prepared) {
    for (const sentence of losses.dropped) byReason.set(sentence, [...(byReason.get(sentence) ?? []), candidate.name]);
  }
  for (const [sentence, names] of byReason) logger.warn(`Group ${shownId(groupId)}, ${listed(names)}: ${sentence}`);
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMES_IN_A_LINE;
  return `${names.slice(0, NAMES_IN_A_LINE).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
