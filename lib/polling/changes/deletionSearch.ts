/**
 * Searches for a receiver that a full read did not find. In doubt the receiver exists, because a deletion that was
 * reported cannot be undone.
 */

import { listed } from '../../cleverreach/groups';
import { receiverExists } from '../../cleverreach/receiverExists';
import type { CleverReachApi, Receiver } from '../../cleverreach/types';
import { ComponentError, NotFoundError } from '../../utils/errors';
import { shownId } from '../../utils/ids';
import type { Logger } from '../../utils/logger';
import { ALL_GROUPS } from '../state/knownGroups';

/**
 * `gone`: in no group of the scope. `kept`: the account has it. `unknown`: the look-up failed. Otherwise, the receiver as
 * it is in the one group.
 */
export type Whereabouts = 'gone' | 'kept' | 'unknown' | Receiver;

/**
 * Looks up receivers one by one. A look-up that fails does not report a deletion and does not delay other changes: the
 * next full read looks again.
 */
export class DeletionSearch {
  /** The error of the first failed look-up, reported after everything else is done. */
  failure: ComponentError | undefined;
  /** Whether the one group still existed after the full read. */
  private isGroupConfirmed = false;
  /** Whether the group was deleted or could not be checked. If so, no further receiver is looked up. */
  private isOver = false;

  /** @param scope the id of the one group, or {@link ALL_GROUPS} */
  constructor(
    private readonly io: { api: CleverReachApi; logger: Logger },
    private readonly scope: string,
  ) {}

  async find(id: string): Promise<Whereabouts> {
    const { api } = this.io;
    if (this.isOver) return 'unknown';
    try {
      if (this.scope === ALL_GROUPS) return (await receiverExists(api, id)) ? 'kept' : 'gone';
      await this.confirmGroup();
      return (await api.receiver(this.scope, id)) ?? 'gone';
    } catch (error) {
      if (!(error instanceof ComponentError)) throw error;
      this.isOver = this.scope !== ALL_GROUPS && (!this.isGroupConfirmed || error instanceof NotFoundError);
      if (!this.failure)
        this.io.logger.warn(
          `Receiver ${shownId(id)} was not found by the full read, and the check whether it still exists failed. No deletion is reported; ` +
            `the next full read checks again. ${error.message}`,
        );
      this.failure ??= error;
      return 'unknown';
    }
  }

  /**
   * The list of a group that was deleted may be empty, so that every receiver seems to be deleted.
   * @throws NotFoundError if the group was deleted
   */
  private async confirmGroup(): Promise<void> {
    if (this.isGroupConfirmed) return;
    const groups = await this.io.api.groups();
    if (!groups.some(({ id }) => id === this.scope)) {
      throw new NotFoundError(`Group ${shownId(this.scope)} was deleted while it was read. ${listed(groups)}`);
    }
    this.isGroupConfirmed = true;
  }
}
