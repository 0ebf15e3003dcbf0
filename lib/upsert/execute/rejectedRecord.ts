/** Tells a refusal of one record from a permission that is missing: CleverReach answers both with a bare 403. */

import { AuthorisationError, RecordError } from '../../utils/errors';
import { advice } from '../../http/errorAdvice';
import { causeOf } from '../recordError';
import type { Planned } from '../plan/preparePlan';
import type { Results } from '../output/writeResult';

/** What a refusal says when it is about the account rather than about one record. */
const ABOUT_ACCOUNT = /\b(scope|licen[cs]e|limit|permission|account)/i;

/**
 * The same results. A bare 403 is a matter of permissions, unless CleverReach has accepted another record for the same: then it
 * is about this record, whose address may be blocked or deemed spam.
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
    const cause = causeOf(error);
    if (ABOUT_ACCOUNT.test(cause)) continue;
    const why = 'but accepted other records: the e-mail address may be blocked or treated as spam';
    const text = `CleverReach rejected ${candidate.name} ${why}. ${cause} ${advice.address}`;
    results.set(candidate.position, { kind: 'failed', error: new RecordError(text) });
  }
  return results;
}
