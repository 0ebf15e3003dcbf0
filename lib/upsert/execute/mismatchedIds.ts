/** Warns if the CleverReach id of a record belongs to another receiver than the one that was written. */

import type { AccountDirectory } from '../../cleverreach/accountCache';
import { shownId } from '../../utils/ids';
import type { CleverReachApi } from '../../cleverreach/types';
import { isSameAddress } from '../../cleverreach/emailAddress';
import type { Logger } from '../../utils/logger';
import type { Candidate } from '../plan/candidate';
import { typedError } from '../recordError';
import type { Results, WriteResult } from '../output/writeResult';

/** Maximum number of lookups per batch: CleverReach cannot look up several ids of the account at once. */
const LOOKED_UP = 5;

interface Io {
  api: Pick<CleverReachApi, 'receiverInAccount'>;
  directory: Pick<AccountDirectory, 'isFirstOccurrence'>;
  breaker: { isOpen: boolean };
  logger: Logger;
}

/**
 * Warns for each record whose id belongs to a receiver that is not in the group and has a different address. The address
 * of the record has been used, and the id may be a mistake. A receiver that was copied from another group keeps its id
 * and address, so it causes no warning. Each id is looked up once as long as the cache remembers it. A failed lookup is
 * ignored.
 */
export async function warnOfMismatchedIds(
  candidates: readonly Candidate[],
  results: Results,
  groupId: string,
  io: Io,
): Promise<void> {
  const replaced = candidates.flatMap(({ position, ownId, row }) => {
    if (ownId === undefined || row.email === undefined || !meansAnother(results.get(position), ownId)) return [];
    return [{ id: ownId, email: row.email }];
  });
  for (const { id, email } of replaced.slice(0, LOOKED_UP)) {
    if (io.breaker.isOpen) return;
    await warnOfMismatchedId(id, email, groupId, io);
  }
}

async function warnOfMismatchedId(
  id: string,
  email: string,
  groupId: string,
  { api, directory, logger }: Io,
): Promise<void> {
  if (!directory.isFirstOccurrence(`the id ${id} is not in group ${groupId}`)) return;
  const receiver = await api.receiverInAccount(id).catch((error: unknown) => {
    typedError(error);
    return undefined;
  });
  if (!receiver || isSameAddress(receiver.email, email)) return;
  logger.warn(
    `The recordUid ${id} belongs to a receiver outside group ${shownId(groupId)} whose address differs from that of the record. The receiver was selected by the address of the record.`,
  );
}

/** Whether the record was, or would be, written to a receiver with another id. */
function meansAnother(result: WriteResult | undefined, ownId: string): boolean {
  if (result?.kind === 'dryRun') {
    const { wouldDo, receiver } = result.preview;
    return wouldDo !== 'skip' && receiver !== undefined && receiver.id !== ownId;
  }
  return result !== undefined && 'receiver' in result && result.receiver.id !== ownId;
}
