/** A poll at work: where it stands, when it stores that, and when it stops. */

import { compareIds } from '../cleverreach/groups';
import type { CleverReachApi, Group, Receiver, UnixSeconds } from '../cleverreach/types';
import type { Clock } from '../clock';
import { messageOf, NotFoundError, RecordError } from '../errors';
import type { Logger } from '../logger';
import { atClock } from './horizon';
import { readerOf } from './pages';
import { placeAfter, type WalkedPage } from './place';
import type { PollReport } from './report';
import { toSnapshot, type PollState } from './snapshot';
import { beginSweep, detailOf, detectionOf, type ChangeDetection } from './sweep';
import type { MissingReceiver, SweepRun } from './sweepRun';
import { walk } from './walk';

/** A dying run repeats what it sent since its last checkpoint: a page, and no more than this. */
const MAXIMUM_REPEATS = 500;
/** A long run in which little is sent is remembered too, in milliseconds. */
const CHECKPOINT_INTERVAL_MS = 10_000;

export interface PollSettings {
  /** In the order of their ids. */
  groups: readonly Group[];
  pageSize: number;
  maxRunMinutes: number;
  changeDetection: ChangeDetection;
  /** Whether receivers that have gone are announced; needs changes to be seen by content. */
  emitDeletions: boolean;
}

export interface PollIo {
  api: CleverReachApi;
  clock: Clock;
  logger: Logger;
  /** Sends one receiver and resolves when it is confirmed. A RecordError concerns this receiver only; any other ends the run. */
  deliver(receiver: Receiver, group: Group): Promise<void>;
  /** Tells the next step that a receiver has gone. */
  deliverDeletion(id: string): Promise<void>;
  /** How many requests went to CleverReach so far. */
  requests(): number;
  /** Stores a snapshot and resolves when it is confirmed. */
  save(snapshot: object): Promise<void>;
}

export class Run {
  private sweep: SweepRun | undefined;
  /** The last receiver that was dealt with. */
  private at: { group: Group; page: WalkedPage; index: number } | undefined;
  private sentSinceCheckpoint = 0;
  private checkpointAt: number;
  private readonly stored: string;
  private readonly detection: ChangeDetection;
  private readonly endAt: number;

  constructor(
    private readonly state: PollState,
    private readonly settings: PollSettings,
    private readonly io: PollIo,
    private readonly report: PollReport,
  ) {
    this.checkpointAt = io.clock.now();
    this.endAt = this.checkpointAt + settings.maxRunMinutes * 60_000;
    this.detection = detectionOf(state, settings.changeDetection);
    this.stored = JSON.stringify(toSnapshot(state));
  }

  /** @returns whether every group was walked to its end; false when the time was up */
  async walkGroups(): Promise<boolean> {
    const resumeAt = this.state.sweep?.at;
    for (const group of this.settings.groups) {
      if (resumeAt && compareIds(group.id, resumeAt.groupId) < 0) continue;
      const start = group.id === resumeAt?.groupId ? resumeAt : undefined;
      const read = readerOf(this.io, group.id, detailOf(this.state, this.detection), (now) => {
        this.begin(now);
      });
      try {
        for await (const page of walk(read, this.settings.pageSize, start))
          if (!(await this.handlePage(group, page))) return false;
      } catch (error) {
        if (!(error instanceof NotFoundError) || this.settings.groups.length === 1 || (await this.isThere(group)))
          throw error;
        this.io.logger.warn(`Group ${group.id} has gone while it was read: ${error.message}`);
      }
    }
    return true;
  }

  /**
   * Receivers that are remembered and that the complete sweep has not met: gone, if a direct look says so too.
   * @returns whether all were dealt with; false when the time was up
   */
  async settleMissing(): Promise<boolean> {
    for (const missing of this.sweep?.missing() ?? []) {
      const { groupId, id } = missing;
      const found = this.settings.emitDeletions ? await this.io.api.receiver(groupId, id) : undefined;
      const group = this.settings.groups.find((one) => one.id === groupId) ?? { id: groupId, name: '' };
      if (!found) await this.handleGone(missing);
      else if (this.isDue(group, found)) await this.send(group, found);
      if (this.isBreakDue() && !(await this.takeBreak())) return false;
    }
    return true;
  }

  async finish(): Promise<void> {
    // without any group nothing was asked, and nothing is known
    if (!this.sweep) return;
    const finished = this.sweep.finish();
    this.report.cursor = finished.cursor;
    this.report.complete = true;
    const snapshot = toSnapshot(finished);
    if (JSON.stringify(snapshot) !== this.stored) await this.io.save(snapshot);
  }

  async checkpoint(): Promise<void> {
    if (!this.sweep) return;
    const at = this.at && { groupId: this.at.group.id, ...placeAfter(this.at.page, this.at.index) };
    await this.io.save(toSnapshot(this.sweep.checkpoint(at)));
    this.sentSinceCheckpoint = 0;
    this.checkpointAt = this.io.clock.now();
    this.report.progress(this.checkpointAt);
  }

  /** After a failure: what has been confirmed need not be repeated. */
  async keepWhatWasSent(): Promise<void> {
    if (this.sentSinceCheckpoint === 0) return;
    await this.checkpoint().catch((error: unknown) => {
      this.io.logger.warn(`The place where the run stopped could not be stored: ${messageOf(error)}`);
    });
  }

  /** To go on without a group that is there after all would pass its receivers for good. */
  private async isThere({ id }: Group): Promise<boolean> {
    return (await this.io.api.groups()).some((group) => group.id === id);
  }

  private begin(now: UnixSeconds | undefined): void {
    if (this.sweep) return;
    const ownNow = Math.floor(this.io.clock.now() / 1000);
    this.sweep = beginSweep(atClock(this.state, now ?? ownNow, ownNow), this.detection, now ?? ownNow);
  }

  /** @returns whether there is time left */
  private async handlePage(group: Group, page: WalkedPage): Promise<boolean> {
    for (const [index, receiver] of page.rows.entries()) {
      // no promise for a receiver that is as it was: a million of them would cost more than to look at the receivers
      if (page.isMet(receiver)) this.report.repeated += 1;
      else if (this.isDue(group, receiver)) await this.send(group, receiver);
      this.at = { group, page, index };
      if (this.isBreakDue() && !(await this.takeBreak())) return false;
    }
    return true;
  }

  private async handleGone(missing: MissingReceiver): Promise<void> {
    if (this.settings.emitDeletions && this.sweep?.isElsewhere(missing) === false) {
      await this.io.deliverDeletion(missing.id);
      this.report.deletions += 1;
      this.sentSinceCheckpoint += 1;
    }
    this.sweep?.gone(missing);
  }

  private isDue(group: Group, receiver: Receiver): boolean {
    const verdict = this.sweep?.judge(group.id, receiver);
    if (verdict !== undefined && verdict !== 'due') this.report.count(group.id, receiver.id, verdict);
    return verdict === 'due';
  }

  private async send(group: Group, receiver: Receiver): Promise<void> {
    try {
      await this.io.deliver(receiver, group);
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      this.sweep?.failed(group.id, receiver);
      this.report.failed(group.id, receiver.id, error);
      return;
    }
    this.sweep?.sent(group.id, receiver);
    this.report.count(group.id, receiver.id, 'sent');
    this.sentSinceCheckpoint += 1;
  }

  private isBreakDue(): boolean {
    const now = this.io.clock.now();
    const repeats = Math.min(this.settings.pageSize, MAXIMUM_REPEATS);
    return (
      now >= this.endAt || this.sentSinceCheckpoint >= repeats || now - this.checkpointAt >= CHECKPOINT_INTERVAL_MS
    );
  }

  /** Stores a checkpoint, or leaves that to the end when the time is up. @returns whether there is time left */
  private async takeBreak(): Promise<boolean> {
    if (this.io.clock.now() >= this.endAt) return this.stopEarly();
    await this.checkpoint();
    return true;
  }

  private stopEarly(): boolean {
    this.report.outOfTime = true;
    return false;
  }
}
