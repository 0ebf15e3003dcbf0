import type { Done, Work } from '../processes/protocol';
import type { Line, Row, RowOptions, RowResult, Scale, Series } from '../row';
import { assertRead, readOnce, type Account } from '../support/account';
import type { Processes } from '../support/child';
import { microseconds } from '../support/compare';
import { withProcesses } from '../support/withProcesses';

const SIZES: Record<Scale, readonly [number, number, ...number[]]> = {
  full: [1_000, 10_000, 100_000, 1_000_000],
  quick: [1_000, 10_000, 50_000],
  tiny: [600, 1_200],
};

const KINDS = ['bare read', 'quiet poll', 'first read'] as const;
type Kind = (typeof KINDS)[number];

export const growth: Row = {
  number: 3,
  title: 'How time and memory grow',
  explanation:
    'The same for groups of different sizes, every measurement in a process that has done nothing before: the time of ' +
    'loading and compiling is in it, which is why small groups cost more per receiver. Above that the cost of a receiver ' +
    'does not depend on how many there are, and the most memory that the process has ever held (its maximum resident set) ' +
    'stays what it is with a few pages. The bare read stands for the memory that Node itself takes.',
  run: (options) => withProcesses((processes) => run(processes, options)),
};

async function run(processes: Processes, { scale, progress }: RowOptions): Promise<RowResult> {
  const measured: Record<Kind, { receivers: number; done: Done }[]> = {
    'bare read': [],
    'quiet poll': [],
    'first read': [],
  };
  for (const receivers of SIZES[scale]) {
    progress(`making ${receivers} receivers`);
    const account = await readOnce(processes, await processes.server({ receivers }));
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
  return { kind: 'poll', server, runtime: 'oih', ...(kind === 'quiet poll' && { snapshot }) };
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
      target: { atMost: 1.15 },
    },
  ];
}
