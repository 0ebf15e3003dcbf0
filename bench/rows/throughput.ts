import { runningBroker } from '../../test/support/runtimes/broker';
import { elasticIo } from '../../test/support/runtimes/elasticIo';
import { oih } from '../../test/support/runtimes/oih';
import type { Runtime, FlowRecord } from '../../test/support/runtimes/plan';
import type { Line, Row, RowOptions, RowResult, Scale } from '../row';
import { send, type Sending } from '../runtimes/container';
import { buildImages, type Images } from '../runtimes/images';
import type { Processes, Server } from '../support/child';
import { lineOf } from '../support/compare';
import { withProcesses } from '../support/withProcesses';

const RUNTIMES = [elasticIo, oih];
/** Messages per 100 ms that the runtimes allow. */
const RATE = { 'default limit': 10, 'limit raised': 1_000_000 } as const;

/** Messages that the baseline has in flight: as many as the component. */
const IN_FLIGHT = 20;
/** Receivers per message with `emitBehavior: "fetchPage"`. */
const PAGE = 500;

/** The kind of message, and the required share of the baseline's speed. */
const CASES = [
  { what: 'persons, default limit', limit: 'default limit', size: 'few', atLeast: 0.99 },
  { what: 'persons, limit raised', limit: 'limit raised', size: 'many', atLeast: 0.6 },
  { what: 'raw receivers, limit raised', limit: 'limit raised', size: 'many', isRaw: true },
] as const satisfies readonly Case[];

interface Case {
  what: string;
  limit: keyof typeof RATE;
  size: 'few' | 'many';
  isRaw?: boolean;
  atLeast?: number;
}

/** Numbers of messages in flight, each measured with small and with large messages. */
const WINDOWS = [1, 5, 10, 20, 50, 100];
/** Characters added to each message, by its size. */
const PADDING = { small: 0, large: 8_000 } as const;

interface Size {
  messages: Record<Case['size'], number>;
  runs: number;
  /** Receivers in a run that sends pages. */
  paged: number;
  /** Messages per run: `together` for the windows of 5 to 100, `alone` for the window of 1. */
  windowed: { together: number; alone: number; runs: number };
}

const SIZES: Record<Scale, Size> = {
  full: {
    messages: { few: 500, many: 10_000 },
    runs: 3,
    paged: 10_000,
    windowed: { together: 3_000, alone: 200, runs: 2 },
  },
  quick: {
    messages: { few: 500, many: 5_000 },
    runs: 2,
    paged: 5_000,
    windowed: { together: 2_000, alone: 100, runs: 1 },
  },
  tiny: { messages: { few: 30, many: 100 }, runs: 1, paged: 1_500, windowed: { together: 50, alone: 10, runs: 1 } },
};

export const throughput: Row = {
  number: 4,
  title: 'Messages per second under the two real runtimes',
  explanation:
    'The packed component sends a whole group as a step under elasticio-sailor-nodejs and under ferryman, ' +
    `compared with a baseline that emits the same messages from memory, ${IN_FLIGHT} at once as the component does. ` +
    'Both are measured from their first to their last message, as delivered by RabbitMQ, in alternation and each in ' +
    'its own container. With the default limit of the runtimes (100 messages per second), the limit determines the ' +
    `rate; above it, the work of the component per message does. With \`emitBehavior: "fetchPage"\`, a message holds ` +
    `${PAGE} receivers, so that the limit does not matter. The last lines say how many messages in flight justify the ` +
    'memory that they need: the baseline sends persons, and the same persons with 8,000 characters more, with ' +
    'different numbers of messages at once. A message of more than two kilobytes is sent in two parts, and the ' +
    'second waits for the TCP acknowledgement of the first, so that one message at a time is slow.',
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
  const { messages: counts, runs, paged } = SIZES[scale];
  const lines: Line[] = [];
  for (const size of ['few', 'many'] as const) {
    const messages = counts[size];
    progress(`making ${messages} receivers`);
    const server = await processes.server({ receivers: messages });
    for (const one of CASES.filter((candidate) => candidate.size === size)) {
      for (const runtime of RUNTIMES) {
        const component = { ...componentOf(one, server, messages), image: runtime.image(), containerAmqpUrl };
        lines.push(...(await compare(one, runtime, component, images, runs, progress)));
      }
    }
  }
  const server = await processes.server({ receivers: paged });
  for (const runtime of RUNTIMES) {
    progress(`pages, default limit, ${runtime.name}`);
    const component = { ...pagesOf(server, paged), image: runtime.image(), containerAmqpUrl };
    lines.push(...(await inPages(runtime, component, runs)));
  }
  return { lines: [...lines, ...(await windows(processes, images, containerAmqpUrl, { scale, progress }))] };
}

/** Pages per second, and what that means for a large account. */
async function inPages(runtime: Runtime, component: Sending, runs: number): Promise<Line[]> {
  const speeds: number[] = [];
  for (let turn = 1; turn <= runs; turn += 1) speeds.push((await send(runtime, component)) * PAGE);
  const line = lineOf(`persons in pages, default limit, ${runtime.name}`, speeds, 'receivers per second');
  const minutes = (receiversPerSecond: number): number => 100_000 / receiversPerSecond / 60;
  return [
    line,
    {
      what: `100,000 receivers in pages, ${runtime.name}, computed`,
      value: minutes(line.value),
      unit: 'minutes',
      target: { atMost: 2 },
    },
    {
      what: `100,000 receivers individually, ${runtime.name}, computed from the limit`,
      value: minutes(RATE['default limit'] * 10),
      unit: 'minutes',
    },
  ];
}

/** How fast the baseline sends small and large messages with different numbers of messages at once. */
async function windows(
  processes: Processes,
  images: Images,
  containerAmqpUrl: string,
  { scale, progress }: RowOptions,
): Promise<Line[]> {
  const { together, alone, runs } = SIZES[scale].windowed;
  const server = await processes.server({ receivers: together });
  const [, raised] = CASES;
  const lines: Line[] = [];
  for (const runtime of RUNTIMES) {
    const component = { ...componentOf(raised, server, together), image: runtime.image(), containerAmqpUrl };
    const records: FlowRecord[] = [];
    await send(runtime, component, (record) => records.push(record));
    for (const [size, padding] of Object.entries(PADDING)) {
      for (const window of WINDOWS) {
        const messages = window === 1 ? alone : together;
        progress(`${size} messages, ${window} at once, ${runtime.name}`);
        const padded = records.slice(0, messages).map((record) => withPadding(record, padding));
        const baseline = { ...component, image: await images.baseline(runtime, padded, window), messages };
        const speeds: number[] = [];
        for (let turn = 1; turn <= runs; turn += 1) speeds.push(await send(runtime, baseline));
        lines.push(lineOf(`${size} messages, ${window} at once, ${runtime.name}`, speeds, 'messages per second'));
      }
    }
  }
  return lines;
}

function withPadding(record: FlowRecord, characters: number): FlowRecord {
  if (characters === 0) return record;
  return { ...record, data: { ...(record['data'] as object), padding: 'x'.repeat(characters) } };
}

/**
 * Compares the component with the baseline. The warm-up run is not measured; it records the baseline's messages and
 * makes the server generate its pages.
 */
async function compare(
  { what, atLeast }: Case,
  runtime: Runtime,
  component: Sending,
  images: Images,
  runs: number,
  progress: RowOptions['progress'],
): Promise<Line[]> {
  progress(`${what}, ${runtime.name}: warming up`);
  const records: FlowRecord[] = [];
  await send(runtime, component, (record) => records.push(record));
  const baseline = { ...component, image: await images.baseline(runtime, records, IN_FLIGHT) };
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

type Component = Omit<Sending, 'image' | 'containerAmqpUrl'>;

function componentOf({ limit, isRaw = false }: Case, server: Server, messages: number): Component {
  return stepOf(server, RATE[limit], { skipTransformation: isRaw }, messages);
}

function pagesOf(server: Server, receivers: number): Component {
  return stepOf(server, RATE['default limit'], { emitBehavior: 'fetchPage' }, Math.ceil(receivers / PAGE));
}

function stepOf(server: Server, rate: number, fields: Record<string, unknown>, messages: number): Component {
  return {
    plan: { function: 'getReceiversByGroupIdPolling', rate, fields: { groupId: server.groupId, ...fields } },
    env: { CLEVERREACH_URL: server.url },
    credential: { kind: 'secret', accessToken: server.token },
    messages,
  };
}
