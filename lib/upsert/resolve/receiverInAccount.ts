/**
 * The receiver of the account that a create in the group would come to: CleverReach keeps one for each address, with the attributes of the
 * account. In another spelling than the stored one the create would make a second receiver out of one person.
 */

import { addressSpellings } from '../../cleverreach/emailAddress';
import { receiversByPath } from '../../cleverreach/idsInAccount';
import { unlessRefused } from '../recordError';
import type { Planned } from '../plan/preparePlan';
import type { GroupContext } from '../plan/writeContext';

/**
 * The same plans, each create with the spelling that the account stores and with that receiver. Looked for where an address has more than
 * one form, and in a dry run, which tells its values, always. Throws the errors of the API.
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
