/** In a dry run, finds new receivers that CleverReach would refuse because their address is on a block list. */

import { domainEntry } from '../../cleverreach/blockList';
import { RecordError } from '../../utils/errors';
import { advice } from '../../http/errorAdvice';
import { shownId } from '../../utils/ids';
import { causeOf, typedError } from '../recordError';
import type { Planned } from '../plan/plan';
import type { GroupContext } from '../plan/writeContext';

type Context = Pick<GroupContext, 'groupId' | 'directory' | 'logger'>;

/**
 * Returns the plans, and rejects each create whose address, or its domain, is on the block list of the account or of
 * the group. Only these addresses are looked up, not the whole lists. If a list cannot be read, for whatever reason, the
 * remaining plans are returned unchanged.
 */
export async function refuseBlocked(planned: readonly Planned[], context: Context): Promise<readonly Planned[]> {
  const result: Planned[] = [];
  let isReadable = true;
  for (const one of planned) {
    const { plan, candidate } = one;
    const isCreate = plan.kind === 'create' || plan.kind === 'createUnconfirmed';
    const found = isCreate && isReadable ? await listWith(plan.write.email, context) : 'none';
    if (found === 'unreadable') isReadable = false;
    const isBlocked = found === 'account' || found === 'group';
    result.push(
      isBlocked ? { candidate, plan: { kind: 'refuse', error: blocked(candidate.name, found, context) } } : one,
    );
  }
  return result;
}

type Found = 'account' | 'group' | 'none' | 'unreadable';

/** The domain is looked up first: its response is cached, so that a list that cannot be read costs one request. */
async function listWith(email: string, { groupId, directory, logger }: Context): Promise<Found> {
  try {
    for (const entry of [domainEntry(email), email]) {
      if (await directory.isBlocked(entry)) return 'account';
      if (await directory.isBlocked(entry, groupId)) return 'group';
    }
    return 'none';
  } catch (thrown) {
    const text = `The dry run does not check whether addresses are blocked, because the block list cannot be read. ${causeOf(typedError(thrown))}`;
    if (directory.isFirstOccurrence(text)) logger.warn(text);
    return 'unreadable';
  }
}

function blocked(name: string, list: 'account' | 'group', { groupId }: Context): RecordError {
  const where = list === 'account' ? 'the account' : `group ${shownId(groupId)}`;
  return new RecordError(
    `CleverReach would refuse ${name}: its e-mail address, or the domain of it, is on the block list of ${where}. ${advice.address}`,
  );
}
