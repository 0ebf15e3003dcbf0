/** Reads the receivers that records mean, together. */

import type { CleverReachApi, Receiver } from '../../cleverreach/types';
import { addressKey } from '../../cleverreach/emailAddress';
import type { Candidate } from '../plan/candidate';

export interface Meant {
  candidate: Candidate;
  /** Undefined when it is not in the group. */
  stored: Receiver | undefined;
}

/**
 * Who is meant: the receiver with our own id; without one, or when that has gone from the group, the one with the address.
 * One look-up by ids and one by addresses at most. Throws the errors of the API.
 */
export async function matchExisting(
  api: Pick<CleverReachApi, 'receiversByIds' | 'receiversByEmails'>,
  groupId: string,
  candidates: readonly Candidate[],
): Promise<Meant[]> {
  const ids = candidates.flatMap(({ ownId }) => ownId ?? []);
  const byId = new Map((ids.length > 0 ? await api.receiversByIds(groupId, ids) : []).map((one) => [one.id, one]));
  const ours = ({ ownId }: Candidate) => (ownId === undefined ? undefined : byId.get(ownId));

  const emails = candidates.filter((one) => !ours(one)).flatMap(({ row }) => row.givenEmail ?? row.email ?? []);
  const found = emails.length > 0 ? await api.receiversByEmails(groupId, emails) : [];
  const byEmail = new Map(found.map((one) => [addressKey(one.email), one]));
  return candidates.map((candidate) => ({
    candidate,
    stored: ours(candidate) ?? byEmail.get(candidate.row.email ?? ''),
  }));
}

/**
 * Up to how many records of one round whose id the group does not show keep their order exactly. More of them are a copy of
 * receivers from another group, which would be written one by one.
 */
const MAXIMUM_IN_ORDER = 5;

/**
 * Divides into those that may be written together and those that have to wait, as they concern somebody whom an earlier one
 * concerns too: the last one has to win, and it has to find what the ones before it have left. An id that the group does not show may
 * be that of a receiver that another record brings into the group. So it waits for earlier records that may create one, and later
 * ones that may do so wait for it; where there are many such ids, they wait for records without an id only. The first never waits.
 */
export function oneForEach(all: readonly Meant[]): { now: Meant[]; later: Candidate[] } {
  const taken = new Set<string>();
  const now: Meant[] = [];
  const later: Candidate[] = [];
  const areMany = all.filter(isLost).length > MAXIMUM_IN_ORDER;
  let mayBeCreated = false;
  let waitsForOthers = false;
  for (const meant of all) {
    const keys = keysOf(meant);
    const isBehindCreation = isLost(meant) && mayBeCreated;
    const isBehindLost = mayCreate(meant) && waitsForOthers && !areMany;
    if (isBehindCreation || isBehindLost || keys.some((key) => taken.has(key))) {
      later.push(meant.candidate);
      waitsForOthers ||= isLost(meant);
    } else now.push(meant);
    for (const key of keys) taken.add(key);
    mayBeCreated ||= mayCreate(meant) && (!areMany || meant.candidate.ownId === undefined);
  }
  return { now, later };
}

/** Whether its id is not in the group. */
function isLost({ candidate: { ownId }, stored }: Meant): boolean {
  return ownId !== undefined && stored?.id !== ownId;
}

function mayCreate({ candidate: { row, newReceivers }, stored }: Meant): boolean {
  return stored === undefined && row.email !== undefined && newReceivers !== 'skip';
}

function keysOf({ candidate, stored }: Meant): string[] {
  const { ownId, row } = candidate;
  return [
    ...(ownId === undefined ? [] : [`id ${ownId}`]),
    ...(row.email === undefined ? [] : [`address ${row.email}`]),
    ...(stored ? [`id ${stored.id}`, `address ${addressKey(stored.email)}`] : []),
  ];
}
