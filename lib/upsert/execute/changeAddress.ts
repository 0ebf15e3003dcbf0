/**
 * Changes the address of a receiver in all its groups. An address counts as taken if another receiver of the account
 * has it in any spelling. CleverReach rejects only the same spelling; with another spelling, an opted-out receiver
 * would get an active duplicate.
 */

import { idsByPath, idsInGroups, isFoundByPath } from '../../cleverreach/accountLookup';
import { isSameAddress } from '../../cleverreach/emailAddress';
import { RecordError, RejectedError, TemporaryError } from '../../utils/errors';
import { shownId } from '../../utils/ids';
import type { Candidate } from '../plan/candidate';
import { unlessRefused } from '../recordError';
import type { Plan } from '../plan/plan';
import { afterRefusal } from './refusedWrite';
import type { GroupContext } from '../plan/writeContext';

type Move = Extract<Plan, { kind: 'move' }>;

/** Returns the error if the new address is taken; undefined if it is free. */
export async function takenAddress(
  move: Move,
  { row }: Candidate,
  context: GroupContext,
): Promise<RecordError | undefined> {
  context.breaker.check();
  const { id } = move.stored;
  const holders = await holdersOf(row.givenEmail ?? move.email, move, context);
  if (holders.every((one) => one === id)) return undefined;
  return new RecordError(
    `${refusal(move, context, TAKEN)} Delete one of the two in CleverReach, or correct the record.`,
  );
}

/**
 * @throws if the address is taken or rejected, or if the change cannot be verified: then no other values may be written
 */
export async function changeAddress(move: Move, candidate: Candidate, context: GroupContext): Promise<void> {
  const taken = await takenAddress(move, candidate, context);
  if (taken) throw taken;
  const {
    stored: { id },
    email,
  } = move;
  const { groupId, api } = context;
  try {
    await api.changeEmail(id, email);
  } catch (error) {
    const stored = await afterRefusal(error, id, context);
    if (stored && isSameAddress(stored.email, email)) return;
    if (!(error instanceof RejectedError)) throw error;
    const why = error.duplicate || error.status === 409 ? TAKEN : 'CleverReach rejects it';
    throw new RejectedError(`${refusal(move, context, why)} ${error.message}`, error.status);
  }
  // the other values are written under the new address: if no receiver has it yet, the write would create one
  const changed = await api.receiver(groupId, id);
  if (changed && isSameAddress(changed.email, email)) return;
  throw new TemporaryError(
    `CleverReach confirmed the change of the e-mail address of receiver ${shownId(id)} of group ${shownId(groupId)} but did not carry it out: ` +
      'the group has no receiver with this id and the new address. Nothing was written.',
  );
}

const TAKEN = 'another receiver of the account already has it';

function refusal({ stored: { id } }: Move, { groupId }: GroupContext, why: string): string {
  return `The e-mail address of receiver ${shownId(id)} of group ${shownId(groupId)} cannot be changed to the address of the record, because ${why}; nothing was written.`;
}

/**
 * If the account lookup by path finds the receiver under its current address, it would also find other holders, so the
 * groups need not be searched, unless the path changes the new address.
 */
async function holdersOf(email: string, { stored }: Move, { api, directory }: GroupContext): Promise<string[]> {
  const ids = await unlessRefused(idsByPath(email, api), undefined);
  if (ids && ids.length > 0) return ids;
  const isListed =
    ids && isFoundByPath(email) && (await unlessRefused(api.receiverInAccount(stored.email), undefined)) !== undefined;
  return isListed ? [] : await idsInGroups(email, api, directory);
}
