import type { Done, Work } from '../processes/protocol';
import type { Line, Row, RowOptions, RowResult, Scale, Series } from '../row';
import { assertRead, readOnce, withFullReadDue, type Account } from '../support/account';
import type { Processes } from '../support/child';
import { microseconds } from '../support/compare';
import { withProcesses } from '../support/withProcesses';

const SIZES: Record<Scale, readonly [number, number, ...number[]]> = {
  full: [1_000, 10_000, 100_000, 1_000_000],
  quick: [1_000, 10_000, 50_000],
  tiny: [600, 1_200],
};

/** Events of each receiver of the largest group, the longest history; receivers of the other groups have none. */
const MOST_EVENTS = 250;

const KINDS = ['bare read', 'full read', 'first read'] as const;
type Kind = (typeof KINDS)[number];

export const growth: Row = {
  number: 3,
  title: 'How time and memory grow',
  explanation:
    'The same measurements for single groups of different sizes, each in a fresh process: a full read without ' +
    'changes, and a first read. Receivers of the largest group have 250 events each, the others none. They include the time for ' +
    'loading and compiling, so small groups cost more per receiver. For larger groups the cost per receiver does ' +
    'not depend on the size of the group, and the peak memory of the process (its maximum resident set) stays at ' +
    'the level of a few pages. The bare read shows the memory that Node itself uses.',
  run: (options) => withProcesses((processes) => run(processes, options)),
};

async function run(processes: Processes, { scale, progress }: RowOptions): Promise<RowResult> {
  const measured: Record<Kind, { receivers: number; done: Done }[]> = {
    'bare read': [],
    'full read': [],
    'first read': [],
  };
  const sizes = SIZES[scale];
  for (const receivers of sizes) {
    progress(`making ${receivers} receivers`);
    const events = receivers === sizes.at(-1) ? MOST_EVENTS : 0;
    const account = await readOnce(processes, await processes.server({ receivers, events }));
    for (const kind of KINDS) {
      progress(`${kind} of ${receivers} receivers`);
      const done = await processes.alone(workOf(kind, account));
      if (kind !== 'bare read') assertRead([done], receivers, kind === 'first read' ? receivers : 0);
      measured[kind].push({ receivers, done });
    }
    processes.stop();
  }
  return {
    lines: KINDS.flatMap((kind) => linesOf(kind, measured[kind])),
    series: KINDS.map((name): Series => {
      const points = measured[name].map(({ receivers, done }) => ({ receivers, microseconds: microseconds(done) }));
      return { name, points };
    }),
  };
}

function workOf(kind: Kind, { server, pages, snapshot }: Account): Work {
  if (kind === 'bare read') return { kind: 'bare', server, pages };
  return { kind: 'poll', server, runtime: 'oih', ...(kind === 'full read' && { snapshot: withFullReadDue(snapshot) }) };
}

function linesOf(kind: Kind, measured: readonly { receivers: number; done: Done }[]): Line[] {
  const lines = measured.flatMap(({ receivers, done }): Line[] => [
    { what: `${kind} of ${receivers.toLocaleString('en-US')}`, value: microseconds(done), unit: 'µs per receiver' },
    { what: `${kind} of ${receivers.toLocaleString('en-US')}, most memory`, value: done.peakMb, unit: 'MB' },
  ]);
  const [largest, before] = measured.toReversed();
  const small = measured.find(({ receivers }) => receivers >= 10_000) ?? measured[0];
  if (!largest || !before || !small || kind === 'bare read') return lines;
  const [many, fewer, few] = [largest, before, small].map(({ receivers }) => receivers.toLocaleString('en-US'));
  const time = microseconds(largest.done) / microseconds(before.done);
  const memory = largest.done.peakMb / small.done.peakMb;
  return [
    ...lines,
    { what: `${kind}: a receiver of ${many} against one of ${fewer}`, value: time, unit: '×', target: { atMost: 1.1 } },
    {
      what: `${kind}: most memory with ${many} against ${few}`,
      value: memory,
      unit: '×',
      target: { atMost: 1.2 },
    },
  ];
}
