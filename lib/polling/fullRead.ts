/**
 * A full read: reads all rows of all groups, emits the due receivers, and stores its state at intervals. Differences
 * that only the sketch shows are looked up at the end.
 */

import { compareIds } from '../cleverreach/groups';
import type { Group } from '../cleverreach/types';
import { messageOf } from '../utils/errors';
import { deletedGroupText } from './deletedGroup';
import { DifferenceLookUp } from './differenceLookUp';
import { OVERLOAD_WARNINGS, RESTART_WARNING } from './changes/overloadWarnings';
import { Reconciliation } from './changes/reconciliation';
import { startGroupWalks } from './pagination/orderedPages';
import { positionAfter, type WalkedPage } from './pagination/position';
import type { PollReport } from './pollReport';
import type { PollIo, PollSettings } from './pollSettings';
import { EmitQueue } from './emitQueue';
import { Checkpoints, MAX_REPEATS, repeatsOf } from './state/checkpoints';
import { knownGroupsOf, type KnownGroups } from './state/knownGroups';
import { toSnapshot, type PollState } from './state/snapshot';
import { TimeBudget } from './timeBudget';

/** The row of a group up to which all rows are read; in an empty group, the index is -1. */
type Place = Readonly<{ group: Group; page: WalkedPage; index: number }>;

export class FullRead {
  private readonly changes: Reconciliation;
  private readonly queue: EmitQueue;
  private readonly checkpoints: Checkpoints;
  private readonly time: TimeBudget;
  private readonly lookUp: DifferenceLookUp;
  /** If all groups are read: the groups that were known when the read began. */
  private readonly known: KnownGroups | undefined;
  /** Groups that this run has read completely. */
  private walked: Group[] = [];
  private place: Place | undefined;
  private readonly stored: string;
  private hasRead = false;

  /** @param startedAt when the poll began, in milliseconds of `Clock.elapsed` */
  constructor(
    private readonly before: PollState,
    private readonly settings: PollSettings,
    private readonly io: PollIo,
    private readonly report: PollReport,
    startedAt: number,
  ) {
    const { groups, now, room, pageSize, maxRunMinutes } = settings;
    this.known = knownGroupsOf(before, groups);
    this.changes = new Reconciliation({ ...before, groups: this.known }, now, room, settings.changeFilter, groups);
    this.queue = new EmitQueue(io.emitter, this.changes, report);
    this.checkpoints = new Checkpoints(io, room, pageSize);
    this.time = new TimeBudget(startedAt, maxRunMinutes, io.clock);
    this.stored = JSON.stringify(toSnapshot(before, room));
    this.lookUp = new DifferenceLookUp(before.scope, this.changes, settings, io, report);
  }

  /** Why receivers could not be looked up. */
  get lookUpFailure(): Error | undefined {
    return this.lookUp.failures.first;
  }

  /**
   * Runs the read until every receiver is handled, or the time is up.
   * @returns the state that was stored
   */
  async run(): Promise<PollState> {
    try {
      const isComplete = (await this.runPasses()) && (await this.resolveDifferences());
      await this.queue.settle();
      this.lookUp.failures.warn();
      this.report.isComplete = isComplete;
      return await (isComplete ? this.finish() : this.save());
    } catch (error) {
      await this.keepWhatWasSent(error);
      throw error;
    }
  }

  /** @returns whether the time was sufficient to complete all passes */
  private async runPasses(): Promise<boolean> {
    let before = 0;
    const countRequests = (): void => {
      this.changes.read.requests += this.report.requests - before;
      before = this.report.requests;
    };
    while (await this.walkGroups().finally(countRequests)) {
      const pass = this.changes.nextPass();
      if (pass === undefined) return true;
      await this.queue.settle();
      if (pass !== 'hashed') this.io.logger.warn(OVERLOAD_WARNINGS[pass]);
      this.changes.begin(pass);
      this.place = undefined;
      this.changes.read.requests = 0;
      await this.save();
    }
    return false;
  }

  /** @returns whether every group was read completely; false if the time was up */
  private async walkGroups(): Promise<boolean> {
    const resumeAt = this.place ? undefined : this.changes.read.at;
    this.walked = [];
    // lower groups are complete, even if the group in which the read stopped no longer exists
    const groups = this.settings.groups.filter(({ id }) => !resumeAt || compareIds(id, resumeAt.groupId) >= 0);
    const { pageSize } = this.settings;
    const walks = startGroupWalks(this.io, groups, { pageSize, detail: this.changes.detail, resumeAt });
    try {
      for (const [index, group] of groups.entries()) {
        const outcome = await this.walkGroup(group, walks.at(index));
        if (outcome === 'out of time') return false;
        if (outcome === 'lost') {
          if (!this.changes.restart()) this.io.logger.warn(RESTART_WARNING);
          this.place = undefined;
          break;
        }
        if (group === groups.at(-1)) return true;
      }
    } finally {
      await walks.end();
    }
    return groups.length === 0 || (await this.walkGroups());
  }

  private async walkGroup(group: Group, pages: AsyncIterable<WalkedPage>): Promise<'done' | 'lost' | 'out of time'> {
    try {
      for await (const page of pages) {
        // the sketch would count the rows of the earlier run twice
        if (page.isAnew === true) return 'lost';
        if (!(await this.handlePage(group, page))) return 'out of time';
      }
    } catch (error) {
      const { api, logger } = this.io;
      const text = await deletedGroupText(error, group.id, { api, scope: this.before.scope });
      if (text === undefined) throw error;
      logger.warn(text);
    }
    this.walked.push(group);
    return 'done';
  }

  /** @returns whether there is time left */
  private async handlePage(group: Group, page: WalkedPage): Promise<boolean> {
    this.hasRead = true;
    let isProgress = false;
    for (const [index, receiver] of page.rows.entries()) {
      if (page.wasHandedOut(receiver)) {
        this.report.repeated += 1;
        continue;
      }
      isProgress = true;
      const { verdict, changes } = this.changes.judge(group.id, receiver);
      if (verdict === 'due' || verdict === 'filtered') this.lookUp.countIfMissed(group, receiver);
      if (verdict === 'filtered') this.changes.filteredOut(group.id, receiver);
      if (verdict !== 'due') this.report.count(group.id, receiver.id, verdict);
      else {
        if (this.changes.mustBeListed(group.id, receiver)) await this.listForRetry(group, page, index);
        this.checkpoints.count();
        await this.queue.begin(group, receiver, changes);
      }
      this.changes.addRow(group.id, receiver);
      this.place = { group, page, index };
      if (this.isStopOrCheckpointDue && !(await this.stopOrCheckpoint())) return false;
    }
    // the position moves past an empty group, but a resumed run reads the group of its position again
    if (page.rows.length === 0 && page.offset === 0 && group.id !== this.changes.read.at?.groupId) {
      isProgress = true;
      this.place = { group, page, index: -1 };
    }
    if (isProgress) this.time.newPageDone();
    return !isProgress || !this.isStopOrCheckpointDue || (await this.stopOrCheckpoint());
  }

  /** Lists the receiver at `index` and those after it, before they are emitted. */
  private async listForRetry(group: Group, { rows, wasHandedOut }: WalkedPage, index: number): Promise<void> {
    const due = rows.slice(index).flatMap((row) => {
      if (wasHandedOut(row)) return [];
      const { verdict, changes } = this.changes.judge(group.id, row);
      return verdict === 'due' && this.changes.mustBeListed(group.id, row) ? [{ id: row.id, changes }] : [];
    });
    for (const { id, changes } of due.slice(0, MAX_REPEATS))
      this.changes.retries.addPending({ groupId: group.id, id }, changes);
    await this.queue.settle();
    await this.save();
  }

  /** @returns whether all differences were handled; false if the time was up */
  private async resolveDifferences(): Promise<boolean> {
    await this.queue.settle();
    const { differences } = this.changes;
    const ids = differences.ids();
    differences.begin(ids);
    if (ids.length > 0) await this.save();
    const size = repeatsOf(this.settings.pageSize);
    for (let from = 0; from < ids.length; from += size) {
      const some = ids.slice(from, from + size);
      const found = await this.lookUp.emitOrReport(some, async (group, receiver, changes) => {
        this.checkpoints.count();
        await this.queue.begin(group, receiver, changes);
      });
      await this.queue.settle();
      differences.resolve(some, found);
      if (this.isStopOrCheckpointDue && !(await this.stopOrCheckpoint())) return false;
    }
    return true;
  }

  private async finish(): Promise<PollState> {
    const filterOffUntil = this.lookUp.filterOffUntil();
    const groups = this.known?.with(this.walked).among(this.settings.groups);
    const state = {
      ...this.changes.finish(),
      groups,
      ...(filterOffUntil !== undefined && { filterOffUntil }),
      ...(this.lookUp.hasUntraced && { untraced: true as const }),
    };
    if (state.unlisted) this.report.warnOfRepetition(state.unlisted.falsePositiveRate);
    // without groups there is nothing to remember
    const isWorthStoring = this.hasRead || this.before.read || this.before.sketch;
    if (isWorthStoring && JSON.stringify(toSnapshot(state, this.settings.room)) !== this.stored)
      await this.checkpoints.save(state);
    return state;
  }

  /** Stores the position from which the next run continues. */
  private async save(): Promise<PollState> {
    const { place } = this;
    const at = place && { groupId: place.group.id, ...positionAfter(place.page, place.index) };
    const groups = this.known?.with(this.walked);
    const state = { ...this.changes.checkpoint(at ?? this.changes.read.at), groups };
    await this.checkpoints.save(state);
    return state;
  }

  /**
   * After a failure, stores what was confirmed so that the next run does not repeat it. Stores nothing if it is unknown
   * which messages were confirmed.
   */
  private async keepWhatWasSent(failure: unknown): Promise<void> {
    const { logger } = this.io;
    try {
      await this.queue.settle();
    } catch (error) {
      if (error !== failure) logger.warn(`The run failed, and another message could not be sent: ${messageOf(error)}`);
      return;
    }
    if (this.checkpoints.isBehind)
      await this.save().catch((error: unknown) => {
        logger.warn(`The current position could not be stored: ${messageOf(error)}`);
      });
  }

  private get isStopOrCheckpointDue(): boolean {
    return this.time.isUp || this.checkpoints.isDue;
  }

  /** Stores a checkpoint, or leaves that to the end if the time is up. @returns whether there is time left */
  private async stopOrCheckpoint(): Promise<boolean> {
    if (this.time.isUp) return false;
    await this.queue.settle();
    await this.save();
    this.report.progress();
    return true;
  }
}
