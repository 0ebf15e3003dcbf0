import type { Traffic, Work } from '../processes/protocol';
import type { Line, Row, RowOptions, RowResult, Scale } from '../row';
import { assertRead } from '../support/account';
import type { Processes } from '../support/child';
import { changed, newReceivers } from '../support/records';
import { withProcesses } from '../support/withProcesses';

const SIZES: Record<Scale, { receivers: number; messages: number }> = {
  full: { receivers: 10_000, messages: 1_000 },
  quick: { receivers: 10_000, messages: 1_000 },
  tiny: { receivers: 1_000, messages: 100 },
};
const PREFETCH = 100;

export const wire: Row = {
  number: 6,
  title: 'What goes over the wire',
  explanation:
    'Requests and bytes in both directions including headers, as counted by the server. A page holds 500 ' +
    'receivers by default; each boundary between two pages is checked with a small request. A poll cannot request ' +
    'only changed receivers, because CleverReach cannot filter by change: a quiet poll reads as much as a first ' +
    'poll. The action is measured with a prefetch of 100; the list of groups and the attributes are requested ' +
    'once a minute.',
  run: (options) => withProcesses((processes) => run(processes, options)),
};

async function run(processes: Processes, { scale, progress }: RowOptions): Promise<RowResult> {
  const { receivers, messages } = SIZES[scale];
  const server = await processes.server({ receivers });
  const lines: Line[] = [];

  const poll = async (what: string, sent: number, more: Partial<Extract<Work, { kind: 'poll' }>>): Promise<unknown> => {
    progress(what);
    const done = await processes.alone({ kind: 'poll', server, runtime: 'oih', ...more });
    assertRead([done], receivers, sent);
    lines.push(...linesOf(`${what} of ${receivers.toLocaleString('en-US')}`, await server.traffic(), 'poll', 1));
    return done.snapshot;
  };
  await server.traffic();
  const snapshot = await poll('first poll', receivers, {});
  await poll('quiet poll', 0, { snapshot });
  const fields = { changeDetection: 'content' };
  const contents = await poll('first poll by content', receivers, { fields });
  await poll('quiet poll by content', 0, { fields, snapshot: contents });

  const write = async (what: string, records: readonly Record<string, unknown>[]): Promise<void> => {
    progress(what);
    const done = await processes.alone({ kind: 'write', server, records, prefetch: PREFETCH });
    assertRead([done], messages, messages);
    lines.push(...linesOf(`action, ${what}`, await server.traffic(), 'message', messages));
  };
  const records = newReceivers('wire', messages);
  await write('new receivers', records);
  await write('receivers that are the same', records);
  await write('changed receivers', changed(records));
  return { lines };
}

function linesOf(what: string, { requests, bytesReceived, bytesSent }: Traffic, unit: string, count: number): Line[] {
  return [
    { what, value: requests / count, unit: `requests per ${unit}` },
    { what, value: (bytesReceived + bytesSent) / 1024 / count, unit: `KB per ${unit}` },
  ];
}
