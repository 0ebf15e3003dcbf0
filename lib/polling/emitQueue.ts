/** Emits receivers, a limited number of them at once, and reports what happens to each of them. */

import type { Group, Receiver } from '../cleverreach/types';
import { RecordError } from '../utils/errors';
import type { PollReport } from './pollReport';
import type { ChangeList } from './changes/stateChanges';
import type { Emission, Emitter } from './pollSettings';

/** Is called for each receiver that was emitted or could not be emitted. */
export interface EmitListener {
  delivered(groupId: string, receiver: Receiver): void;
  failed(groupId: string, receiver: Receiver, changes: ChangeList): void;
}

export class EmitQueue {
  private readonly inFlight: InFlight;

  constructor(
    private readonly emitter: Emitter,
    private readonly listener: EmitListener,
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
      this.listener.failed(group.id, receiver, changes);
      this.report.failed(group.id, receiver.id, error);
      return;
    }
    this.listener.delivered(group.id, receiver);
    this.report.count(group.id, receiver.id, outcome, changeType);
  }
}

/** Limits how many receivers are emitted at once, and keeps the order of messages about the same receiver. */
export class InFlight {
  /** Ids of the receivers that are being emitted. */
  private readonly ids = new Set<string>();
  private failure: { error: unknown } | undefined;
  private wake: () => void = () => undefined;

  constructor(private readonly limit: number) {}

  /** Whether the receiver is being emitted. Another message about it could overtake that one. */
  has(id: string): boolean {
    return this.ids.has(id);
  }

  /**
   * Begins to emit a receiver that is not being emitted yet, and resolves when there is room for the next one.
   * @throws the first failure, when all others have ended; nothing may be emitted after that
   */
  async begin(id: string, emit: () => Promise<void>): Promise<void> {
    if (this.failure) await this.settle();
    this.ids.add(id);
    void this.watch(id, emit);
    while (this.ids.size >= this.limit) await this.nextEnd();
    if (this.failure) await this.settle();
  }

  /**
   * Resolves when nothing is being emitted.
   * @throws the first failure
   */
  async settle(): Promise<void> {
    while (this.ids.size > 0) await this.nextEnd();
    if (this.failure) throw this.failure.error;
  }

  private async watch(id: string, emit: () => Promise<void>): Promise<void> {
    try {
      await emit();
    } catch (error) {
      this.failure ??= { error };
    }
    this.ids.delete(id);
    this.wake();
  }

  private async nextEnd(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
  }
}
