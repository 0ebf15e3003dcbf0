import { lineOf } from '../support/compare';
import type { Done } from '../processes/protocol';
import type { Line, Row, RowOptions, RowResult, Scale } from '../row';
import { assertRead, readOnce, withFullReadDue } from '../support/account';
import type { Processes } from '../support/child';
import { withProcesses } from '../support/withProcesses';

/** Short latencies are measured several times, in turns, because the load of the machine counts for more there. */
const SIZES: Record<Scale, { receivers: number; latencies: Readonly<Record<number, number>> }> = {
  full: { receivers: 100_000, latencies: { 50: 5, 200: 3, 800: 1 } },
  quick: { receivers: 20_000, latencies: { 50: 3, 200: 1 } },
  tiny: { receivers: 1_000, latencies: { 5: 1 } },
};
const GROUPS = 5;
const EVENTS = 130;

export const slowAnswers: Row = {
  number: 9,
  title: 'A full read when every request takes long',
  explanation:
    'The time by the clock of a full read of the same account without changes, compared with the bare read, which ' +
    'requests the same pages one after the other. The checks of the boundaries run in parallel to the pages, and the next ' +
    'page is requested while one is being handled.',
  run: (options) => withProcesses((processes) => run(processes, options)),
};

async function run(processes: Processes, { scale, progress }: RowOptions): Promise<RowResult> {
  const { receivers, latencies } = SIZES[scale];
  progress(`making ${receivers} receivers`);
  const server = await processes.server({ receivers, groups: GROUPS, events: EVENTS });
  const { pages, snapshot } = await readOnce(processes, server);
  const lines: Line[] = [];
  for (const [latency, runs] of Object.entries(latencies)) {
    await server.answerAfter(Number(latency));
    const what = `full read, ${latency} ms per request`;
    const worker = processes.worker();
    const bare: Done[] = [];
    const full: Done[] = [];
    for (let run = 1; run <= runs; run += 1) {
      progress(`${latency} ms per request, run ${run} of ${runs}`);
      bare.push(await worker({ kind: 'bare', server, pages }));
      full.push(await worker({ kind: 'poll', server, runtime: 'oih', snapshot: withFullReadDue(snapshot) }));
    }
    assertRead(full, receivers, 0);
    const ratios = full.map(({ wallMs }, run) => wallMs / (bare[run]?.wallMs ?? Number.NaN));
    lines.push(
      lineOf(
        what,
        full.map(({ wallMs }) => wallMs / 1000),
        's',
      ),
      lineOf(`${what}, against its pages`, ratios, '×', { atMost: 1.15 }),
    );
  }
  return { lines };
}
