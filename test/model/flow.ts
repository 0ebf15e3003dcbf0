/**
 * A flow that polls an account, both of them small and both real: the sandbox over HTTP, the client, and everything behind the
 * trigger. What is done to the two is a list of events, so that a counter-example reads like a story.
 */

import { setImmediate } from 'node:timers/promises';
import { createClient } from '../../lib/utils/cleverreach/client';
import type { CleverReachApi, Receiver } from '../../lib/utils/cleverreach/types';
import type { Clock } from '../../lib/utils/clock';
import { compareIds } from '../../lib/utils/cleverreach/groups';
import { createHttp } from '../../lib/utils/http/http';
import { contentHash } from '../../lib/utils/reading/changes';
import { poll } from '../../lib/utils/reading/poll';
import { parseSnapshot, stateFor } from '../../lib/utils/reading/snapshot';
import type { ChangeDetection } from '../../lib/utils/reading/sweep';
import { startSandbox, type Sandbox } from '../../sandbox';
import { NOW } from '../support/account';
import { recordingLogger } from '../support/http';

interface Arrival {
  kind: 'register' | 'import';
  group: number;
  name: number;
}

/** Changes that may happen at any time, also between two requests of a running poll. `who` is taken modulo the size of a group. */
export type Change =
  | Arrival
  | { kind: 'edit' | 'tag' | 'unsubscribe' | 'bounce' | 'delete' | 'rename'; group: number; who: number; value: number }
  | { kind: 'wait'; seconds: number }
  | { kind: 'clock'; seconds: number };

export interface Poll {
  kind: 'poll';
  /** Changes by the number of the request before which they happen. */
  meanwhile: { before: number; change: Change }[];
  /** The run dies at this emit; 0 = it does not. */
  diesAt: number;
  /** The time is up at this emit; 0 = it is not. */
  timeUpAt: number;
  /** Whether it starts from the snapshot before the last one, which had not been stored yet. */
  stale: boolean;
}

export type Event = Change | Poll | { kind: 'switch' };

export interface FlowOptions {
  pageSize: number;
  detection: ChangeDetection;
  groups: number;
  /** With more than one, messages are confirmed late, and some that were sent later first. */
  emitConcurrency: number;
  /** Whether the flow knows the receivers of the beginning, so that what happens to them happens to somebody who has been sent. */
  hasPolled: boolean;
}

/** What the next step got of a receiver, as its last message said. */
interface Delivered {
  hash: string;
}

class Died extends Error {}

export class Flow {
  /** By group and id. */
  private readonly delivered = new Map<string, Delivered>();
  private snapshots: unknown[] = [{}];
  private groups: string[] = [];
  private ownNow = (NOW + 77) * 1000;
  private messages = 0;
  /** Messages that said what the message before had said. */
  repeats = 0;
  /** Announcements that somebody has gone, by id. */
  readonly gone = new Map<string, number>();
  /** How often somebody was taken out of a group, by id. */
  private readonly removals = new Map<string, number>();
  largestSnapshot = 0;

  private constructor(
    readonly sandbox: Sandbox,
    private readonly api: CleverReachApi,
    private readonly options: FlowOptions,
  ) {}

  static async start(options: FlowOptions): Promise<Flow> {
    const sandbox = await startSandbox({ now: NOW, record: false });
    const { access_token } = sandbox.issueToken();
    const tokens = { current: () => Promise.resolve(access_token), renew: () => Promise.reject(new Died()) };
    const clock: Clock = { now: () => 0, elapsed: () => 0, sleep: () => Promise.resolve(), random: () => 0 };
    const http = createHttp({ baseUrl: sandbox.url, tokens, clock, logger: recordingLogger(), budgetSeconds: 10 });
    const flow = new Flow(sandbox, createClient(http), options);
    sandbox.account.addAttribute({ name: 'firstname' });
    flow.groups = Array.from({ length: options.groups }, (_, index) => sandbox.account.addGroup(`Group ${index}`));
    return flow;
  }

  async play(event: Event): Promise<void> {
    if (event.kind === 'poll') await this.poll(event);
    else if (event.kind === 'switch')
      this.options.detection = this.options.detection === 'content' ? 'timestamps' : 'content';
    else this.change(event);
  }

  change(change: Change): void {
    const { account, clock } = this.sandbox;
    if (change.kind === 'wait') {
      clock.advance(change.seconds);
      this.ownNow += change.seconds * 1000;
      return;
    }
    if (change.kind === 'clock') {
      clock.advance(change.seconds);
      return;
    }
    const group = this.groups[change.group % this.groups.length] ?? '';
    if ('name' in change) {
      const email = `n${change.name}@example.org`;
      if (account.receiver(group, email)) return;
      if (change.kind === 'register') account.addReceiver(group, { email });
      else account.importReceivers(group, [{ email }], { registered: clock.now() - 1_000_000 });
      return;
    }
    const members = account.receivers(group);
    const id = members[change.who % Math.max(1, members.length)]?.['id'];
    if (typeof id !== 'string') return;
    const value = `v${change.value}`;
    switch (change.kind) {
      case 'edit':
        account.edit(group, id, { global_attributes: { firstname: value } });
        break;
      case 'tag':
        account.edit(group, id, { tags: [value] });
        break;
      case 'unsubscribe':
        account.unsubscribe(group, id);
        break;
      case 'bounce':
        account.bounce(group, id);
        break;
      case 'delete':
        account.remove(group, id);
        countOne(this.removals, id);
        break;
      case 'rename':
        try {
          account.changeEmail(id, `m${change.value}@example.org`);
        } catch {
          // the address is taken: nothing happens
        }
    }
  }

  async poll({ meanwhile, diesAt, timeUpAt, stale }: Poll): Promise<void> {
    let requests = 0;
    let emits = 0;
    let jump = 0;
    const clock: Clock = {
      now: () => this.ownNow + jump,
      elapsed: () => this.ownNow + jump,
      sleep: () => Promise.resolve(),
      random: () => 0,
    };
    const before = (): void => {
      requests += 1;
      for (const { before: number, change } of meanwhile) if (number === requests) this.change(change);
    };
    const emit = (): void => {
      emits += 1;
      if (emits === diesAt) throw new Died('killed');
      if (emits === timeUpAt) jump = 3_600_000;
    };
    const stored = this.snapshots.at(stale ? -2 : -1) ?? this.snapshots.at(-1);
    const scope = this.groups.length === 1 ? String(this.groups[0]) : 'all';
    const io = {
      api: watched(this.api, before),
      clock,
      logger: recordingLogger(),
      requests: () => requests,
      deliver: async (receiver: Receiver, group: { id: string }) => {
        if (this.options.emitConcurrency > 1) await this.overtaken();
        emit();
        this.deliver(`${group.id} ${receiver.id}`, contentHash(receiver));
      },
      deliverDeletion: (id: string) => {
        emit();
        countOne(this.gone, id);
        return Promise.resolve();
      },
      save: (snapshot: object) => {
        emit();
        const text = JSON.stringify(snapshot);
        this.largestSnapshot = Math.max(this.largestSnapshot, text.length);
        this.snapshots.push(JSON.parse(text) as unknown);
        return Promise.resolve();
      },
    };
    const settings = {
      groups: this.groups.toSorted(compareIds).map((id) => ({ id, name: id })),
      pageSize: this.options.pageSize,
      maxRunMinutes: 15,
      changeDetection: this.options.detection,
      emitDeletions: this.options.detection === 'content',
      emitConcurrency: this.options.emitConcurrency,
    };
    await poll(stateFor(parseSnapshot(stored), scope, undefined), settings, io).catch((error: unknown) => {
      if (!(error instanceof Died)) throw error;
    });
  }

  /** Receivers whose last message is not what the account holds now, in words. */
  outdated(): string[] {
    return this.groups.flatMap((group) =>
      this.sandbox.account.receivers(group).flatMap((wire) => {
        const receiver = wire as unknown as Receiver;
        const last = this.delivered.get(`${group} ${receiver.id}`);
        if (last?.hash === contentHash(receiver)) return [];
        return [`${receiver.email} of group ${group} ${last ? 'has changed since it was sent' : 'was never sent'}`];
      }),
    );
  }

  /** Who was sent, is in no group any more, and was not announced as gone. */
  unannounced(): string[] {
    const present = new Set(
      this.groups.flatMap((group) => this.sandbox.account.receivers(group).map(({ id }) => String(id))),
    );
    const sent = new Set([...this.delivered.keys()].map((key) => key.split(' ')[1] ?? ''));
    return [...sent].filter((id) => !present.has(id) && !this.gone.has(id));
  }

  /** Who was announced as gone more often than he went; a run that dies may say it once more. */
  announcedTooOften(deaths: number): string[] {
    return [...this.gone].flatMap(([id, times]) => {
      const removals = this.removals.get(id) ?? 0;
      return times <= removals + deaths
        ? []
        : [`${id} was announced as gone ${times} times, and went ${removals} times`];
    });
  }

  async close(): Promise<void> {
    await this.sandbox.close();
  }

  /** Resolves after some turns of the event loop, after fewer of them at times than for one that came before. */
  private async overtaken(): Promise<void> {
    for (let turns = 3 - ((this.messages += 1) % 4); turns > 0; turns -= 1) await setImmediate();
  }

  private deliver(key: string, hash: string): void {
    if (this.delivered.get(key)?.hash === hash) this.repeats += 1;
    this.delivered.set(key, { hash });
  }
}

/** The same API, with something happening before each request. */
function watched(api: CleverReachApi, before: () => void): CleverReachApi {
  return {
    ...api,
    receivers: (...args) => {
      before();
      return api.receivers(...args);
    },
    receiver: (...args) => {
      before();
      return api.receiver(...args);
    },
  };
}

function countOne(counts: Map<string, number>, id: string): void {
  counts.set(id, (counts.get(id) ?? 0) + 1);
}

/** A list of events as a story, a line each. */
export function story(options: FlowOptions, events: readonly Event[]): string {
  const { groups, detection, pageSize, emitConcurrency, hasPolled } = options;
  const flow = `${groups} groups are polled by ${detection}, in pages of ${pageSize}, with ${emitConcurrency} messages at once, ${hasPolled ? 'once so far' : 'for the first time'}.`;
  return [flow, ...events.map((event, index) => `${index + 1}. ${sentence(event)}`)].join('\n');
}

const DEEDS = {
  edit: 'is edited',
  tag: 'is tagged',
  unsubscribe: 'unsubscribes',
  bounce: 'bounces',
  delete: 'is deleted',
  rename: 'gets another address',
} as const;

function sentence(event: Event): string {
  switch (event.kind) {
    case 'register':
      return `n${event.name}@example.org registers in group ${event.group}`;
    case 'import':
      return `n${event.name}@example.org is imported into group ${event.group}`;
    case 'wait':
      return `${event.seconds} seconds pass`;
    case 'clock':
      return `CleverReach's clock jumps by ${event.seconds} seconds`;
    case 'switch':
      return 'the other way to see changes is chosen';
    case 'poll':
      return pollSentence(event);
    case 'edit':
    case 'tag':
    case 'unsubscribe':
    case 'bounce':
    case 'delete':
    case 'rename':
      return `receiver no. ${event.who} of group ${event.group} ${DEEDS[event.kind]} (${event.value})`;
  }
}

function pollSentence({ meanwhile, diesAt, timeUpAt, stale }: Poll): string {
  return [
    `a poll${stale ? ' from the snapshot before the last one' : ''}`,
    ...(diesAt > 0 ? [`it dies at emit ${diesAt}`] : []),
    ...(timeUpAt > 0 ? [`its time is up at emit ${timeUpAt}`] : []),
    ...meanwhile.map(({ before, change }) => `before request ${before} ${sentence(change)}`),
  ].join('; ');
}
