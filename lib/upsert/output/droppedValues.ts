/** Logs which values of records are not written. Never logs the values. */

import { shownId } from '../../utils/ids';
import type { Candidate } from '../plan/candidate';
import type { DroppedValues } from '../plan/preparePlan';
import type { GroupContext } from '../plan/writeContext';

/** Maximum number of records in a log line. */
const NAMES_IN_A_LINE = 5;

/**
 * Logs what is missing in the account once, and values that cannot be written once for all records of a call.
 * @param prepared each record with its dropped values
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
