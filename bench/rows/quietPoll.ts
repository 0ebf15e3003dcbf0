import type { Row, RowOptions, RowResult, Scale } from '../row';
import { assertRead, readOnce, withFullReadDue } from '../support/account';
import type { Processes } from '../support/child';
import { runAlternately, lineOf, microseconds, ratios } from '../support/compare';
import { withProcesses } from '../support/withProcesses';

const SIZES: Record<Scale, { receivers: number; runs: number }> = {
  full: { receivers: 100_000, runs: 7 },
  quick: { receivers: 20_000, runs: 3 },
  tiny: { receivers: 1_000, runs: 1 },
};
const GROUPS = 5;
const EVENTS = 130;

export const quietPoll: Row = {
  number: 1,
  title: 'A poll in which nothing has changed',
  explanation:
    'The trigger reads an account of five groups whose receivers have 130 events each. A full read is compared ' +
    'with the **bare read** of the same pages, without history: sequential requests over a keep-alive connection, ' +
    '`JSON.parse`, `JSON.stringify` of every receiver once, and nothing else. The ratio is the cost of the ' +
    'guarantees of the trigger: it compares the content of every receiver with what was sent, loses no receiver ' +
    'that moves while it is read (a second, small request per page), accepts variants of responses, and retries ' +
    'failed requests. A quick poll asks for changes of state only.',
  run: (options) => withProcesses((processes) => run(processes, options)),
};

async function run(processes: Processes, { scale, progress }: RowOptions): Promise<RowResult> {
  const { receivers, runs } = SIZES[scale];
  progress(`making ${receivers} receivers`);
  const server = await processes.server({ receivers, groups: GROUPS, events: EVENTS });
  const { pages, snapshot } = await readOnce(processes, server);
  const works = {
    'bare read': { kind: 'bare', server, pages },
    'full read': { kind: 'poll', server, runtime: 'oih', snapshot: withFullReadDue(snapshot) },
    'quick poll': { kind: 'poll', server, runtime: 'oih', snapshot },
  } as const;
  const done = await runAlternately(processes.worker(), works, runs, progress);
  assertRead(done['full read'], receivers, 0);
  assertRead(done['quick poll'], 0, 0, 'Quick poll');
  const against = ratios(done['full read'], done['bare read']);
  return {
    lines: [
      lineOf('full read against the bare read', against, '×', { atMost: 1.6 }),
      lineOf('full read', done['full read'].map(microseconds), 'µs per receiver'),
      lineOf('bare read of its pages', done['bare read'].map(microseconds), 'µs per receiver'),
      lineOf(
        'quick poll',
        done['quick poll'].map(({ cpuMs }) => cpuMs),
        'ms',
      ),
    ],
  };
}
