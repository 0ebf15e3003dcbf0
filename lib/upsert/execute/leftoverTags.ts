/**
 * Removes tags that CleverReach has kept for the address of a new receiver, because the address was in the group before
 * or is in another group. The removals in the record apply to those tags too.
 */

import type { Receiver } from '../../cleverreach/types';
import { ComponentError, messageOf, TemporaryError } from '../../utils/errors';
import { shownId } from '../../utils/ids';
import { bulkUpsert } from './bulkUpsert';
import { typedError } from '../recordError';
import type { Written } from './readBack';
import type { GroupContext } from '../plan/writeContext';
import type { Results } from '../output/writeResult';
import { isRemoval, removals } from '../plan/tags';

/**
 * Removes leftover tags from new receivers if their records contain removals.
 * @returns the writes to finish, and the results of those whose tags could not be removed
 */
export async function removeLeftoverTags(
  written: readonly Written[],
  context: Pick<GroupContext, 'groupId' | 'api' | 'breaker'>,
): Promise<{ written: Written[]; failures: Results }> {
  const concerned = written.filter(({ kind, tags }) => kind === 'created' && tags?.some(isRemoval));
  const outcomes = new Map<Written, Written | ComponentError>();
  if (concerned.length > 0) {
    try {
      for (const [one, outcome] of await removeFrom(concerned, context)) outcomes.set(one, outcome);
    } catch (error) {
      for (const one of concerned) outcomes.set(one, typedError(error));
    }
  }
  const left: Written[] = [];
  const failures: Results = new Map();
  for (const one of written) {
    const outcome = outcomes.get(one) ?? one;
    if (outcome instanceof ComponentError) {
      failures.set(one.position, { kind: 'failed', error: unfinished(one, context.groupId, outcome) });
    } else left.push(outcome);
  }
  return { written: left, failures };
}

async function removeFrom(
  concerned: readonly Written[],
  { groupId, api, breaker }: Pick<GroupContext, 'groupId' | 'api' | 'breaker'>,
): Promise<[Written, Written | ComponentError][]> {
  const unknown = concerned.filter(({ receiver }) => receiver?.tags === undefined).map(({ id }) => id);
  if (unknown.length > 0) breaker.check();
  const read = unknown.length === 0 ? [] : await api.receiversByIds(groupId, unknown);
  const byId = new Map<string, Receiver>(read.map((receiver) => [receiver.id, receiver]));
  const jobs = concerned.flatMap((one) => {
    const receiver = byId.get(one.id) ?? one.receiver;
    const tags = removals(one.tags ?? [], receiver?.tags ?? []);
    return receiver && tags.length > 0 ? [{ one, row: { email: receiver.email, tags } }] : [];
  });
  const rows = jobs.map(({ row }) => row);
  const responses = await bulkUpsert(rows, groupId, { api, breaker });
  return jobs.map(({ one }, index) => {
    const response = responses[index];
    return [one, response instanceof ComponentError ? response : withoutResponse(one)];
  });
}

/** Drops an outdated response. */
function withoutResponse(written: Written): Written {
  const rest = { ...written };
  delete rest.receiver;
  return rest;
}

/** Temporary: on redelivery, the receiver exists and has the tags. */
function unfinished({ id }: Written, groupId: string, error: ComponentError): ComponentError {
  return new TemporaryError(
    `Receiver ${shownId(id)} was created in group ${shownId(groupId)}, but the tags that the record removes could not be removed. ${messageOf(error)}`,
  );
}
