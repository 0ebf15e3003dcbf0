/**
 * A platform in one process: loads the modules that component.json names, calls `process` as the runtimes do, passes
 * each emitted message to the queue of the next step, and keeps snapshots. Used to test a flow without deploying it.
 */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { redactEmails } from '../../lib/utils/redactEmails';
import type { MappingMessage } from '../../lib/mapping/message';
import { isObject } from '../../lib/utils/objects';
import { stepsFrom } from './flowCheck';
import type { Flow, FlowStep } from './flowFile';
import { mapMessage } from './mapper';
import { MessageQueue } from './messageQueue';
import { recordUidOf } from './payload';

/**
 * How many messages a step gets at the same time, as in a container with RABBITMQ_PREFETCH_SAILOR=100 (OIH), or in a node
 * of elastic.io with a `prefetch` of 100. The platforms' own default is 1.
 */
export const PREFETCH = 100;
/** How often a message that a step hands back is redelivered, and after which delay. */
const REBOUNDS = 5;
const REBOUND_DELAY_MS = 5_000;
/** Errors that require a correction before the message is redelivered; here that means the next run. */
const CORRECTABLE = new Set(['ConfigurationError', 'AuthorisationError', 'NotFoundError']);
/** Maximum shown length of a record's id. */
const ID_LENGTH = 100;

export interface PlatformEvents {
  /**
   * Called when a step has sent a message.
   * @param record the record of the message for which it was sent, as for `failed`; undefined for the first step
   */
  sent?(step: FlowStep, message: unknown, record?: string): void;
  /** Called for each message, after its mapper, that a step of another component would receive. Such a step does not run. */
  foreign?(step: FlowStep, message: unknown): void;
  /**
   * Called when a step has failed for a message, or completely.
   * @param record the record of the message: `record 70211`, or `message 3 of step_1`; undefined for the first step
   */
  failed?(step: FlowStep, error: Error, record?: string): void;
  /** Called when a step has handed a message back, before the wait for its redelivery. */
  handedBack?(step: FlowStep, error: Error, again: Redelivery, record?: string): void;
  log?(level: string, text: string, step: FlowStep): void;
}

/** The redelivery of a message. */
export interface Redelivery {
  /** 1 for the first redelivery. */
  number: number;
  most: number;
  seconds: number;
}

/** A message on its way to a step. */
interface Delivery {
  payload: unknown;
  mapper: unknown;
  /** The name of the record in failures. */
  record: string;
  from: FlowStep;
}

interface PlatformOptions {
  /** See {@link PREFETCH}. */
  prefetch?: number;
  /** Milliseconds until a message that was handed back is redelivered. */
  reboundDelayMs?: number;
}

type Process = (this: unknown, ...args: unknown[]) => Promise<unknown>;

const descriptorShape = z.object({
  triggers: z.record(z.string(), z.object({ main: z.string() })),
  actions: z.record(z.string(), z.object({ main: z.string() })),
});

export class LocalPlatform {
  /** The last snapshot of every step. */
  readonly snapshots = new Map<string, unknown>();
  /** Number of messages sent by every step. */
  private readonly counts = new Map<string, number>();
  private readonly queues = new Map<FlowStep, MessageQueue<Delivery>>();
  private readonly options: Required<PlatformOptions>;
  private readonly require: NodeJS.Require;

  /**
   * @param root the folder with component.json
   * @param credentials what the platform would add to the fields of every step
   * @throws Error if a step of the component is not built
   */
  constructor(
    private readonly root: string,
    private readonly flow: Flow,
    private readonly credentials: Record<string, unknown>,
    private readonly events: PlatformEvents = {},
    options: PlatformOptions = {},
  ) {
    this.require = createRequire(path.join(root, 'component.json'));
    this.checkBuild();
    this.options = { prefetch: PREFETCH, reboundDelayMs: REBOUND_DELAY_MS, ...options };
  }

  /**
   * One tick: the first step runs, and the messages pass the whole flow. As with a broker, an emit resolves when the
   * message is in the queue of the next step.
   * @param payload the message for the first step; a trigger needs none
   */
  async tick(payload: Partial<MappingMessage> = {}): Promise<void> {
    const { metadata = {}, data = {} } = payload;
    const body = payload.data === undefined ? {} : { metadata, data };
    await this.run(this.flow.first, this.flow.platform === 'oih' ? { metadata, data } : { body, headers: {} });
    // a step whose queue was empty may have got messages while the others were awaited
    for (let busy = this.busy(); busy.length > 0; busy = this.busy()) {
      await Promise.all(busy.map((queue) => queue.idle()));
    }
  }

  private busy(): MessageQueue<Delivery>[] {
    return [...this.queues.values()].filter((queue) => !queue.isIdle);
  }

  private queueOf(step: FlowStep): MessageQueue<Delivery> {
    const queue = this.queues.get(step) ?? this.newQueue(step);
    this.queues.set(step, queue);
    return queue;
  }

  private newQueue(step: FlowStep): MessageQueue<Delivery> {
    return new MessageQueue(this.options.prefetch, async ({ payload, mapper, record, from }) => {
      const mapped = mapper === undefined ? payload : await mapMessage(mapper, payload).catch(toError);
      if (!(mapped instanceof Error)) return () => this.run(step, mapped, record);
      this.events.failed?.(step, new Error(`The mapper after ${from.id} fails: ${mapped.message}`), record);
      return undefined;
    });
  }

  private async run(step: FlowStep, message: unknown, record?: string, attempt = 0): Promise<void> {
    const main = this.mainOf(step);
    if (main === undefined) {
      this.events.foreign?.(step, message);
      return;
    }
    const outcome: { handedBack?: Error } = {};
    const context = {
      errorCount: 0,
      logger: this.loggerOf(step),
      emit: async (event: string, payload: unknown) => {
        if (event === 'data') await this.forward(step, payload, record);
        else if (event === 'snapshot') this.snapshots.set(step.id, structuredClone(payload));
        else if (event === 'rebound') outcome.handedBack = toError(payload);
        else if (event === 'error') this.events.failed?.(step, toError(payload), record);
        return true;
      },
    };
    const cfg = { ...step.fields, nodeSettings: step.nodeSettings, ...this.credentials };
    const args = [structuredClone(message), cfg, structuredClone(this.snapshots.get(step.id) ?? {})];
    if (this.flow.platform === 'oih') args.push({}, { function: step.function, fields: cfg });
    try {
      await this.load(main).apply(context, args);
    } catch (error) {
      this.events.failed?.(step, toError(error), record);
    }
    if (!outcome.handedBack) return;
    if (CORRECTABLE.has(outcome.handedBack.name)) {
      this.events.failed?.(step, outcome.handedBack, record);
      return;
    }
    if (attempt >= REBOUNDS) {
      const why = `The step handed the message back ${REBOUNDS + 1} times, so it is given up: ${outcome.handedBack.message}`;
      this.events.failed?.(step, new Error(why, { cause: outcome.handedBack }), record);
      return;
    }
    const seconds = this.options.reboundDelayMs / 1_000;
    this.events.handedBack?.(step, outcome.handedBack, { number: attempt + 1, most: REBOUNDS, seconds }, record);
    await sleep(this.options.reboundDelayMs);
    await this.run(step, message, record, attempt + 1);
  }

  /** The module of a step; undefined for a step of another component. */
  private mainOf(step: FlowStep): string | undefined {
    const { triggers, actions } = descriptorShape.parse(this.require('./component.json'));
    const steps = { ...triggers, ...actions };
    return Object.hasOwn(steps, step.function) ? steps[step.function]?.main : undefined;
  }

  private checkBuild(): void {
    const mains = stepsFrom(this.flow.first).flatMap((step) => this.mainOf(step) ?? []);
    if (mains.some((main) => !existsSync(path.join(this.root, main))))
      throw new Error('The component is not built: run "npm run build".');
  }

  private load(main: string): Process {
    const loaded: unknown = this.require(path.join(this.root, main));
    return z.object({ process: z.custom<Process>((value) => typeof value === 'function') }).parse(loaded).process;
  }

  private async forward(step: FlowStep, payload: unknown, of?: string): Promise<void> {
    this.events.sent?.(step, payload, of);
    const position = (this.counts.get(step.id) ?? 0) + 1;
    this.counts.set(step.id, position);
    const uid = recordUidOf(payload);
    const record = uid === undefined ? `message ${position} of ${step.id}` : `record ${shortened(uid)}`;
    for (const { target, mapper } of step.next) {
      await this.queueOf(target).add({ payload: structuredClone(payload), mapper, record, from: step });
    }
  }

  private loggerOf(step: FlowStep): Record<'trace' | 'debug' | 'info' | 'warn' | 'error', (text: string) => void> {
    const at = (level: string) => (text: string) => this.events.log?.(level, text, step);
    return { trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  }
}

/** An id may be the address of a person. */
function shortened(uid: string): string {
  return redactEmails(uid).slice(0, ID_LENGTH);
}

/** A thrown or emitted value may be something other than an Error. */
function toError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  const text = isObject(thrown) ? thrown['message'] : thrown;
  return new Error(
    typeof text === 'string' && text !== '' ? text : `a value that is not an error was thrown (${typeof thrown})`,
    { cause: thrown },
  );
}
