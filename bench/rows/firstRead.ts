import type { Row, RowOptions, RowResult, Scale } from '../row';
import { assertRead, readOnce } from '../support/account';
import type { Processes } from '../support/child';
import { runAlternately, lineOf, microseconds, ratios } from '../support/compare';
import { withProcesses } from '../support/withProcesses';

const SIZES: Record<Scale, { receivers: number; runs: number }> = {
  full: { receivers: 100_000, runs: 3 },
  quick: { receivers: 10_000, runs: 3 },
  tiny: { receivers: 1_000, runs: 1 },
};

const GROUPS = 5;
const EVENTS = 130;
const RUNTIMES = ['oih', 'elastic.io'] as const;

export const firstRead: Row = {
  number: 2,
  title: 'The first read, with the default mapping',
  explanation:
    'The trigger sends every receiver of the same account as a person, with the default mapping, compared with the ' +
    'bare read of the same pages. The runtime accepts each message immediately, so this is the work of the component ' +
    'alone; with a real runtime the limit is the rate at which it sends.',
  run: (options) => withProcesses((processes) => run(processes, options)),
};

async function run(processes: Processes, { scale, progress }: RowOptions): Promise<RowResult> {
  const { receivers, runs } = SIZES[scale];
  progress(`making ${receivers} receivers`);
  const { server, pages } = await readOnce(
    processes,
    await processes.server({ receivers, groups: GROUPS, events: EVENTS }),
  );
  const lines = [];
  for (const runtime of RUNTIMES) {
    const works = {
      'bare read': { kind: 'bare', server, pages },
      'first read': { kind: 'poll', server, runtime },
    } as const;
    const done = await runAlternately(processes.worker(), works, runs, (text) => {
      progress(`${runtime}, ${text}`);
    });
    assertRead(done['first read'], receivers, receivers);
    const against = ratios(done['first read'], done['bare read']);
    lines.push(
      lineOf(`first read against the bare read, ${runtime}`, against, '×', { atMost: 3 }),
      lineOf(`first read, ${runtime}`, done['first read'].map(microseconds), 'µs per receiver'),
    );
  }
  return { lines };
}
