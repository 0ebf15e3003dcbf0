/** Matches records to existing receivers, in bulk. */

import type { CleverReachApi, Receiver } from '../../cleverreach/types';
import { addressKey, isSameAddress } from '../../cleverreach/emailAddress';
import { byAddress } from '../../cleverreach/sameAddress';
import type { Candidate } from '../plan/candidate';

export interface Match {
  candidate: Candidate;
  /** Undefined if the receiver is not in the group. */
  stored: Receiver | undefined;
  /** The other receivers of the group with the same address, in other spellings; for a match by id only of an opt-out. */
  others?: readonly Receiver[];
}

/**
 * Matches by CleverReach id first; without an id, or if the group does not contain it, by address. For an opt-out, which
 * applies to all receivers with the address, the others are looked up too. Sends at most one lookup by ids and one by
 * addresses. Throws the errors of the API.
 */
export async function matchExisting(
  api: Pick<CleverReachApi, 'receiversByIds' | 'receiversByEmails'>,
  groupId: string,
  candidates: readonly Candidate[],
): Promise<Match[]> {
  const ids = candidates.flatMap(({ ownId }) => ownId ?? []);
  const byId = new Map((ids.length > 0 ? await api.receiversByIds(groupId, ids) : []).map((one) => [one.id, one]));
  const byOwnId = ({ ownId }: Candidate) => (ownId === undefined ? undefined : byId.get(ownId));

  const emails = candidates.flatMap((one) => addressesFor(one, byOwnId(one)));
  const withAddress = byAddress(emails.length > 0 ? await api.receiversByEmails(groupId, emails) : []);
  return candidates.map((candidate) => {
    const own = byOwnId(candidate);
    const address = own?.email ?? givenAddress(candidate);
    const found = address === undefined ? [] : withAddress(address);
    const stored = own ?? found[0];
    const others = found.filter(({ id }) => id !== stored?.id);
    return { candidate, stored, ...(others.length > 0 && { others }) };
  });
}

function givenAddress({ row }: Candidate): string | undefined {
  return row.givenEmail ?? row.email;
}

/** The addresses to look up. For a receiver that was found by its id, only an opt-out needs the others. */
function addressesFor(candidate: Candidate, own: Receiver | undefined): string[] {
  const given = givenAddress(candidate) ?? [];
  if (!own) return [given].flat();
  if (candidate.optOut !== 'here') return [];
  return [...new Set([own.email, given].flat())].filter((one) => isSameAddress(one, own.email));
}

/**
 * Up to this number of records with an unknown id, the order is exact. More of them are probably copies of receivers of
 * another group; in exact order, they would be written one by one.
 */
const MAXIMUM_IN_ORDER = 5;

/**
 * Splits the records into those that can be written now and those that must wait because an earlier record is about the
 * same receiver. The last record must win and must see the result of the previous ones. The first record never waits.
 *
 * An unknown id, which the group does not contain, may belong to a receiver that another record adds to the group. So a
 * record with an unknown id waits for earlier records that may create a receiver, and later records that may create one
 * wait for it. If there are many unknown ids, these records wait only for records without an id.
 */
export function oneRecordPerReceiver(all: readonly Match[]): { now: Match[]; later: Candidate[] } {
  const taken = new Set<string>();
  const now: Match[] = [];
  const later: Candidate[] = [];
  const hasManyUnknownIds = all.filter(hasUnknownId).length > MAXIMUM_IN_ORDER;
  let mayBeCreated = false;
  let waitsForOthers = false;
  for (const match of all) {
    const keys = keysOf(match);
    const isBehindCreation = hasUnknownId(match) && mayBeCreated;
    const isBehindUnknownId = mayCreate(match) && waitsForOthers && !hasManyUnknownIds;
    if (isBehindCreation || isBehindUnknownId || keys.some((key) => taken.has(key))) {
      later.push(match.candidate);
      waitsForOthers ||= hasUnknownId(match);
    } else now.push(match);
    for (const key of keys) taken.add(key);
    mayBeCreated ||= mayCreate(match) && (!hasManyUnknownIds || match.candidate.ownId === undefined);
  }
  return { now, later };
}

/** Whether the group does not contain the id of the record. */
function hasUnknownId({ candidate: { ownId }, stored }: Match): boolean {
  return ownId !== undefined && stored?.id !== ownId;
}

function mayCreate({ candidate: { row, newReceivers }, stored }: Match): boolean {
  return stored === undefined && row.email !== undefined && newReceivers !== 'skip';
}

function keysOf({ candidate, stored }: Match): string[] {
  const { ownId, row } = candidate;
  return [
    ...(ownId === undefined ? [] : [`id ${ownId}`]),
    ...(row.email === undefined ? [] : [`address ${row.email}`]),
    ...(stored ? [`id ${stored.id}`, `address ${addressKey(stored.email)}`] : []),
  ];
}
