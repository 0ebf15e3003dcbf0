/**
 * A flow that polls an account. The account is that of the sandbox, without HTTP; the flow is everything behind the
 * trigger. It carries out a sequence of events and records what the next step has received.
 */

import { setImmediate } from 'node:timers/promises';
import { compareIds, groupById } from '../../../lib/cleverreach/groups';
import type { Group, Receiver } from '../../../lib/cleverreach/types';
import type { Clock } from '../../../lib/utils/clock';
import { NotFoundError, RecordError, TemporaryError } from '../../../lib/utils/errors';
import type { Logger } from '../../../lib/utils/logger';
import type { ReceiverChange } from '../../../lib/config/changeTypes';
import { ChangeFilter } from '../../../lib/polling/changes/changeFilter';
import { changesAfter } from '../../../lib/polling/changes/stateChanges';
import { contentHash } from '../../../lib/polling/changes/receiverContent';
import { poll } from '../../../lib/polling/poll';
import type { Emission } from '../../../lib/polling/pollSettings';
import { parseSnapshot } from '../../../lib/polling/state/snapshot';
import { stateFor } from '../../../lib/polling/state/startState';
import { createClock } from '../../../sandbox/clock';
import { Account } from '../../../sandbox/state/account';
import { Scenario } from '../../../sandbox/state/scenario';
import { defaultSwitches } from '../../../sandbox/switches';
import { NOW } from '../account';
import { Baseline, type Membership } from './baseline';
import { Changes } from './changes';
import {
  type Change,
  type Event,
  type Failing,
  type FlowOptions,
  type Interruption,
  type Poll,
  type Wanted,
} from './events';
import { lightApi, type LightAccount } from './lightApi';
import { NextStep } from './nextStep';

/** The time of a request in a slow account, in milliseconds. */
const SLOW_MS = 240_000;
/** More polls than any full read takes. */
const MANY_POLLS = 500;

/** An error that ends a poll on purpose. */
class Interrupted extends Error {}

/** The beginning of the warning that there are more differences than the sketch can identify. */
const OVERLOAD = 'More receivers have changed';
/** The same warning about rows that were read before an interruption. */
const RESTART = 'More receivers were read before';
/** The beginning of the warning that the history does not explain the differences, so that everything is sent. */
const UNEXPLAINED = 'The history does not explain';

export class Flow {
  readonly next = new NextStep();
  largestSnapshot = 0;
  /** Whether there were more differences than the sketch can identify: then a deletion may be missed. */
  wasOverloaded = false;
  private overloads = 0;
  private unexplained = 0;
  polls = { quick: 0, full: 0 };
  /** Changes of state that a poll should have sent, as texts. */
  readonly problems: string[] = [];
  /** Messages that were not requested, and requested changes that were not sent, as texts. */
  readonly wrongChanges: string[] = [];
  private wanted: Wanted;
  private baseline: Baseline | undefined;
  /** Whether there was no failure since the baseline, so that no message may be repeated. */
  private isUndisturbed = true;
  private hasCompleted = false;
  private isResumed = false;
  /** The groups that the last poll has listed. */
  private listed: readonly string[] = [];
  private polledAt = 0;
  private readonly clock = createClock(NOW);
  private readonly scenario: Scenario;
  private readonly changes: Changes;
  private readonly snapshots: string[] = ['{}'];
  private readonly group: string;
  private ownNow = (NOW + 77) * 1000;
  private messages = 0;
  /**
   * A late snapshot is allowed if there is no other failure; two in a row, or one and a death, exceed the guarantee.
   */
  private mayBeStale = true;
  private readonly account: LightAccount;
  /** Ids of receivers that exist, or existed at an earlier failure. */
  private readonly knownIds = new Set<string>();

  constructor(private readonly options: FlowOptions) {
    this.wanted = options.wanted;
    this.scenario = new Scenario(new Account(this.clock, { ...defaultSwitches }));
    this.changes = new Changes(this.scenario, this.clock, options.movesLeaveTrace);
    for (let count = 0; count < options.groups; count += 1) this.changes.addGroup();
    this.group = String(this.changes.groups[0]?.id);
    this.account = {
      scenario: this.scenario,
      groups: this.changes.groups,
      now: () => this.clock.now() + options.lead,
      keepsReceiversWithoutGroup: options.keepsReceiversWithoutGroup,
      unknownGroupIsEmpty: options.unknownGroupIsEmpty,
      hasHistory: options.hasHistory,
      filter: options.filter,
      unreadable: undefined,
      isAccountUnknown: false,
    };
  }

  async play(event: Event): Promise<void> {
    if (event.kind === 'poll') await this.poll(event);
    else if (event.kind === 'wanted') {
      this.wanted = event;
      this.baseline = undefined;
    } else if (event.kind === 'failing') this.fail(event);
    else this.change(event);
  }

  private fail({ who, isAccountUnknown }: Failing): void {
    for (const { id } of this.changes.groups)
      for (const receiver of this.scenario.receivers(id)) this.knownIds.add(String(receiver['id']));
    const ids = [...this.knownIds];
    this.account.unreadable = who === undefined ? undefined : ids[who % Math.max(1, ids.length)];
    this.account.isAccountUnknown = isAccountUnknown;
  }

  private changeDuringPoll(change: Change): void {
    this.change(change);
    this.filterOut();
  }

  /** Records for the check what a poll may now find without the tag. */
  private filterOut(): void {
    const { tag } = this.wanted;
    if (tag === undefined || !this.baseline) return;
    for (const member of this.members())
      if (!(member.receiver.tags ?? []).includes(tag)) this.baseline.filterOut(member);
  }

  change(change: Change): void {
    if (change.kind !== 'wait' && change.kind !== 'clock') {
      this.changes.apply(change);
      return;
    }
    this.clock.advance(change.seconds);
    if (change.kind === 'wait') this.ownNow += change.seconds * 1000;
  }

  async poll(poll: Poll): Promise<void> {
    const { quick, full } = this.polls;
    await this.run(poll);
    // the guarantees of a poll without failures and without changes during the poll
    const isPlain = poll.interruption === undefined && !poll.isStale && poll.meanwhile.length === 0;
    // a read that takes several polls reads some of the receivers in each of them
    const isWhole = isPlain && this.hasCompleted && !this.isResumed && !this.isReading;
    if (isPlain && this.hasCompleted && this.polls.quick > quick) this.problems.push(...this.unsentStates());
    if (isWhole && this.polls.full > full) this.compare();
    else if (!isWhole) this.isUndisturbed = false;
    for (const id of this.listed) this.baseline?.see(id);
    this.polledAt = this.clock.now();
  }

  /** Polls until no full read is under way. */
  async pollToEnd(poll: Poll): Promise<void> {
    for (let polls = 0; polls < MANY_POLLS; polls += 1) {
      await this.poll(poll);
      // a group that was deleted cannot be read
      if (!this.isReading || !this.hasCompleted) return;
    }
    throw new Error(`A full read has not ended after ${MANY_POLLS} polls.`);
  }

  private get isReading(): boolean {
    return this.snapshots.at(-1)?.includes('"read":') === true;
  }

  private async run({ meanwhile, interruption, isStale }: Poll): Promise<void> {
    this.hasCompleted = false;
    this.next.begin();
    this.filterOut();
    const isLate = isStale && this.mayBeStale;
    const stored = this.snapshots.at(isLate ? -2 : -1) ?? '{}';
    this.isResumed = stored.includes('"read":');
    this.mayBeStale = !isLate && interruption === undefined;
    let requests = 0;
    let jump = 0;
    const faults = new Faults(isLate ? undefined : interruption, () => {
      jump = 3_600_000;
    });
    const began = this.ownNow;
    const clock: Clock = {
      now: () => this.ownNow,
      elapsed: () => jump + this.ownNow - began + (this.options.isSlow ? requests * SLOW_MS : 0),
      sleep: () => Promise.resolve(),
      random: () => 0,
    };
    const api = lightApi(this.account, () => {
      requests += 1;
      for (const { before, change } of meanwhile) if (before === requests) this.changeDuringPoll(change);
      faults.atRequest(requests);
    });
    try {
      const listed = await api.groupList();
      const { scope, groups } = this.chosen(listed.groups);
      this.listed = groups.map(({ id }) => id);
      const { pageSize, concurrency, fullReadMinutes, cells } = this.options;
      const io = {
        api,
        clock,
        logger: this.logger,
        traffic: () => ({ requests, bytes: 0 }),
        emitter: {
          concurrency,
          flush: () => undefined,
          emit: async (receiver: Receiver, { id }: Group, changeType: ReceiverChange): Promise<Emission> => {
            if (concurrency > 1) await this.overtaken();
            this.judge({ groupId: id, receiver }, changeType);
            await faults.emit(false, (isConfirmed) => {
              this.next.receive(id, receiver.id, contentHash(receiver), isConfirmed);
              this.baseline?.receive({ groupId: id, receiver });
            });
            return 'sent';
          },
          emitDeletion: async (id: string): Promise<void> => {
            await faults.emit(true, () => {
              this.next.receiveDeletion(id, this.isInScope(id) || this.hasGoneWithItsGroup(id));
            });
          },
        },
        save: async (snapshot: object): Promise<void> => {
          const mark = this.next.mark();
          const text = JSON.stringify(snapshot);
          await faults.emit(true, () => {
            this.largestSnapshot = Math.max(this.largestSnapshot, text.length);
            this.snapshots.push(text);
            this.next.survived(mark);
          });
        },
      };
      await poll(
        stateFor(parseSnapshot(JSON.parse(stored)), scope, undefined),
        {
          groups: groups.toSorted((a, b) => compareIds(a.id, b.id)),
          now: listed.serverTime ?? 0,
          pageSize,
          maxRunMinutes: 15,
          fullReadMinutes,
          changeFilter: this.filter(),
          room: { bytes: 4_000, filterBytes: 900, cells, maxCells: cells },
        },
        io,
      );
      this.hasCompleted = true;
    } catch (error) {
      // the group of the step may have been deleted
      const isExpected = [Interrupted, TemporaryError, RecordError, NotFoundError].some(
        (kind) => error instanceof kind,
      );
      if (!isExpected) throw error;
    }
  }

  /** Receivers in the scope of the trigger whose current content the next step has not received, as texts. */
  outdated(): string[] {
    return this.groupsInScope().flatMap(({ id: groupId }) =>
      this.scenario.receivers(groupId).flatMap((wire) => {
        const receiver = wire as unknown as Receiver;
        const problem = this.next.outdated(groupId, receiver.id, contentHash(receiver));
        return problem === undefined ? [] : [`${receiver.email} of group ${groupId} ${problem}`];
      }),
    );
  }

  /** The same, unless a change may have been missed. */
  wronglyOutdated(): string[] {
    return this.mayHaveMissedUntraced ? [] : this.outdated();
  }

  /**
   * Whether a change without an event may be missed, because the history explained why there were more differences than
   * the sketch can identify.
   */
  get mayHaveMissedUntraced(): boolean {
    const { movesLeaveTrace, hasHistory } = this.options;
    return this.overloads > this.unexplained && !(movesLeaveTrace && hasHistory);
  }

  private filter(): ChangeFilter {
    const { types, tag } = this.wanted;
    return new ChangeFilter({ types: this.options.emitDeletions ? [...types, 'deleted'] : types, tag });
  }

  /** Checks a message. */
  private judge(member: Membership, change: ReceiverChange): void {
    const { types, tag } = this.wanted;
    const { id, tags = [], deactivated, bounced } = member.receiver;
    const isPossible = (change !== 'unsubscribed' || deactivated > 0) && (change !== 'bounced' || bounced > 0);
    const isAsked = types.includes(change) && (tag === undefined || tags.includes(tag));
    const isRepeated =
      this.isExact && this.isUndisturbed && this.memberships(id) === 1 && this.baseline?.isUnfounded(member, change);
    if (!isPossible || !isAsked || isRepeated === true)
      this.wrongChanges.push(`${member.receiver.email} of group ${member.groupId} was sent as ${change}`);
  }

  /** After a full read: whether it has sent everything that it had to send. */
  private compare(): void {
    const members = this.members();
    if (this.baseline && !this.mayHaveMissedUntraced) {
      for (const member of members) {
        const { groupId, receiver } = member;
        // timestamps behind the clock do not show in which group the change happened
        if (this.options.lead > 0 && this.memberships(receiver.id) > 1) continue;
        for (const change of this.filter().select(receiver, this.baseline.changesOf(member)))
          if (!this.baseline.isKnown(member, change))
            this.wrongChanges.push(`${receiver.email} of group ${groupId} is ${change}, which was not sent`);
      }
    }
    this.baseline = new Baseline(new Set(this.groupsInScope().map(({ id }) => id)), members, this.clock.now());
    this.isUndisturbed = true;
  }

  /** Whether the filter, the clocks and the sketch show every change. */
  private get isExact(): boolean {
    const { filter, lead } = this.options;
    return filter.behaviour === 'works' && filter.drops === 0 && filter.lag === 0 && lead === 0 && !this.wasOverloaded;
  }

  private members(): Membership[] {
    return this.groupsInScope().flatMap(({ id: groupId }) =>
      this.scenario.receivers(groupId).map((wire) => ({ groupId, receiver: wire as unknown as Receiver })),
    );
  }

  private memberships(id: string): number {
    return this.groupsInScope().filter((group) => this.scenario.receiver(group.id, id) !== undefined).length;
  }

  /** Receivers whose state has changed since the last poll, and of which the next step has another state. */
  private unsentStates(): string[] {
    return this.groupsInScope().flatMap(({ id: groupId }) =>
      this.scenario.receivers(groupId).flatMap((wire) => {
        const receiver = wire as unknown as Receiver;
        const { id, email, registered, activated, deactivated, bounced } = receiver;
        if (Math.max(registered, activated, deactivated, bounced) <= this.polledAt) return [];
        const changes = changesAfter(receiver, this.polledAt, this.clock.now());
        if (this.filter().select(receiver, changes).length === 0) return [];
        const problem = this.next.outdated(groupId, id, contentHash(receiver));
        return problem === undefined ? [] : [`the state of ${email} of group ${groupId} ${problem}`];
      }),
    );
  }

  /** Problems with the reported deletions: there must be none if they are not requested, else all that are visible. */
  wrongDeletions(): string[] {
    const { emitDeletions, trigger } = this.options;
    if (!emitDeletions) return this.next.deletions === 0 ? [] : ['deletions were reported that were not asked for'];
    // a poll of a group that does not exist fails
    if (this.groupsInScope().length === 0 && trigger === 'one group') return [];
    if (this.wasOverloaded) return [];
    return this.next
      .survivors()
      .filter((id) => !this.isInScope(id))
      .map((id) => `${id} is gone, and that was not reported`);
  }

  private readonly logger: Logger = {
    debug: () => undefined,
    info: (line) => {
      this.polls[line.startsWith('Quick') ? 'quick' : 'full'] += 1;
    },
    warn: (line) => {
      if (line.startsWith(OVERLOAD)) this.overloads += 1;
      if (line.startsWith(UNEXPLAINED)) this.unexplained += 1;
      this.wasOverloaded ||= this.overloads > 0 || line.startsWith(RESTART);
    },
    error: () => undefined,
  };

  private groupsInScope(): Group[] {
    const { trigger } = this.options;
    return this.changes.groups.filter(({ id }) => trigger === 'all groups' || id === this.group);
  }

  private isInScope(id: string): boolean {
    return this.groupsInScope().some((group) => this.scenario.receiver(group.id, id) !== undefined);
  }

  /** A poll of one group cannot find out whether such a receiver was deleted. */
  private hasGoneWithItsGroup(id: string): boolean {
    return this.options.trigger === 'one group' && this.changes.wasInDeletedGroup(this.group, id);
  }

  private chosen(groups: readonly Group[]): { scope: string; groups: readonly Group[] } {
    if (this.options.trigger === 'all groups') return { scope: 'all', groups };
    return { scope: this.group, groups: [groupById(groups, this.group)] };
  }

  /** Resolves after some turns of the event loop, sometimes earlier than a previous call. */
  private async overtaken(): Promise<void> {
    for (let turns = 3 - ((this.messages += 1) % 4); turns > 0; turns -= 1) await setImmediate();
  }
}

/** Makes one step of a poll fail. */
class Faults {
  private emits = 0;
  private isDead = false;

  constructor(
    private readonly interruption: Interruption | undefined,
    private readonly endTime: () => void,
  ) {}

  atRequest(request: number): void {
    if (this.isDead) throw new Interrupted('dead');
    if (this.interruption?.kind === 'request' && this.interruption.at === request)
      throw new TemporaryError('CleverReach is away');
  }

  /**
   * @param isOwn whether it is a message of the flow itself, which no mapping can reject
   * @param arrive called when the message has reached the broker
   */
  async emit(isOwn: boolean, arrive: (isConfirmed: boolean) => void): Promise<void> {
    await Promise.resolve();
    if (this.isDead) throw new Interrupted('dead');
    this.emits += 1;
    const { kind, at, arrives } = this.interruption ?? {};
    if (at !== this.emits || kind === undefined || kind === 'request' || (kind === 'record' && isOwn)) {
      arrive(true);
      return;
    }
    switch (kind) {
      case 'time':
        this.endTime();
        arrive(true);
        return;
      case 'record':
        throw new RecordError('it cannot be mapped');
      case 'death':
      case 'emit':
        this.isDead = kind === 'death';
        if (arrives) arrive(false);
        throw new Interrupted(kind);
    }
  }
}
