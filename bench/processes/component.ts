/** Runs the component under a runtime that accepts every message immediately and stores only the last snapshot. */

import { process as upsert } from '../../lib/actions/upsertReceiver';
import { process as pollGroup } from '../../lib/triggers/getReceiversByGroupIdPolling';
import { process as pollAccount } from '../../lib/triggers/getReceiversPolling';
import type { RuntimeContext } from '../../lib/platform/runtimeContext';
import type { Work } from './protocol';

interface Outcome {
  receivers: number;
  sent: number;
  report?: string;
  snapshot?: unknown;
}

/** Properties that OIH's orchestrator passes; elastic.io's runtime passes none. */
const OIH = [{}, { flowId: 'flow', stepId: 'step_1' }];

export async function pollOnce(work: Extract<Work, { kind: 'poll' }>): Promise<Outcome> {
  const { server, snapshot = {}, fields } = work;
  const runtime = new Runtime();
  const isOneGroup = server.groups === 1;
  const cfg = { ...(isOneGroup && { groupId: server.groupId }), key: server.token, ...fields };
  const args = work.runtime === 'oih' ? OIH : [];
  await (isOneGroup ? pollGroup : pollAccount).call(runtime.context, {}, cfg, snapshot, ...args);
  const report = runtime.lines.at(-1) ?? '';
  const read = /: (\d+) receivers read/.exec(report);
  if (!read) throw new Error(`the poll did not report what it has read: ${runtime.lines.join(' ')}`);
  return { receivers: Number(read[1]), sent: runtime.sent, report, snapshot: runtime.snapshot ?? snapshot };
}

/** Passes every record to the action, with at most `prefetch` concurrent calls. */
export async function writeAll(work: Extract<Work, { kind: 'write' }>): Promise<Outcome> {
  const { server, records, prefetch } = work;
  const runtime = new Runtime();
  const cfg = { groupId: server.groupId, key: server.token, skipTransformation: true };
  const waiting = records.values();
  const consume = async (): Promise<void> => {
    for (const data of waiting) await upsert.call(runtime.context, { metadata: {}, data }, cfg, {}, ...OIH);
  };
  await Promise.all(Array.from({ length: prefetch }, consume));
  return { receivers: records.length, sent: runtime.sent };
}

class Runtime {
  sent = 0;
  snapshot: unknown;
  readonly lines: string[] = [];
  readonly context: RuntimeContext = {
    errorCount: 0,
    logger: {
      debug: () => undefined,
      info: (text) => {
        this.note(text);
      },
      warn: (text) => {
        this.note(text);
      },
      error: (text) => {
        this.note(text);
      },
    },
    emit: (event, payload) => {
      if (event === 'data') this.sent += 1;
      if (event === 'snapshot') this.snapshot = payload;
      return event === 'rebound' ? Promise.reject(toError(payload)) : Promise.resolve(true);
    },
  };

  /** A long run logs more than is read here. */
  private note(text: string): void {
    this.lines.push(text);
    if (this.lines.length > 10) this.lines.shift();
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
