import type { Row, RowOptions, RowResult, Scale } from '../row';
import { withProcesses } from '../support/withProcesses';
import type { Processes } from '../support/child';

const SIZES: Record<Scale, { receivers: number; polls: number }> = {
  full: { receivers: 100_000, polls: 288 },
  quick: { receivers: 20_000, polls: 48 },
  tiny: { receivers: 1_000, polls: 14 },
};
const GROUPS = 5;
const EVENTS = 130;
const POLLS_PER_DAY = 288;
const SECONDS_PER_POLL = 300;
const CHANGES_PER_DAY = 500;

export const day: Row = {
  number: 8,
  title: 'A day of polls',
  explanation:
    'The same account for a day of its clock, on elastic.io: a poll every five minutes, a full read every hour, ' +
    'and 500 changes, of which every other one is an edit in the back end that only a full read finds. All polls ' +
    'are carried out, and the server counts the requests and the bodies of its responses.',
  run: (options) => withProcesses((processes) => run(processes, options)),
};

async function run(processes: Processes, { scale, progress }: RowOptions): Promise<RowResult> {
  const { receivers, polls } = SIZES[scale];
  const server = await processes.server({ receivers, groups: GROUPS, events: EVENTS, isDirect: true });
  const worker = processes.worker();
  const poll = { kind: 'poll', server, runtime: 'elastic.io', fields: { skipTransformation: true } } as const;
  progress('first read');
  let { snapshot } = await worker(poll);
  let total = { requests: 0, bytes: 0, fullReads: 0, changes: 0, sent: 0 };
  for (let number = 1; number <= polls; number += 1) {
    progress(`poll ${number} of ${polls}`);
    const changes = Math.floor((number * CHANGES_PER_DAY) / POLLS_PER_DAY);
    for (let change = total.changes; change < changes; change += 1)
      await server.change(change % 2 === 0 ? 'unsubscribe' : 'edit', 1);
    await server.advance(SECONDS_PER_POLL);
    await server.traffic();
    const done = await worker({ ...poll, snapshot });
    const { requests, bytesSent } = await server.traffic();
    snapshot = done.snapshot;
    total = {
      requests: total.requests + requests,
      bytes: total.bytes + bytesSent,
      fullReads: total.fullReads + (done.report?.startsWith('Full read') === true ? 1 : 0),
      changes,
      sent: total.sent + done.sent,
    };
  }
  return {
    lines: [
      { what: 'polls', value: polls, unit: 'polls' },
      { what: 'of which full reads', value: total.fullReads, unit: 'full reads' },
      { what: 'changes', value: total.changes, unit: 'changes' },
      { what: 'sent', value: total.sent, unit: 'messages' },
      { what: 'all polls together', value: total.requests, unit: 'requests', target: { atMost: 4_500 } },
      { what: 'all polls together', value: total.bytes / 1e9, unit: 'GB', target: { atMost: 1.6 } },
    ],
  };
}
