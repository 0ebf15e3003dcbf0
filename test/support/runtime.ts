/**
 * A fake runtime in this process. It keeps the order of confirmations, and passes the snapshot from call to call. A
 * test can make an emit fail, delay it, or end the run. A message that does not match the schema of the step, or
 * contains a secret, fails the test.
 */

import { setImmediate } from 'node:timers/promises';
import type { RuntimeContext } from '../../lib/platform/runtimeContext';
import { checkDeclaredSchema } from './declaredSchema';
import { visibleIn } from './http';
import { noteSecrets, searchForSecrets } from './secrets';

export interface Emitted {
  event: string;
  payload: unknown;
}

export interface Sent {
  metadata: Record<string, unknown>;
  data: Record<string, unknown>;
}

type Process = (
  this: RuntimeContext,
  message: unknown,
  cfg: unknown,
  snapshot?: unknown,
  headers?: unknown,
  tokenData?: unknown,
) => Promise<void>;

export class FakeRuntime {
  emitted: Emitted[] = [];
  readonly log: string[] = [];
  /** The headers of incoming messages, on OIH. */
  headers: Record<string, unknown> = {};
  /** The snapshot that the platform has stored. */
  snapshot: unknown = {};
  /** Called before an emit is confirmed; may throw, or report a failure by raising the count of errors. */
  onEmit: (emitted: Emitted, context: RuntimeContext) => void | Promise<void> = () => undefined;
  /**
   * The number of turns of the event loop until an emit is confirmed, by the number of the emit; with different
   * numbers, confirmations change their order.
   */
  turnsOf: (emit: number) => number = () => 0;
  /** The highest number of unconfirmed emits in the last call. */
  mostInFlight = 0;

  constructor(
    private readonly kind: 'oih' | 'elastic.io',
    private readonly process: Process,
    public cfg: Record<string, unknown>,
    /** The function whose schema the messages must match, if a test has wrapped `process`. */
    private readonly announcing: unknown = process,
  ) {
    noteSecrets(cfg);
  }

  /** One call of `process`; resolves or rejects as it does. */
  async run(message: unknown = {}): Promise<this> {
    this.emitted = [];
    this.mostInFlight = 0;
    let emits = 0;
    let inFlight = 0;
    const line = (level: string) => (text: string) => {
      this.log.push(`${level} ${text}`);
      searchForSecrets('the log', text);
    };
    const context: RuntimeContext = {
      errorCount: 0,
      logger: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
      emit: async (event, payload) => {
        const emitted = { event, payload: structuredClone(payload) };
        // secrets may appear only where tokens are stored
        if (event === 'updateKeys') noteSecrets(payload);
        else searchForSecrets(`a ${event}`, payload instanceof Error ? visibleIn(payload) : JSON.stringify([payload]));
        if (event === 'data') checkDeclaredSchema(this.announcing, this.cfg, this.travelling(payload));
        this.mostInFlight = Math.max(this.mostInFlight, (inFlight += 1));
        try {
          for (let turns = this.turnsOf((emits += 1)); turns > 0; turns -= 1) await setImmediate();
          await this.onEmit(emitted, context);
        } finally {
          inFlight -= 1;
        }
        this.emitted.push(emitted);
        if (event === 'snapshot') this.snapshot = emitted.payload;
        return true;
      },
    };
    const extra = this.kind === 'oih' ? [structuredClone(this.headers), { flowId: 'flow', stepId: 'step_1' }] : [];
    try {
      await this.process.call(context, message, structuredClone(this.cfg), structuredClone(this.snapshot), ...extra);
    } catch (error) {
      searchForSecrets('an error', visibleIn(error));
      throw error;
    }
    return this;
  }

  of(event: string): unknown[] {
    return this.emitted.filter((emitted) => emitted.event === event).map(({ payload }) => payload);
  }

  /** The `{metadata, data}` of every message of the last call. */
  get sent(): Sent[] {
    return this.of('data').map((payload) => this.travelling(payload) as Sent);
  }

  /** The message as the next step receives it. */
  private travelling(payload: unknown): unknown {
    return this.kind === 'oih' ? payload : (payload as { body: unknown }).body;
  }

  /** The ids of receivers in the messages of the last call. */
  get ids(): unknown[] {
    return this.sent.map(({ metadata }) => metadata['recordUid']);
  }
}
