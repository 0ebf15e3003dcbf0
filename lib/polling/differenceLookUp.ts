/**
 * Looks up the receivers that differ between two full reads for a reason that the rows do not show: the content changed
 * without a change of state, or the receiver was moved or deleted.
 */

import type { Group, Receiver, UnixSeconds, CleverReachApi } from '../cleverreach/types';
import type { ChangeList } from './changes/stateChanges';
import type { Reconciliation } from './changes/reconciliation';
import type { Member } from './changes/differences';
import type { PollReport } from './pollReport';
import type { PollIo, PollSettings } from './pollSettings';
import { deletedGroupText } from './deletedGroup';
import { FILTER_OFF_TEXT, filterOffUntil } from './fullReadSchedule';
import { listed } from '../cleverreach/groups';
import { receiverExists } from '../cleverreach/accountLookup';
import { ComponentError, NotFoundError } from '../utils/errors';
import { shownId } from '../utils/ids';
import type { Logger } from '../utils/logger';
import { ALL_GROUPS } from './state/knownGroups';

/** With more groups per receiver than this, the groups of each receiver are requested. */
const GROUPS_PER_RECEIVER = 3;

type Emit = (group: Group, receiver: Receiver, changes: ChangeList) => Promise<void>;

export class DifferenceLookUp {
  private readonly search: DeletionSearch;
  /** Whether a receiver has changed without a trace. */
  hasUntraced = false;
  /** How many changes of state quick polls have missed, because the filter did not return them. */
  private missedByFilter = 0;

  constructor(
    private readonly scope: string,
    private readonly changes: Reconciliation,
    private readonly settings: PollSettings,
    private readonly io: PollIo,
    private readonly report: PollReport,
  ) {
    this.search = new DeletionSearch(io, scope);
  }

  /** Why deletions could not be reported. */
  get failure(): Error | undefined {
    return this.search.failure;
  }

  /**
   * Looks receivers up. Emits the existing ones whose changes the step asks for. Reports the deletion of the others if the
   * step asks for deletions.
   * @returns the receivers that exist
   */
  async emitOrReport(ids: readonly string[], emit: Emit): Promise<Member[]> {
    const members: { group: Group; receiver: Receiver }[] = [];
    for (const [group, some] of await this.groupsToSearch(ids)) {
      for (const receiver of await this.membersOf(group, some)) members.push({ group, receiver });
    }
    const memberships = new Map<string, number>();
    for (const { receiver } of members) memberships.set(receiver.id, (memberships.get(receiver.id) ?? 0) + 1);
    for (const { group, receiver } of members)
      await this.handle(group, receiver, memberships.get(receiver.id) === 1, emit);
    const found: Member[] = members.map(({ group, receiver }) => ({ groupId: group.id, receiver }));
    if (!this.settings.changeFilter.includesDeletions) return found;
    const isFound = new Set(found.map(({ receiver }) => receiver.id));
    for (const id of ids) if (!isFound.has(id)) found.push(...(await this.reportDeletion(id, emit)));
    return found;
  }

  /** Warns if the filter did not return changes. @returns until when there are no quick polls, in Unix seconds */
  filterOffUntil(): UnixSeconds | undefined {
    const count = this.missedByFilter;
    if (count === 0) return undefined;
    this.io.logger.warn(
      `CleverReach's filter did not return ${count === 1 ? '1 change' : `${count} changes`} of state, so quick polls missed ${count === 1 ? 'it' : 'them'}. ` +
        `This full read has found ${count === 1 ? 'it' : 'them'}. ` +
        FILTER_OFF_TEXT,
    );
    return filterOffUntil(this.settings.now);
  }

  /** Counts a changed receiver, sent or filtered out, if quick polls should have found its change. */
  countIfMissed(group: Group, receiver: Receiver): void {
    if (this.changes.detector.isMissedByQuickPolls(group.id, receiver)) this.missedByFilter += 1;
  }

  /** @param isAlone whether the receiver is in no other group that is read */
  private async handle(group: Group, receiver: Receiver, isAlone: boolean, emit: Emit): Promise<void> {
    const { changes, report } = this;
    const { differences, detector } = changes;
    if (differences.isAsEmitted(group.id, receiver)) return;
    const isWanted = (changesSince: ChangeList): boolean =>
      this.settings.changeFilter.select(receiver, changesSince).length > 0;
    if (detector.isSentByQuickPolls(group.id, receiver, isAlone, isWanted)) return;
    this.countIfMissed(group, receiver);
    this.hasUntraced ||= detector.isUntraced(receiver);
    report.uncount(group.id, differences.wasFilteredOut(group.id, receiver) ? 'filtered' : 'unchanged');
    const wanted = differences.wantedChanges(group.id, receiver, isAlone);
    if (wanted.length > 0) await emit(group, receiver, wanted);
    else {
      changes.filteredOut(group.id, receiver);
      report.count(group.id, receiver.id, 'filtered');
    }
  }

  /** If all groups are read, one of them may have been deleted during the read. */
  private async membersOf(group: Group, ids: readonly string[]): Promise<Receiver[]> {
    const { api } = this.io;
    try {
      return await api.receiversByIds(group.id, ids, { withHistory: true });
    } catch (error) {
      await deletedGroupText(error, group.id, { api, scope: this.scope });
      return [];
    }
  }

  /** The groups in which to look receivers up, each with the ids to look up there. */
  private async groupsToSearch(ids: readonly string[]): Promise<(readonly [Group, readonly string[]])[]> {
    const { groups } = this.settings;
    if (groups.length <= GROUPS_PER_RECEIVER * ids.length) return groups.map((group) => [group, ids] as const);
    const byGroup = new Map<string, string[]>();
    for (const id of ids) {
      for (const { id: groupId } of (await this.io.api.groupsOfReceiver(id)) ?? [])
        byGroup.set(groupId, [...(byGroup.get(groupId) ?? []), id]);
    }
    return groups.flatMap((group) => {
      const some = byGroup.get(group.id);
      return some ? [[group, some] as const] : [];
    });
  }

  /** @returns the receiver, if it exists after all */
  private async reportDeletion(id: string, emit: Emit): Promise<Member[]> {
    const found = await this.search.find(id);
    // the receiver exists elsewhere, or the look-up has failed
    if (found === 'unknown' || found === 'elsewhere') this.changes.differences.searchAgain(id);
    else if (found === 'gone') {
      // a read that was resumed has reported it, and its sketch may still contain the receiver
      if (this.changes.differences.isDeletionReported(id)) return [];
      await this.io.emitter.emitDeletion(id);
      this.report.deletions += 1;
    } else {
      const [group] = this.settings.groups;
      if (!group) return [];
      await this.handle(group, found, true, emit);
      return [{ groupId: group.id, receiver: found }];
    }
    return [];
  }
}

/**
 * `gone`: in no group of the scope. `elsewhere`: the account has the receiver, but no group that is read. `unknown`: the
 * look-up failed. If one group is read and contains the receiver: the receiver.
 */
type SearchResult = 'gone' | 'elsewhere' | 'unknown' | Receiver;

/**
 * Searches, one by one, for receivers that a full read did not find. In doubt a receiver exists, because a deletion that was
 * reported cannot be undone. A search that fails does not report a deletion and does not delay other changes: the
 * next full read looks again.
 */
class DeletionSearch {
  /** The error of the first failed look-up, reported after everything else is done. */
  failure: ComponentError | undefined;
  /** Whether the one group still existed after the full read. */
  private isGroupConfirmed = false;
  /** Whether no further receiver is looked up, because the group was deleted or could not be checked. */
  private hasEnded = false;

  /** @param scope the id of the one group, or {@link ALL_GROUPS} */
  constructor(
    private readonly io: { api: CleverReachApi; logger: Logger },
    private readonly scope: string,
  ) {}

  async find(id: string): Promise<SearchResult> {
    const { api } = this.io;
    if (this.hasEnded) return 'unknown';
    try {
      if (this.scope === ALL_GROUPS) return (await receiverExists(api, id)) ? 'elsewhere' : 'gone';
      await this.confirmGroup();
      return (await api.receiver(this.scope, id)) ?? 'gone';
    } catch (error) {
      if (!(error instanceof ComponentError)) throw error;
      this.hasEnded = this.scope !== ALL_GROUPS && (!this.isGroupConfirmed || error instanceof NotFoundError);
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
