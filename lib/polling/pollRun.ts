/** The state of a running poll: its position, when it stores the position, and when it stops. */

import { compareIds } from '../cleverreach/groups';
import type { Group, Receiver } from '../cleverreach/types';
import { messageOf, NotFoundError, RecordError } from '../utils/errors';
import { withoutAdvice } from '../http/errorAdvice';
import { shownId } from '../utils/ids';
import type { Beginning } from './changes/serverTime';
import { Checkpoints } from './state/checkpoints';
import { InFlight } from './inFlight';
import { knownGroupsOf, type KnownGroups } from './state/knownGroups';
import { createFetchPage } from './pagination/fetchPage';
import { positionAfter, type Position, type WalkedPage } from './pagination/position';
import { RepeatedPoll } from './changes/repeatedPoll';
import type { PollReport } from './pollReport';
import type { PollIo, PollSettings } from './pollSettings';
import { TimeBudget } from './timeBudget';
import { toSnapshot, type Snapshot } from './state/snapshot';
import { beginSweep, detailOf, detectionOf } from './changes/sweep';
import type { SweepRun } from './changes/sweepRun';
import { paginate } from './pagination/paginate';
import { MissingSearch } from './changes/missingSearch';

/** How many deletions one checkpoint prepares. */
const DELETIONS_AT_ONCE = 500;

/** A receiver of a group that is walked through. */
interface At {
  group: Group;
  page: WalkedPage;
  index: number;
}

export class PollRun {
  private readonly sweep: SweepRun;
  /** What rows carry beside their own members, a bit mask. */
  private readonly detail: number;
  private readonly inFlight: InFlight<At>;
  private readonly checkpoints: Checkpoints;
  /** What the platform has stored; undefined once this run has stored something. */
  private stored: string | undefined;
  /** Of the complete sweep, which has no place any more. */
  private last: Snapshot | undefined;
  /** When the run began; only with all groups. */
  private readonly known: KnownGroups | undefined;
  /** Groups that this run has come to the end of. */
  private readonly walked: Group[] = [];
  private readonly search: MissingSearch;
  private readonly repetition: RepeatedPoll;
  private readonly time: TimeBudget;
  /** Whether CleverReach has listed the receivers of a group. */
  private hasRead = false;

  constructor(
    private readonly start: Beginning,
    private readonly settings: PollSettings,
    private readonly io: PollIo,
    private readonly report: PollReport,
  ) {
    const { stored, state, startedAt } = start;
    this.checkpoints = new Checkpoints(io, settings.pageSize);
    this.time = new TimeBudget(startedAt, settings.maxRunMinutes, io.clock);
    this.inFlight = new InFlight(settings.emitConcurrency);
    this.stored = JSON.stringify(toSnapshot(stored));
    this.known = knownGroupsOf(stored, settings.groups);
    this.search = new MissingSearch(io, stored.scope);
    this.repetition = new RepeatedPoll(stored);
    const detection = detectionOf(stored, settings.changeDetection);
    this.detail = detailOf(state, detection);
    this.sweep = beginSweep({ ...state, groups: this.known }, detection, start, settings.unlistedBytes);
  }

  /**
   * Runs until every receiver is dealt with, or the time is up.
   * @returns why deletions could not be announced, to be reported after the last snapshot
   */
  async toEnd(): Promise<Error | undefined> {
    try {
      const complete = (await this.walkGroups()) && (await this.settleMissing());
      await (complete ? this.finish() : this.pause());
      return this.search.failure;
    } catch (error) {
      await this.keepWhatWasSent(error);
      throw error;
    }
  }

  /** @returns whether every group was walked to its end; false when the time was up */
  private async walkGroups(): Promise<boolean> {
    const resumeAt = this.start.state.sweep?.at;
    for (const group of this.settings.groups) {
      // lower groups are complete, whether the one in which the sweep stopped still exists or not; of new ones see `known`
      if (resumeAt && compareIds(group.id, resumeAt.groupId) < 0) continue;
      try {
        if (!(await this.walkGroup(group, group.id === resumeAt?.groupId ? resumeAt : undefined))) return false;
      } catch (error) {
        if (!(error instanceof NotFoundError) || !this.known || (await this.isThere(group))) throw error;
        this.io.logger.warn(
          `Group ${shownId(group.id)} was deleted while it was read: ${withoutAdvice(error.message)}`,
        );
      }
    }
    return true;
  }

  /**
   * Announces remembered receivers that the complete sweep has not met, if a direct look does not find them either.
   * @returns whether all were dealt with; false when the time was up
   */
  private async settleMissing(): Promise<boolean> {
    await this.inFlight.settle();
    const missing = this.settings.emitDeletions ? this.sweep.missing() : [];
    for (let from = 0; from < missing.length; from += DELETIONS_AT_ONCE) {
      const some = missing.slice(from, from + DELETIONS_AT_ONCE);
      this.sweep.forgetMissing(some);
      await this.saveWhatIsCovered();
      for (const id of some) {
        await this.settleOne(id);
        if (this.isBreakDue() && !(await this.takeBreak())) return false;
      }
    }
    return true;
  }

  private async finish(): Promise<void> {
    await this.inFlight.settle();
    // a stored sweep has to come to its end, and remembered receivers have to be looked for, also if no group was read
    const { stored, state } = this.start;
    if (!this.hasRead && !stored.sweep && !stored.fingerprints) return;
    const finished = this.sweep.finish();
    this.report.cursor = finished.cursor;
    this.report.complete = true;
    const groups = this.known?.with(this.walked).among(this.settings.groups);
    // a run that goes on with a sweep does not know what was sent before
    const sent = state.sweep ? undefined : this.repetition.digest;
    const snapshot = toSnapshot({ ...finished, groups, sent });
    const problem = this.repetition.problem(snapshot);
    if (problem !== undefined) this.io.logger.warn(problem);
    if (finished.unlisted) this.report.warnOfRepetition(finished.unlisted.mistaken);
    if (JSON.stringify(snapshot) === this.stored) return;
    this.last = snapshot;
    await this.io.save(snapshot);
  }

  /** Stores where the next run has to go on. */
  private async pause(): Promise<void> {
    await this.inFlight.settle();
    await this.checkpoint();
  }

  /** Those on their way go on meanwhile: the snapshot covers only what is confirmed. */
  private async checkpoint(): Promise<void> {
    const { covered, size } = this.inFlight;
    if (covered === undefined || this.checkpoints.isCrowded(size)) await this.inFlight.settle();
    await this.saveWhatIsCovered();
    this.report.progress(this.checkpoints.at);
  }

  /** After a failure: what has been confirmed need not be repeated. */
  private async keepWhatWasSent(failure: unknown): Promise<void> {
    const { logger } = this.io;
    await this.inFlight.settle().catch((error: unknown) => {
      if (error !== failure) logger.warn(`A message could not be sent either: ${messageOf(error)}`);
    });
    if (!this.checkpoints.isBehind) return;
    await (this.last ? this.io.save(this.last) : this.saveWhatIsCovered()).catch((error: unknown) => {
      logger.warn(`The place where the run stopped could not be stored: ${messageOf(error)}`);
    });
  }

  private async saveWhatIsCovered(): Promise<void> {
    const { covered, confirmedAhead, isAllConfirmed } = this.inFlight;
    const at = covered && { groupId: covered.group.id, ...positionAfter(covered.page, covered.index) };
    // a group of whose receivers one is still on its way, or has failed, is not known yet
    const isCovered = ({ id }: Group): boolean =>
      isAllConfirmed || (at !== undefined && compareIds(id, at.groupId) < 0);
    const groups = this.known?.with(this.walked.filter(isCovered));
    await this.checkpoints.save({ ...this.sweep.checkpoint(at), groups }, confirmedAhead);
    this.stored = undefined;
  }

  /** @returns whether there was time to come to its end */
  private async walkGroup(group: Group, start: Position | undefined): Promise<boolean> {
    const read = createFetchPage(this.io, group.id, this.detail);
    for await (const page of paginate(read, this.settings.pageSize, start))
      if (!(await this.handlePage(group, page))) return false;
    this.walked.push(group);
    return true;
  }

  /** To go on without a group that is there after all would pass its receivers for good. */
  private async isThere({ id }: Group): Promise<boolean> {
    return (await this.io.api.groups()).some((group) => group.id === id);
  }

  /** @returns whether there is time left */
  private async handlePage(group: Group, page: WalkedPage): Promise<boolean> {
    this.hasRead = true;
    let hasNews = false;
    for (const [index, receiver] of page.rows.entries()) {
      // what was handed out before is covered: the place would go back
      if (this.isRepeated(page, receiver)) continue;
      hasNews = true;
      // a message must not overtake an earlier one about the same receiver
      if (this.inFlight.speaksOf(receiver.id)) await this.inFlight.settle();
      const at = { group, page, index };
      // no promise for a receiver that is as it was: a million of them would cost more than to look at the receivers
      if (!this.isDue(group, receiver)) this.inFlight.pass(at);
      else {
        await this.forgetOutdated(group, page.rows, index);
        await this.inFlight.begin(receiver.id, at, () => this.send(group, receiver));
      }
      if (this.isBreakDue() && !(await this.takeBreak())) return false;
    }
    if (hasNews) this.time.newPageDone();
    return !hasNews || !this.time.isUp || (await this.takeBreak());
  }

  /** Before the receiver at `index` is sent: outdated notes of it and of those behind it are dropped, and that is stored. */
  private async forgetOutdated(group: Group, rows: readonly Receiver[], index: number): Promise<void> {
    const { sweep } = this;
    const receiver = rows[index];
    if (!receiver || !sweep.isOutdated(group.id, receiver)) return;
    for (const row of rows.slice(index)) if (sweep.isOutdated(group.id, row)) sweep.forget(group.id, row);
    await this.saveWhatIsCovered();
  }

  private async settleOne(id: string): Promise<void> {
    const found = await this.search.find(id);
    if (found === 'kept') this.sweep.keep(id);
    else if (found === 'gone') {
      await this.io.deliverDeletion(id);
      this.report.deletions += 1;
      this.checkpoints.confirmed();
      this.sweep.gone(id);
    } else for (const group of this.settings.groups) if (this.isDue(group, found)) await this.send(group, found);
  }

  private isRepeated(page: WalkedPage, receiver: Receiver): boolean {
    if (!page.isMet(receiver)) return false;
    this.report.repeated += 1;
    return true;
  }

  private isDue(group: Group, receiver: Receiver): boolean {
    const verdict = this.sweep.judge(group.id, receiver);
    if (verdict !== 'due') this.report.count(group.id, receiver.id, verdict);
    return verdict === 'due';
  }

  private async send(group: Group, receiver: Receiver): Promise<void> {
    try {
      await this.io.deliver(receiver, group);
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      this.sweep.failed(group.id, receiver);
      this.report.failed(group.id, receiver.id, error);
      return;
    }
    this.sweep.sent(group.id, receiver);
    this.repetition.sent(receiver);
    this.report.count(group.id, receiver.id, 'sent');
    this.checkpoints.confirmed();
  }

  private isBreakDue(): boolean {
    return this.time.isUp || this.checkpoints.isDue(this.io.clock.elapsed(), this.inFlight.size);
  }

  /** Stores a checkpoint, or leaves that to the end when the time is up. @returns whether there is time left */
  private async takeBreak(): Promise<boolean> {
    this.report.outOfTime = this.time.isUp;
    if (!this.report.outOfTime) await this.checkpoint();
    return !this.report.outOfTime;
  }
}
