import { runningBroker } from '../../test/runtimes/support/broker';
import { elasticIo } from '../../test/runtimes/support/elasticIo';
import { oih } from '../../test/runtimes/support/oih';
import type { Runtime, TravellingRecord } from '../../test/runtimes/support/plan';
import type { Line, Row, RowOptions, RowResult, Scale } from '../row';
import { send, type Sending } from '../runtimes/container';
import { buildImages, type Images } from '../runtimes/images';
import type { Processes, Server } from '../support/child';
import { lineOf } from '../support/compare';
import { withProcesses } from '../support/withProcesses';

/** Messages per 100 ms that the runtimes let through. */
const RATE = { 'default limit': 10, 'limit raised': 1_000_000 } as const;

/** What is sent, how many at once, and what part of the speed of the baseline is wanted. */
const CASES = [
  { what: 'persons, default limit', limit: 'default limit', emitConcurrency: 1, atLeast: 0.99 },
  { what: 'persons, limit raised, 50 at once', limit: 'limit raised', emitConcurrency: 50, atLeast: 0.6 },
  { what: 'raw receivers, limit raised, one by one', limit: 'limit raised', emitConcurrency: 1, isRaw: true },
  { what: 'raw receivers, limit raised, 50 at once', limit: 'limit raised', emitConcurrency: 50, isRaw: true },
] as const satisfies readonly Case[];

interface Case {
  what: string;
  limit: keyof typeof RATE;
  emitConcurrency: 1 | 50;
  isRaw?: boolean;
  atLeast?: number;
}

/** One by one is slow, so there are fewer of them. */
const SIZES: Record<Scale, { messages: Record<1 | 50, number>; runs: number }> = {
  full: { messages: { 1: 500, 50: 20_000 }, runs: 5 },
  quick: { messages: { 1: 500, 50: 10_000 }, runs: 3 },
  tiny: { messages: { 1: 30, 50: 100 }, runs: 1 },
};

export const throughput: Row = {
  number: 4,
  title: 'Messages per second under the two real runtimes',
  explanation:
    'The packed component sends a whole group as a step under elasticio-sailor-nodejs and under ferryman, and beside it a ' +
    'baseline that emits the same messages from memory, as many of them at once. Both are measured from their first message to ' +
    'their last, as RabbitMQ hands them on, in turns, each in a container of its own. Under the default limit of the runtimes (100 ' +
    'messages a second) the limit decides, and above it what the component has to do for a message beside sending it. A raw ' +
    'receiver is larger than two kilobytes with its headers: both runtimes then wait for an acknowledgement of the network in ' +
    'the middle of a message, and `emitConcurrency` is what helps.',
  needsBroker: true,
  run: async (options) => {
    const broker = await runningBroker(process.env);
    if (!broker) return { lines: [], remarks: ['Left out: no RabbitMQ answers on 127.0.0.1:5672 or at `AMQP_URL`.'] };
    options.progress('building the component as the Dockerfile does');
    const images = await buildImages(broker.url);
    try {
      return await withProcesses((processes) => run(processes, images, broker.url, options));
    } finally {
      await images.remove();
    }
  },
};

async function run(
  processes: Processes,
  images: Images,
  containerAmqpUrl: string,
  { scale, progress }: RowOptions,
): Promise<RowResult> {
  const { messages: counts, runs } = SIZES[scale];
  const lines: Line[] = [];
  for (const size of [1, 50] as const) {
    const messages = counts[size];
    progress(`making ${messages} receivers`);
    const server = await processes.server({ receivers: messages });
    for (const one of CASES.filter(({ emitConcurrency }) => emitConcurrency === size)) {
      for (const runtime of [elasticIo, oih]) {
        const component = {
          ...componentOf(one, server, messages),
          image: runtime.image(),
          containerAmqpUrl,
        };
        lines.push(...(await compare(one, runtime, component, images, runs, progress)));
      }
    }
  }
  return { lines };
}

/** The first run does not count: it tells the baseline what to send, and the server makes its pages. */
async function compare(
  { what, emitConcurrency, atLeast }: Case,
  runtime: Runtime,
  component: Sending,
  images: Images,
  runs: number,
  progress: RowOptions['progress'],
): Promise<Line[]> {
  progress(`${what}, ${runtime.name}: warming up`);
  const records: TravellingRecord[] = [];
  await send(runtime, component, (record) => records.push(record));
  const baseline = { ...component, image: await images.baseline(runtime, records, emitConcurrency) };
  const speeds: { component: number; baseline: number }[] = [];
  for (let turn = 1; turn <= runs; turn += 1) {
    progress(`${what}, ${runtime.name}: run ${turn} of ${runs}`);
    speeds.push({ component: await send(runtime, component), baseline: await send(runtime, baseline) });
  }
  const ratios = speeds.map((speed) => speed.component / speed.baseline);
  return [
    lineOf(
      `${what}, ${runtime.name}`,
      speeds.map((speed) => speed.component),
      'messages per second',
    ),
    lineOf(`the same against the baseline`, ratios, '×', atLeast === undefined ? undefined : { atLeast }),
  ];
}

function componentOf(
  { limit, emitConcurrency, isRaw = false }: Case,
  server: Server,
  messages: number,
): Omit<Sending, 'image' | 'containerAmqpUrl'> {
  const fields = { groupId: server.groupId, emitConcurrency, skipTransformation: isRaw };
  return {
    plan: { function: 'getReceiversByGroupIdPolling', rate: RATE[limit], fields },
    env: { CLEVERREACH_URL: server.url },
    credential: { kind: 'secret', accessToken: server.token },
    messages,
  };
}
