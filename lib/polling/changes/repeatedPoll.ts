/**
 * Detects a complete poll that emits the same as the previous one. Later polls would repeat it too, so a manual check
 * is needed.
 */

import type { Receiver } from '../../cleverreach/types';
import { contentFingerprint } from './receiverHash';
import { addFingerprints } from '../state/fingerprints';
import type { PollState } from '../state/snapshot';

/** What one run sends, whatever the order. */
export class RepeatedPoll {
  private count = 0;
  private sum = 0;

  /** @param before the state that the last poll stored */
  constructor(private readonly before: Pick<PollState, 'cursor' | 'sent'>) {}

  /** Its content holds its address, which tells it from all others of its group. */
  sent(receiver: Receiver): void {
    this.count += 1;
    this.sum = addFingerprints(this.sum, contentFingerprint(receiver));
  }

  /** Short; undefined where nothing was sent. */
  get digest(): string | undefined {
    return this.count === 0 ? undefined : `${this.count}-${this.sum.toString(36)}`;
  }

  /**
   * A warning where nothing has moved between two polls; undefined where something has.
   * @param after as it is stored: it names what was sent only where there was no room to note each receiver
   */
  problem(after: { lastUpdated: number; sent?: string }): string | undefined {
    const { cursor, sent } = this.before;
    if (after.sent === undefined || after.sent !== sent || after.lastUpdated !== cursor) return undefined;
    return (
      `This poll sent the same ${this.count} receivers with the same content as the poll before it, and each further poll will send them again: ` +
      'their timestamps are later than a poll may count as read, and they are more than the snapshot has room for. ' +
      'Check in CleverReach whether receivers have timestamps in the future, and check the clock of this machine; or set "changeDetection" to "content".'
    );
  }
}
