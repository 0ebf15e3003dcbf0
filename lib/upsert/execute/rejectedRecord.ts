/** Distinguishes a rejected record from a missing permission: CleverReach answers both with a bare 403. */

import { AuthorisationError, RecordError } from '../../utils/errors';
import { advice } from '../../http/errorAdvice';
import { causeOf, isAboutAccount } from '../recordError';
import type { Planned } from '../plan/plan';
import type { Results } from '../output/writeResult';

/**
 * Returns the results with corrected errors. A bare 403 indicates a missing permission, unless CleverReach accepted
 * another record of the same kind. Then it is about this record: its address may be blocked or treated as spam.
 */
export function markRejectedRecords(results: Results, planned: readonly Planned[]): Results {
  const accepted = new Set(
    planned.flatMap(({ candidate, plan }) => (results.get(candidate.position)?.kind === 'failed' ? [] : [plan.kind])),
  );
  for (const { candidate, plan } of planned) {
    const result = results.get(candidate.position);
    if (result?.kind !== 'failed' || !accepted.has(plan.kind)) continue;
    const { error } = result;
    if (!(error instanceof AuthorisationError) || error.status !== 403) continue;
    if (isAboutAccount(error)) continue;
    const why = 'but accepted other records: the e-mail address may be blocked or treated as spam';
    const text = `CleverReach rejected ${candidate.name} ${why}. ${causeOf(error)} ${advice.address}`;
    results.set(candidate.position, { kind: 'failed', error: new RecordError(text) });
  }
  return results;
}
