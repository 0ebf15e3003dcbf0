/** Decides whether a record is an opt-out from its target group, even if it names that group by its name. */

import type { AccountDirectory } from '../../cleverreach/accountCache';
import { noGroups } from '../../cleverreach/groups';
import type { Group } from '../../cleverreach/types';
import { runYielding } from '../../utils/eventLoop';
import { optOutOf, type OptOut } from '../plan/optOut';
import type { IncomingRecord } from '../record';
import { unlessRefused } from '../recordError';
import type { WriteSettings } from '../writeSettings';

/**
 * Requests the list of groups only for a step that carries out opt-outs, and only if the record names a group by
 * something else than the id of the target group.
 */
export async function optOutFrom(
  groupId: string,
  record: IncomingRecord,
  { optOuts }: Pick<WriteSettings, 'optOuts'>,
  directory: Pick<AccountDirectory, 'groups'>,
): Promise<OptOut | undefined> {
  const optOut = await runYielding(() => optOutOf(record, groupId));
  if (optOut === undefined || optOut === 'here' || !optOuts) return optOut;
  const groups = await unlessRefused<readonly Group[] | undefined>(directory.groups(), undefined);
  if (groups?.length === 0) throw noGroups('the group that the record names was not found');
  return await runYielding(() => optOutOf(record, groupId, groups));
}
