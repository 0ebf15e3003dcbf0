/**
 * Searches, one by one, for receivers that a full read did not find. In doubt a receiver exists, because a deletion that was
 * reported cannot be undone. A search that fails does not report a deletion and does not delay other changes: the
 * next full read looks again.
 */

import { receiverExists } from '../cleverreach/accountLookup';
import { listed } from '../cleverreach/groups';
import type { CleverReachApi, Receiver } from '../cleverreach/types';
import { ComponentError, NotFoundError } from '../utils/errors';
import { shownId } from '../utils/ids';
import type { Logger } from '../utils/logger';
import type { LookUpFailures } from './lookUpFailures';
import { ALL_GROUPS } from './state/knownGroups';

/**
 * `elsewhere`: the account has the receiver, but no group that is read. `unknown`: the look-up failed. If one group is
 * read and contains the receiver: the receiver. If it was deleted: the id of the account, if CleverReach returns it.
 */
type SearchResult = 'elsewhere' | 'unknown' | { receiver: Receiver } | { accountId: string | undefined };

export class DeletionSearch {
  /** Whether the one group still existed after the full read. */
  private isGroupConfirmed = false;
  /** Whether no further receiver is looked up, because the group was deleted or could not be checked. */
  private hasEnded = false;
  /** Undefined if the request for it has failed. */
  private account: Promise<{ id?: string } | undefined> | undefined;

  /** @param scope the id of the one group, or {@link ALL_GROUPS} */
  constructor(
    private readonly io: { api: CleverReachApi; logger: Logger },
    private readonly scope: string,
    private readonly failures: LookUpFailures,
  ) {}

  async find(id: string): Promise<SearchResult> {
    if (this.hasEnded || this.failures.hasEnded) return this.failed(id);
    try {
      const found = await this.lookUp(id);
      if (found === 'elsewhere') return found;
      if (found) return { receiver: found };
      const account = await (this.account ??= this.askAccount());
      return account ? { accountId: account.id } : this.failed(id);
    } catch (error) {
      this.failures.note(error);
      this.hasEnded = this.scope !== ALL_GROUPS && !this.isGroupConfirmed;
      return this.failed(id);
    }
  }

  private failed(id: string): 'unknown' {
    this.failures.add(id);
    return 'unknown';
  }

  /** @returns undefined if the receiver is in no group of the scope */
  private async lookUp(id: string): Promise<Receiver | 'elsewhere' | undefined> {
    const { api } = this.io;
    if (this.scope === ALL_GROUPS) return (await receiverExists(api, id)) ? 'elsewhere' : undefined;
    await this.confirmGroup();
    return await api.receiver(this.scope, id);
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

  /** The account; without its id if CleverReach rejects the request for it, undefined if the request fails. */
  private async askAccount(): Promise<{ id?: string } | undefined> {
    try {
      return await this.io.api.whoami();
    } catch (error) {
      if (!(error instanceof ComponentError) || error.temporary) {
        this.failures.note(error);
        return undefined;
      }
      this.io.logger.warn(
        `Deleted receivers are reported without the id of the account, because CleverReach rejects the request for it. ` +
          `The action cannot find these receivers by id unless OIH links ids. ${error.message}`,
      );
      return {};
    }
  }
}
