/**
 * A platform in one process: loads the modules that component.json names, calls `process` as the runtimes do, passes
 * each emitted message to the next step, and keeps snapshots. Used to test a flow without deploying it.
 */

import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import jsonata from 'jsonata';
import { z } from 'zod';
import { maskEmails } from '../../lib/utils/maskEmails';
import { characterPosition, reasonOf } from '../../lib/mapping/mappingError';
import { isObject } from '../../lib/utils/objects';
import type { Flow, FlowStep } from './flowFile';

/** Number of redeliveries of a rebounded message, and their delay. */
const REBOUNDS = 5;
const REBOUND_DELAY_MS = 5_000;
/** Errors that require a correction before the message is redelivered; here that means the next run. */
const CORRECTABLE = new Set(['ConfigurationError', 'AuthorisationError', 'NotFoundError']);
/** Maximum shown length of a record's id. */
const ID_LENGTH = 100;

export interface PlatformEvents {
  /** Called when a step has sent a message. */
  sent?(step: FlowStep, message: unknown): void;
  /**
   * Called when a step has failed for a message, or completely.
   * @param record the record of the message, if the error does not name it: `record 70211`, or `message 3 of step_1`
   */
  failed?(step: FlowStep, error: Error, record?: string): void;
  log?(level: string, text: string, step: FlowStep): void;
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

  /**
   * @param root the folder with component.json
   * @param credentials what the platform would add to the fields of every step
   * @param reboundDelayMs milliseconds until a rebounded message is redelivered
   */
  constructor(
    private readonly root: string,
    private readonly flow: Flow,
    private readonly credentials: Record<string, unknown>,
    private readonly events: PlatformEvents = {},
    private readonly reboundDelayMs = REBOUND_DELAY_MS,
  ) {}

  /** One tick: the first step runs, and every message passes the whole flow before the next one. */
  async tick(): Promise<void> {
    const empty = this.flow.platform === 'oih' ? { data: {}, metadata: {} } : { body: {}, headers: {} };
    await this.run(this.flow.first, empty);
  }

  private async run(step: FlowStep, message: unknown, record?: string, attempt = 0): Promise<void> {
    const outcome: { handedBack?: Error } = {};
    const context = {
      errorCount: 0,
      logger: this.loggerOf(step),
      emit: async (event: string, payload: unknown) => {
        if (event === 'data') await this.forward(step, payload);
        else if (event === 'snapshot') this.snapshots.set(step.id, structuredClone(payload));
        else if (event === 'rebound') outcome.handedBack = toError(payload);
        else if (event === 'error') this.events.failed?.(step, toError(payload));
        return true;
      },
    };
    const cfg = { ...step.fields, nodeSettings: step.nodeSettings, ...this.credentials };
    const args = [structuredClone(message), cfg, structuredClone(this.snapshots.get(step.id) ?? {})];
    if (this.flow.platform === 'oih') args.push({}, { function: step.function, fields: cfg });
    try {
      await this.load(step).apply(context, args);
    } catch (error) {
      this.events.failed?.(step, toError(error));
    }
    if (!outcome.handedBack) return;
    if (CORRECTABLE.has(outcome.handedBack.name)) {
      this.events.failed?.(step, outcome.handedBack, record);
      return;
    }
    if (attempt >= REBOUNDS) {
      const why = `The message was rebounded ${REBOUNDS + 1} times and is given up: ${outcome.handedBack.message}`;
      this.events.failed?.(step, new Error(why, { cause: outcome.handedBack }), record);
      return;
    }
    await sleep(this.reboundDelayMs);
    await this.run(step, message, record, attempt + 1);
  }

  private load(step: FlowStep): Process {
    const require = createRequire(path.join(this.root, 'component.json'));
    const descriptor = descriptorShape.parse(require('./component.json'));
    const entry = descriptor.triggers[step.function] ?? descriptor.actions[step.function];
    if (!entry) throw new Error(`component.json has no trigger or action "${step.function}".`);
    const loaded: unknown = require(path.join(this.root, entry.main));
    return z.object({ process: z.custom<Process>((value) => typeof value === 'function') }).parse(loaded).process;
  }

  private async forward(step: FlowStep, payload: unknown): Promise<void> {
    this.events.sent?.(step, payload);
    const position = (this.counts.get(step.id) ?? 0) + 1;
    this.counts.set(step.id, position);
    const uid = recordUidOf(payload);
    const record = uid === undefined ? `message ${position} of ${step.id}` : `record ${uid}`;
    for (const { target, mapper } of step.next) {
      const copy: unknown = structuredClone(payload);
      const mapped = mapper === undefined ? copy : await mapMessage(mapper, copy).catch(toError);
      if (!(mapped instanceof Error)) await this.run(target, mapped, record);
      else this.events.failed?.(target, new Error(`The mapper after ${step.id} fails: ${mapped.message}`), record);
    }
  }

  private loggerOf(step: FlowStep): Record<'trace' | 'debug' | 'info' | 'warn' | 'error', (text: string) => void> {
    const at = (level: string) => (text: string) => this.events.log?.(level, text, step);
    return { trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  }
}

/**
 * The message for the step after a mapper. If the mapper fails, that step gets no message; the step before has done its
 * work.
 */
async function mapMessage(mapper: unknown, message: unknown): Promise<unknown> {
  return { headers: {}, body: await applyMapper(mapper, bodyOf(message)) };
}

/**
 * elastic.io's mapper: an object whose strings are JSONata expressions over the body of the message.
 * @param at the path of this part of the mapper
 * @throws Error that states the position and reason without values of the message
 */
async function applyMapper(mapper: unknown, body: unknown, at = ''): Promise<unknown> {
  if (typeof mapper === 'string') return await applyExpression(mapper, body, at);
  const inside = (key: string | number) => (at === '' ? String(key) : `${at}.${key}`);
  if (Array.isArray(mapper))
    return await Promise.all(mapper.map((part: unknown, index) => applyMapper(part, body, inside(index))));
  if (typeof mapper !== 'object' || mapper === null) return mapper;
  const entries = Object.entries(mapper).map(
    async ([key, part]) => [key, await applyMapper(part, body, inside(key))] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function applyExpression(expression: string, body: unknown, at: string): Promise<unknown> {
  try {
    return (await jsonata(expression).evaluate(body, {})) as unknown;
  } catch (error) {
    const member = at === '' ? '' : `"${at}"`;
    const place = [member, characterPosition(error).trim()].filter((part) => part !== '').join(' ');
    throw new Error([place, reasonOf(error)].filter((part) => part !== '').join(': '), { cause: error });
  }
}

function bodyOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'body' in message ? message.body : message;
}

/** The id of the record in its application; undefined if the message contains none. */
function recordUidOf(message: unknown): string | undefined {
  const metadata = [bodyOf(message), message].map((holder) => (isObject(holder) ? holder['metadata'] : undefined));
  const uid = metadata.map((one) => (isObject(one) ? one['recordUid'] : undefined)).find((one) => one !== undefined);
  return typeof uid === 'string' || typeof uid === 'number' ? maskEmails(String(uid)).slice(0, ID_LENGTH) : undefined;
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
