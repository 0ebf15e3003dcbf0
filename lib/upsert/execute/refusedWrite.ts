/**
 * A request that changes a receiver is repeated after an unclear answer. If the first attempt was carried out, CleverReach
 * may refuse the repetition for that very reason, so a refusal alone does not show that nothing was written.
 */

import type { CleverReachApi, Receiver } from '../../cleverreach/types';
import { NotFoundError, RejectedError, UnexplainedError } from '../../utils/errors';
import { typedError } from '../recordError';

/**
 * Looks up the receiver after a failed write, so that the caller can see whether it was carried out.
 * @returns undefined if the receiver is not there, or cannot be read
 * @throws the error of the write if it is not a refusal of this request; a temporary error of the look-up
 */
export async function afterRefusal(
  error: unknown,
  id: string,
  { groupId, api }: { groupId: string; api: Pick<CleverReachApi, 'receiver'> },
): Promise<Receiver | undefined> {
  if (![RejectedError, NotFoundError, UnexplainedError].some((kind) => error instanceof kind)) throw error;
  try {
    return await api.receiver(groupId, id);
  } catch (thrown) {
    const problem = typedError(thrown);
    if (problem.temporary) throw problem;
    return undefined;
  }
}
