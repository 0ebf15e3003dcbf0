import { runningBroker } from '../../test/support/runtimes/broker';
import { elasticIo } from '../../test/support/runtimes/elasticIo';
import { oih } from '../../test/support/runtimes/oih';
import type { Runtime, TravellingRecord } from '../../test/support/runtimes/plan';
import type { Line, Row, RowOptions, RowResult, Scale } from '../row';
import { send, type Sending } from '../runtimes/container';
import { buildImages, type Images } from '../runtimes/images';
import type { Processes, Server } from '../support/child';
import { lineOf } from '../support/compare';
import { withProcesses } from '../support/withProcesses';

/** Messages per 100 ms that the runtimes allow. */
const RATE = { 'default limit': 10, 'limit raised': 1_000_000 } as const;

/** The kind of message, the concurrency, and the required share of the baseline's speed. */
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

/** One at a time is slow, so fewer messages are sent. */
const SIZES: Record<Scale, { messages: Record<1 | 50, number>; runs: number }> = {
  full: { messages: { 1: 500, 50: 20_000 }, runs: 5 },
  quick: { messages: { 1: 500, 50: 10_000 }, runs: 3 },
  tiny: { messages: { 1: 30, 50: 100 }, runs: 1 },
};

export const throughput: Row = {
  number: 4,
  title: 'Messages per second under the two real runtimes',
  explanation:
    'The packed component sends a whole group as a step under elasticio-sailor-nodejs and under ferryman, ' +
    'compared with a baseline that emits the same messages from memory with the same concurrency. Both are ' +
    'measured from their first to their last message, as delivered by RabbitMQ, in alternation and each in its ' +
    'own container. With the default limit of the runtimes (100 messages per second), the limit determines the ' +
    'rate; above it, the work of the component per message does. A raw receiver with its headers is larger than ' +
    'two kilobytes: both runtimes then wait for a network acknowledgement in the middle of a message, and ' +
    '`emitConcurrency` helps.',
  needsBroker: true,
  run: async (options) => {
    const broker = await runningBroker(process.env);
    if (!broker) return { lines: [], remarks: ['Skipped: no RabbitMQ answers on 127.0.0.1:5672 or at `AMQP_URL`.'] };
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

/** The warm-up run does not count: it records the messages for the baseline, and the server generates its pages. */
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
