import type { Row, RowOptions, RowResult, Scale } from '../row';
import { changed, newReceivers } from '../support/records';
import type { Processes, Server } from '../support/child';
import type { Done, Traffic } from '../processes/protocol';
import { withProcesses } from '../support/withProcesses';

const LATENCY_MS = 100;
const PREFETCH = 100;
const SIZES: Record<Scale, { alone: number; together: number }> = {
  full: { alone: 100, together: 3_000 },
  quick: { alone: 20, together: 1_000 },
  tiny: { alone: 2, together: 100 },
};

export const upsert: Row = {
  number: 5,
  title: 'The action, one message at a time and with a prefetch of 100',
  explanation:
    'Every request to CleverReach takes 100 ms. With one message at a time, each receiver is looked up and ' +
    'written separately. With a prefetch of 100 (`RABBITMQ_PREFETCH_SAILOR`), messages that arrive during a ' +
    'request are looked up and written together.',
  run: (options) => withProcesses((processes) => run(processes, options)),
};

async function run(processes: Processes, { scale, progress }: RowOptions): Promise<RowResult> {
  const { alone, together } = SIZES[scale];
  const server = await processes.server({ receivers: 10, latencyMs: LATENCY_MS });
  progress(`${alone} new receivers, one at a time`);
  const single = await write(processes, server, newReceivers('a', alone), 1);
  progress(`${together} new receivers, ${PREFETCH} at a time`);
  const fresh = await write(processes, server, newReceivers('b', together), PREFETCH);
  progress(`${together} changed receivers, ${PREFETCH} at a time`);
  const edited = await write(processes, server, changed(newReceivers('b', together)), PREFETCH);
  const requests = { unit: 'requests per message', target: { atMost: 0.05 } };
  return {
    lines: [
      { what: 'one at a time', value: rate(single.done), unit: 'messages per second' },
      { what: `prefetch of ${PREFETCH}`, value: rate(fresh.done), unit: 'messages per second' },
      {
        what: `prefetch of ${PREFETCH} against one at a time`,
        value: rate(fresh.done) / rate(single.done),
        unit: '×',
        target: { atLeast: 40 },
      },
      { what: 'new receivers, one at a time', value: single.traffic.requests / alone, unit: 'requests per message' },
      { what: `new receivers, prefetch of ${PREFETCH}`, value: fresh.traffic.requests / together, ...requests },
      { what: `changed receivers, prefetch of ${PREFETCH}`, value: edited.traffic.requests / together, ...requests },
    ],
  };
}

async function write(
  processes: Processes,
  server: Server,
  records: readonly Record<string, unknown>[],
  prefetch: number,
): Promise<{ done: Done; traffic: Traffic }> {
  await server.traffic();
  const done = await processes.alone({ kind: 'write', server, records, prefetch });
  if (done.sent !== records.length) throw new Error(`${done.sent} of ${records.length} messages were answered`);
  return { done, traffic: await server.traffic() };
}

const rate = ({ receivers, wallMs }: Done): number => (receivers * 1000) / wallMs;
