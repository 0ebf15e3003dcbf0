/** Emits receivers and reports what happens to each of them. */

import type { Group, Receiver } from '../cleverreach/types';
import { RecordError } from '../utils/errors';
import { InFlight } from './inFlight';
import type { PollReport } from './pollReport';
import type { ChangeList } from './changes/changeTypes';
import type { Emission, Emitter } from './pollSettings';

/** What a read notes about receivers that were emitted, or could not be. */
export interface Notes {
  delivered(groupId: string, receiver: Receiver): void;
  failed(groupId: string, receiver: Receiver, changes: ChangeList): void;
}

export class Sender {
  private readonly inFlight: InFlight;

  constructor(
    private readonly emitter: Emitter,
    private readonly notes: Notes,
    private readonly report: PollReport,
  ) {
    this.inFlight = new InFlight(emitter.concurrency);
  }

  /**
   * Resolves when there is room for the next receiver.
   * @param changes why it is sent, the newest reason first
   * @throws the error of an earlier one that is not about the receiver alone
   */
  async begin(group: Group, receiver: Receiver, changes: ChangeList): Promise<void> {
    if (this.inFlight.has(receiver.id)) await this.settle();
    await this.inFlight.begin(receiver.id, () => this.send(group, receiver, changes));
  }

  /**
   * Resolves when all receivers were emitted and confirmed.
   * @throws as {@link begin}
   */
  async settle(): Promise<void> {
    this.emitter.flush();
    await this.inFlight.settle();
  }

  private async send(group: Group, receiver: Receiver, changes: ChangeList): Promise<void> {
    const [changeType = 'changed'] = changes;
    let outcome: Emission;
    try {
      outcome = await this.emitter.emit(receiver, group, changeType);
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      this.notes.failed(group.id, receiver, changes);
      this.report.failed(group.id, receiver.id, error);
      return;
    }
    this.notes.delivered(group.id, receiver);
    this.report.count(group.id, receiver.id, outcome, changeType);
  }
}
