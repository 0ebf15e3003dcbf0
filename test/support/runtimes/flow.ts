/** A running flow: its containers, their messages, and operations to drive and to disturb them. */

import { z } from 'zod';
import { noteSecrets, searchForSecrets } from '../secrets';
import { Bell } from './bell';
import { Container, type Exit, type Outcome } from './container';
import { CuttableProxy } from './cuttableProxy';
import { environment } from './environment';
import { Journal, type Kind, type Published } from './journal';
import type { Credential, Platform, Runtime, StepPlan, FlowRecord, Wiring } from './plan';

/** One message that a step has handled: what it published in the meantime, and how it ended. */
export interface Handled {
  outcome: Outcome;
  data: readonly Message[];
  errors: readonly string[];
  snapshots: readonly unknown[];
  rebounds: readonly Published[];
  /** All messages, in the order in which the broker accepted them. */
  published: readonly Published[];
  /** What the component logged. */
  log: readonly string[];
}

/** A data message in a format that the next step can read. */
export interface Message extends FlowRecord {
  /** The value by which a following step recognises a repeated message. */
  id: string;
}

export interface FlowOptions {
  steps: readonly StepPlan[];
  credential: Credential;
  /** Environment variables of every container. */
  env: Record<string, string>;
  /** Puts a proxy between the containers and the broker, so that their connections can be cut. */
  cuttable?: boolean;
}

const errorContent = z.looseObject({ message: z.string() });
const messageId = z.looseObject({ messageId: z.string() });

export class Flow {
  readonly bell = new Bell();
  readonly containers: { step: string; container: Container }[] = [];
  readonly journal: Journal;
  readonly platform: Platform;

  private constructor(
    readonly runtime: Runtime,
    readonly wiring: Wiring,
    private readonly options: FlowOptions,
    private readonly proxy: CuttableProxy | undefined,
  ) {
    this.platform = wiring.platform;
    this.journal = new Journal(wiring.topology.channel, wiring.journalQueue, this.bell);
  }

  static async open(runtime: Runtime, options: FlowOptions): Promise<Flow> {
    const brokerUrl = environment().RUNTIMES_AMQP_URL;
    const proxy = options.cuttable ? await CuttableProxy.before(brokerUrl) : undefined;
    const wiring = await runtime.wire({ ...options, containerAmqpUrl: proxy?.url ?? brokerUrl });
    const flow = new Flow(runtime, wiring, options, proxy);
    noteSecrets(options.credential);
    await flow.journal.open(wiring.read, ({ kind, step, content }) => {
      searchForSecrets(`a message (${kind})`, JSON.stringify([content]));
      // the platform stores what arrives, one after the other
      if (kind === 'snapshot') flow.platform.snapshots.set(step, content);
    });
    return flow;
  }

  /** @param step `step_1` is the first */
  start(step: string): Container {
    const env = this.wiring.env(step);
    noteSecrets(env);
    const container = new Container(this.bell, this.runtime.image(), env, (line) => {
      searchForSecrets('a log', line);
    });
    this.containers.push({ step, container });
    return container;
  }

  /** Starts the containers of all steps. */
  startAll(): void {
    for (const [index, { replicas = 1 }] of this.options.steps.entries()) {
      for (let replica = 0; replica < replicas; replica += 1) this.start(`step_${index + 1}`);
    }
  }

  cutConnections(): void {
    this.proxy?.cut();
  }

  /** Waits for something, and fails immediately if a container ends unexpectedly. */
  async until<T>(look: () => T | undefined | false, what: string, timeoutMs?: number): Promise<T> {
    const watched = (): T | undefined | false => {
      for (const { container } of this.containers) container.assertAlive();
      return look();
    };
    return await this.bell.until(watched, () => `${what}; ${this.summary()}`, timeoutMs);
  }

  published(step: string, kind: Kind): readonly Published[] {
    return this.journal.of(step, kind);
  }

  messagesOf(entries: readonly Published[]): Message[] {
    return entries
      .filter((entry) => entry.kind === 'data')
      .map((entry) => {
        const record = this.runtime.recordOf(entry.content);
        if (!record) throw new Error(`The next step cannot read ${JSON.stringify(entry.content).slice(0, 500)}`);
        return { ...record, id: messageId.parse(entry.headers).messageId };
      });
  }

  outcomesOf(step: string): Outcome[] {
    return this.containersOf(step).flatMap((container) => container.outcomes);
  }

  containersOf(step: string): Container[] {
    return this.containers.filter((one) => one.step === step).map((one) => one.container);
  }

  async close(): Promise<void> {
    await Promise.all(this.containers.map(({ container }) => container.end('SIGKILL')));
    await this.wiring.close();
    await this.proxy?.close();
  }

  private summary(): string {
    const counts = new Map<string, number>();
    for (const { step, kind } of this.journal.entries) {
      counts.set(`${step} ${kind}`, (counts.get(`${step} ${kind}`) ?? 0) + 1);
    }
    const published = [...counts].map(([name, count]) => `${name}: ${count}`).join(', ');
    const errors = this.journal.entries.filter((entry) => entry.kind === 'error').map(errorText);
    const logs = this.containers.map(({ container }) => container.tail()).join('\n---\n');
    return `published so far: ${published || 'nothing'}; ${errors.slice(-3).join(' | ')}\n${logs}`;
  }
}

/** The first step of a flow, alone or as the step under test. */
export class Step {
  constructor(
    readonly flow: Flow,
    readonly id = 'step_1',
  ) {}

  get platform(): Platform {
    return this.flow.platform;
  }

  get data(): Message[] {
    return this.flow.messagesOf(this.flow.published(this.id, 'data'));
  }

  get errors(): string[] {
    return this.flow.published(this.id, 'error').map(errorText);
  }

  start(): Container {
    return this.flow.start(this.id);
  }

  /** The container that was started last. */
  get container(): Container {
    const last = this.flow.containersOf(this.id).at(-1);
    if (!last) throw new Error(`${this.id} was not started.`);
    return last;
  }

  /** Sends a tick of the scheduler, and returns what the step does. */
  async tick(timeoutMs?: number): Promise<Handled> {
    return await this.watch(() => this.flow.wiring.publish(this.id), 1, timeoutMs);
  }

  /** Sends a message to the step, and returns what the step does. */
  async handle(record: FlowRecord, timeoutMs?: number): Promise<Handled> {
    return await this.watch(() => this.flow.wiring.publish(this.id, record), 1, timeoutMs);
  }

  /** Puts a tick into the queue without waiting. */
  async enqueueTick(): Promise<void> {
    await this.flow.wiring.publish(this.id);
  }

  async enqueue(record: FlowRecord): Promise<void> {
    await this.flow.wiring.publish(this.id, record);
  }

  /** Runs the work, and waits until the step has handled `messages` more messages. */
  async watch(cause: () => Promise<void> | void, messages = 1, timeoutMs?: number): Promise<Handled> {
    const from = { entries: this.flow.journal.entries.length, outcomes: this.outcomes.length, log: this.log.length };
    await cause();
    const wanted = from.outcomes + messages;
    await this.flow.until(() => this.outcomes.length >= wanted, `${this.id} to end a message`, timeoutMs);
    await this.flow.journal.settle();
    const outcome = this.outcomes[wanted - 1] ?? 'reject';
    // OIH's runtime rejects a message before it reports the error
    const errorsFrom = (): boolean => this.flow.journal.entries.slice(from.entries).some(isErrorOf(this.id));
    if (outcome === 'reject') await this.flow.until(errorsFrom, `the error of ${this.id}`, timeoutMs);
    const published = this.flow.journal.entries.slice(from.entries).filter((entry) => entry.step === this.id);
    const of = (kind: Kind): Published[] => published.filter((entry) => entry.kind === kind);
    return {
      outcome,
      data: this.flow.messagesOf(published),
      errors: of('error').map(errorText),
      snapshots: of('snapshot').map((entry) => entry.content),
      rebounds: of('rebound'),
      published,
      log: this.log.slice(from.log),
    };
  }

  async until<T>(look: () => T | undefined | false, what: string, timeoutMs?: number): Promise<T> {
    return await this.flow.until(look, what, timeoutMs);
  }

  /** Waits until so many data messages have been published. */
  async untilSent(count: number, timeoutMs?: number): Promise<void> {
    const errorsBefore = this.errors.length;
    await this.until(
      () => {
        const isThere = this.flow.published(this.id, 'data').length >= count;
        const error = this.errors[errorsBefore];
        if (!isThere && error !== undefined) throw new Error(`${this.id} failed instead of sending: ${error}`);
        return isThere;
      },
      `${count} messages of ${this.id}`,
      timeoutMs,
    );
  }

  /**
   * The next tick of the scheduler, or the redelivery of the broker, finds a new container; the platform has stored
   * everything that was sent.
   */
  async restart(): Promise<void> {
    await this.flow.journal.settle();
    this.start();
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<Exit> {
    return await this.container.end(signal);
  }

  private get outcomes(): Outcome[] {
    return this.flow.outcomesOf(this.id);
  }

  private get log(): string[] {
    return this.flow.containersOf(this.id).flatMap((container) => container.componentLog);
  }
}

const isErrorOf =
  (step: string) =>
  (entry: Published): boolean =>
    entry.step === step && entry.kind === 'error';

function errorText(entry: Published): string {
  const parsed = errorContent.safeParse(entry.content);
  return parsed.success ? parsed.data.message : JSON.stringify(entry.content);
}
