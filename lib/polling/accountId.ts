/** The id of the account that a run reads, for the messages about deleted receivers. */

import type { CleverReachApi } from '../cleverreach/types';
import { ComponentError } from '../utils/errors';
import type { Logger } from '../utils/logger';

/**
 * Returns a function that asks CleverReach on its first call only. It returns undefined if CleverReach rejects the request, and
 * throws temporary errors: a later call then asks again.
 */
export function accountIdOnce(api: Pick<CleverReachApi, 'whoami'>, logger: Logger): () => Promise<string | undefined> {
  let known: { id?: string } | undefined;
  return async () => {
    known ??= await api.whoami().then(
      ({ id }) => ({ id }),
      (error: unknown) => {
        if (!(error instanceof ComponentError) || error.temporary) throw error;
        logger.warn(
          `Deleted receivers are reported without the id of the account, because CleverReach rejects the request for it. ` +
            `The action cannot carry out these messages by the id of the receiver, unless the hub links ids. ${error.message}`,
        );
        return {};
      },
    );
    return known.id;
  };
}
