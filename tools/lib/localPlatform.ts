/**
 * A platform in one process: loads what component.json names, calls `process` as the runtimes do, hands what is emitted to
 * the next step, message by message, and keeps snapshots. For trying a flow without deploying it.
 */

import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import jsonata from 'jsonata';
import { z } from 'zod';
import type { Flow, FlowStep } from './flowFile';

/** A message that a step hands back comes again this often, and after this long. */
const REBOUNDS = 5;
const REBOUND_DELAY_MS = 5_000;

export interface PlatformEvents {
  /** A step has sent a message. */
  sent?(step: FlowStep, message: unknown): void;
  /** A step has failed with a message, or as a whole. */
  failed?(step: FlowStep, error: Error): void;
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

  /**
   * @param root the folder with component.json
   * @param credentials what the platform would add to the fields of every step
   */
  constructor(
    private readonly root: string,
    private readonly flow: Flow,
    private readonly credentials: Record<string, unknown>,
    private readonly events: PlatformEvents = {},
  ) {}

  /** One tick: the first step runs, and every message goes through the whole flow before the next. */
  async tick(): Promise<void> {
    const empty = this.flow.platform === 'oih' ? { data: {}, metadata: {} } : { body: {}, headers: {} };
    await this.run(this.flow.first, empty);
  }

  private async run(step: FlowStep, message: unknown, attempt = 0): Promise<void> {
    const outcome = { handedBack: false };
    const context = {
      errorCount: 0,
      logger: this.loggerOf(step),
      emit: async (event: string, payload: unknown) => {
        if (event === 'data') await this.forward(step, payload);
        else if (event === 'snapshot') this.snapshots.set(step.id, structuredClone(payload));
        else if (event === 'rebound') outcome.handedBack = true;
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
    if (attempt >= REBOUNDS) {
      this.events.failed?.(step, new Error(`The message was handed back ${REBOUNDS} times.`));
      return;
    }
    await sleep(REBOUND_DELAY_MS);
    await this.run(step, message, attempt + 1);
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
    for (const { target, mapper } of step.next) {
      const message: unknown = structuredClone(payload);
      await this.run(
        target,
        mapper === undefined ? message : { headers: {}, body: await applyMapper(mapper, bodyOf(message)) },
      );
    }
  }

  private loggerOf(step: FlowStep): Record<'trace' | 'debug' | 'info' | 'warn' | 'error', (text: string) => void> {
    const at = (level: string) => (text: string) => this.events.log?.(level, text, step);
    return { trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  }
}

/** elastic.io's mapper: an object whose texts are JSONata expressions over the body of the message. */
async function applyMapper(mapper: unknown, body: unknown): Promise<unknown> {
  if (typeof mapper === 'string') return (await jsonata(mapper).evaluate(body, {})) as unknown;
  if (typeof mapper !== 'object' || mapper === null) return mapper;
  const entries = Object.entries(mapper).map(async ([key, part]) => [key, await applyMapper(part, body)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

function bodyOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'body' in message ? message.body : message;
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
