/**
 * Finds the account receiver that a create in the group would join. CleverReach keeps one receiver per address, with
 * shared global attributes. A create with a different spelling of the address would make a second receiver for the same
 * person.
 */

import { addressSpellings } from '../../cleverreach/emailAddress';
import { receiversByPath } from '../../cleverreach/accountLookup';
import { unlessRefused } from '../recordError';
import type { Planned } from '../plan/plan';
import type { GroupContext } from '../plan/writeContext';

/**
 * Returns the plans, with the stored spelling of the address and the existing receiver added to each create. Searches
 * only for addresses with several spellings; a dry run, which reports stored values, always searches. Throws the errors
 * of the API.
 */
export async function withStoredSpelling<One extends Planned>(
  planned: readonly One[],
  { settings, api }: Pick<GroupContext, 'settings' | 'api'>,
): Promise<One[]> {
  const result: One[] = [];
  for (const one of planned) {
    const { plan, candidate } = one;
    const isCreate = plan.kind === 'create' || plan.kind === 'createUnconfirmed';
    const hasForms = isCreate && addressSpellings(plan.write.email).length > 1;
    if (!isCreate || !(hasForms || settings.dryRun)) {
      result.push(one);
      continue;
    }
    const { email } = plan.write;
    const given = hasForms ? (candidate.row.givenEmail ?? email) : email;
    const [elsewhere] = await unlessRefused(receiversByPath(given, api), []);
    const write = { ...plan.write, email: elsewhere?.email ?? email };
    result.push(elsewhere ? { ...one, plan: { ...plan, write, elsewhere } } : one);
  }
  return result;
}
