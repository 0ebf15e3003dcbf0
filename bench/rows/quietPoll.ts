import type { Row, RowOptions, RowResult, Scale } from '../row';
import { assertRead, readOnce } from '../support/account';
import { inTurns, lineOf, microseconds, ratios } from '../support/compare';
import { withProcesses } from '../support/withProcesses';
import type { Processes, Server } from '../support/child';
import type { Line } from '../row';

const SIZES: Record<Scale, { receivers: number; runs: number }> = {
  full: { receivers: 100_000, runs: 7 },
  quick: { receivers: 20_000, runs: 3 },
  tiny: { receivers: 1_000, runs: 1 },
};

export const quietPoll: Row = {
  number: 1,
  title: 'A poll in which nothing has changed',
  explanation:
    'The trigger reads a group without changes, compared with the **bare read** of the same pages: sequential ' +
    'requests over a keep-alive connection, `JSON.parse`, `JSON.stringify` of every receiver once, and nothing ' +
    'else. The ratio is the cost of the guarantees of the trigger: it loses no receiver that moves while it is ' +
    'read (a second, small request per page), accepts variants of responses, retries failed requests, and detects ' +
    'that nothing has changed. With `changeDetection: "content"` the content of every receiver is compared.',
  run: (options) => withProcesses((processes) => run(processes, options)),
};

async function run(processes: Processes, options: RowOptions): Promise<RowResult> {
  const { receivers } = SIZES[options.scale];
  options.progress(`making ${receivers} receivers`);
  const server = await processes.server({ receivers });
  const byTimestamps = await compare(processes, server, options, {}, { atMost: 1.6 });
  const byContent = await compare(processes, server, options, { changeDetection: 'content' });
  return { lines: [...byTimestamps, ...byContent] };
}

async function compare(
  processes: Processes,
  server: Server,
  { scale, progress }: RowOptions,
  fields: { changeDetection?: string },
  target?: Line['target'],
): Promise<Line[]> {
  const { receivers, runs } = SIZES[scale];
  const { pages, snapshot } = await readOnce(processes, server, fields);
  const works = {
    'bare read': { kind: 'bare', server, pages },
    'quiet poll': { kind: 'poll', server, runtime: 'oih', fields, snapshot },
  } as const;
  const done = await inTurns(processes.worker(), works, runs, progress);
  assertRead(done['quiet poll'], receivers, 0);
  const way = fields.changeDetection ?? 'timestamps';
  return [
    lineOf(`quiet poll by ${way} against the bare read`, ratios(done['quiet poll'], done['bare read']), '×', target),
    lineOf(`quiet poll by ${way}`, done['quiet poll'].map(microseconds), 'µs per receiver'),
    lineOf(`bare read of its pages`, done['bare read'].map(microseconds), 'µs per receiver'),
  ];
}
