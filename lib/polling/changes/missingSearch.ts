/**
 * Searches for a receiver that a complete sweep has not read. In doubt the receiver exists, because an emitted deletion
 * cannot be undone.
 */

import { listed } from '../../cleverreach/groups';
import { receiverExists } from '../../cleverreach/receiverExists';
import type { CleverReachApi, Receiver } from '../../cleverreach/types';
import { ComponentError, NotFoundError } from '../../utils/errors';
import { shownId } from '../../utils/ids';
import type { Logger } from '../../utils/logger';
import { ALL_GROUPS } from '../state/knownGroups';

/** `gone`: in no group of the scope. `kept`: the account has it, or could not be asked. Else the receiver as it is in the one group. */
export type Whereabouts = 'gone' | 'kept' | Receiver;

/** Looks for receivers one by one. A look-up that fails neither announces a deletion nor holds up other changes: the next sweep looks again. */
export class MissingSearch {
  /** What the first look-up that failed has failed with, to be reported when all else is done. */
  failure: ComponentError | undefined;
  /** Whether the one group was there after the sweep had read it. */
  private isGroupConfirmed = false;
  /** Whether the one group has gone, or could not be asked for: then nothing more is looked for. */
  private isOver = false;

  /** @param scope the id of the one group, or {@link ALL_GROUPS} */
  constructor(
    private readonly io: { api: CleverReachApi; logger: Logger },
    private readonly scope: string,
  ) {}

  async find(id: string): Promise<Whereabouts> {
    const { api } = this.io;
    if (this.isOver) return 'kept';
    try {
      if (this.scope === ALL_GROUPS) return (await receiverExists(api, id)) ? 'kept' : 'gone';
      await this.confirmGroup();
      return (await api.receiver(this.scope, id)) ?? 'gone';
    } catch (error) {
      if (!(error instanceof ComponentError)) throw error;
      this.isOver = this.scope !== ALL_GROUPS && (!this.isGroupConfirmed || error instanceof NotFoundError);
      if (!this.failure)
        this.io.logger.warn(
          `Receiver ${shownId(id)} was not met, and CleverReach could not be asked whether it still exists. Its deletion is not announced; ` +
            `the next poll asks again. ${error.message}`,
        );
      this.failure ??= error;
      return 'kept';
    }
  }

  /**
   * The list of a group that was deleted may be empty, so that every receiver seems to be gone.
   * @throws NotFoundError when the group has gone
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
