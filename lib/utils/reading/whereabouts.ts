/** Where a receiver is that a complete sweep has not met. In doubt it exists: a deletion that was announced cannot be taken back. */

import type { CleverReachApi, Receiver } from '../cleverreach/types';
import { ComponentError } from '../errors';
import type { Logger } from '../logger';
import { ALL_GROUPS } from './knownGroups';

/** `gone`: in no group of the scope. `kept`: the account has it, or could not be asked. Else the receiver as it is in the one group. */
export type Whereabouts = 'gone' | 'kept' | Receiver;

/**
 * @param scope the id of the one group, or {@link ALL_GROUPS}
 * @returns what looks for one receiver. A look-up that fails neither announces a deletion nor holds up other changes: the next
 * sweep looks again, and the log says so once.
 */
export function searcher(
  { api, logger }: { api: CleverReachApi; logger: Logger },
  scope: string,
): (id: string) => Promise<Whereabouts> {
  const lookUp = async (id: string): Promise<Whereabouts> =>
    scope === ALL_GROUPS ? await inAccount(api, id) : ((await api.receiver(scope, id)) ?? 'gone');
  let hasFailed = false;
  return async (id) => {
    try {
      return await lookUp(id);
    } catch (error) {
      if (!(error instanceof ComponentError)) throw error;
      if (!hasFailed)
        logger.warn(
          `Receiver ${id} was not met, and CleverReach could not be asked whether it still exists. Its deletion is not announced; ` +
            `the next poll asks again. ${error.message}`,
        );
      hasFailed = true;
      return 'kept';
    }
  };
}

/**
 * Asks the account, in one request for all groups: asked about one group after the other, a receiver that moves meanwhile would be missed
 * again. Whether the account still has a receiver that is in no group any more is not known, so its groups decide then.
 */
async function inAccount(api: CleverReachApi, id: string): Promise<Whereabouts> {
  if (!(await api.receiverInAccount(id))) return 'gone';
  const groups = await api.groupsOfReceiver(id);
  return groups?.length === 0 ? 'gone' : 'kept';
}
