/**
 * Looks up the receivers that differ between two full reads for a reason that the rows do not show: the content changed
 * without a change of state, or the receiver was moved or deleted.
 */

import type { Group, Receiver, UnixSeconds } from '../cleverreach/types';
import type { ChangeList } from './changes/stateChanges';
import type { Reconciliation } from './changes/reconciliation';
import type { Member } from './changes/differences';
import type { PollReport } from './pollReport';
import type { PollIo, PollSettings } from './pollSettings';
import { deletedGroupText } from './deletedGroup';
import { DeletionSearch } from './deletionSearch';
import { FILTER_OFF_TEXT, filterOffUntil } from './fullReadSchedule';
import { LookUpFailures } from './lookUpFailures';

/** With more groups per receiver than this, the groups of each receiver are requested. */
const GROUPS_PER_RECEIVER = 3;
/** If a list fails, it is looked up in lists of this length; if such a list fails, its receivers are looked up one by one. */
const SHORT_LIST = 25;

type Emit = (group: Group, receiver: Receiver, changes: ChangeList) => Promise<void>;

export class DifferenceLookUp {
  readonly failures: LookUpFailures;
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
    this.failures = new LookUpFailures(io);
    this.search = new DeletionSearch(io, scope, this.failures);
  }

  /**
   * Looks receivers up. Emits the existing ones whose changes the step asks for. Reports the deletion of the others if the
   * step asks for deletions. Receivers whose look-up fails are postponed.
   * @returns the receivers that exist
   * @throws if CleverReach does not answer at all
   */
  async emitOrReport(ids: readonly string[], emit: Emit): Promise<Member[]> {
    const { differences } = this.changes;
    const all: { group: Group; receiver: Receiver }[] = [];
    for (const [group, some] of await this.groupsToSearch(ids)) {
      for (const receiver of await this.membersOf(group, some)) all.push({ group, receiver });
    }
    // the rows of a receiver are judged together
    const members = all.filter(({ receiver }) => !this.failures.has(receiver.id));
    const memberships = new Map<string, number>();
    for (const { receiver } of members) memberships.set(receiver.id, (memberships.get(receiver.id) ?? 0) + 1);
    for (const { group, receiver } of members)
      await this.handle(group, receiver, memberships.get(receiver.id) === 1, emit);
    const found: Member[] = members.map(({ group, receiver }) => ({ groupId: group.id, receiver }));
    const isFound = new Set(found.map(({ receiver }) => receiver.id));
    for (const id of ids) {
      if (this.failures.has(id)) differences.postpone(id);
      else if (!isFound.has(id) && this.settings.changeFilter.includesDeletions)
        found.push(...(await this.reportDeletion(id, emit)));
    }
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
    const some = this.withoutFailures(ids);
    if (some.length === 0) return [];
    try {
      return await api.receiversByIds(group.id, some, { withHistory: true });
    } catch (error) {
      if ((await deletedGroupText(error, group.id, { api, scope: this.scope })) !== undefined) return [];
      await this.failures.noteIfReachable(error);
    }
    if (some.length === 1) for (const id of some) this.failures.add(id);
    const size = some.length > SHORT_LIST ? SHORT_LIST : 1;
    const found: Receiver[] = [];
    for (let from = 0; from < some.length; from += size)
      found.push(...(await this.membersOf(group, some.slice(from, from + size))));
    return found;
  }

  private withoutFailures(ids: readonly string[]): string[] {
    const { failures } = this;
    if (failures.hasEnded) for (const id of ids) failures.add(id);
    return ids.filter((id) => !failures.has(id));
  }

  /** The groups in which to look receivers up, each with the ids to look up there. */
  private async groupsToSearch(ids: readonly string[]): Promise<(readonly [Group, readonly string[]])[]> {
    const { groups } = this.settings;
    if (groups.length <= GROUPS_PER_RECEIVER * ids.length) return groups.map((group) => [group, ids] as const);
    const byGroup = new Map<string, string[]>();
    for (const id of ids)
      for (const groupId of await this.groupIdsOf(id)) byGroup.set(groupId, [...(byGroup.get(groupId) ?? []), id]);
    return groups.flatMap((group) => {
      const some = byGroup.get(group.id);
      return some ? [[group, some] as const] : [];
    });
  }

  private async groupIdsOf(id: string): Promise<string[]> {
    if (this.withoutFailures([id]).length === 0) return [];
    try {
      const groups = await this.io.api.groupsOfReceiver(id);
      return (groups ?? []).map((group) => group.id);
    } catch (error) {
      await this.failures.noteIfReachable(error);
      this.failures.add(id);
      return [];
    }
  }

  /** @returns the receiver, if it exists after all */
  private async reportDeletion(id: string, emit: Emit): Promise<Member[]> {
    const { differences } = this.changes;
    const found = await this.search.find(id);
    if (found === 'unknown' || found === 'elsewhere') differences.postpone(id);
    else if ('receiver' in found) {
      const [group] = this.settings.groups;
      if (!group) return [];
      await this.handle(group, found.receiver, true, emit);
      return [{ groupId: group.id, receiver: found.receiver }];
    } else if (!differences.isDeletionReported(id)) {
      // otherwise an earlier run of this read has reported it, and the sketch may still contain the receiver
      await this.io.emitter.emitDeletion(id, found.accountId);
      this.report.deletions += 1;
    }
    return [];
  }
}
