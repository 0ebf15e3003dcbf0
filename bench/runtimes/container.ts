/** Runs one container under one of the two real runtimes and measures how fast the broker receives its messages. */

import type { Image } from '../../test/support/deploy/image';
import { Bell } from '../../test/support/runtimes/bell';
import { Container } from '../../test/support/runtimes/container';
import type { FlowPlan, Runtime, StepPlan, FlowRecord, Wiring } from '../../test/support/runtimes/plan';

const STEP = 'step_1';
const WAIT_MS = 10 * 60_000;

export interface Sending extends Pick<FlowPlan, 'credential' | 'env' | 'containerAmqpUrl'> {
  plan: StepPlan;
  image: Image;
  /** The expected number of data messages. */
  messages: number;
}

/**
 * Starts a container, sends it one tick, and waits for its messages.
 * @param onRecord receives every message; without it messages are only counted, because parsing them would cost time
 * @returns messages per second, from the first to the last
 */
export async function send(
  runtime: Runtime,
  sending: Sending,
  onRecord?: (record: FlowRecord) => void,
): Promise<number> {
  const { plan, image, messages, env } = sending;
  const wiring = await runtime.wire({ ...sending, steps: [plan], env: { LOG_LEVEL: 'error', ...env } });
  const bell = new Bell();
  const container = new Container(bell, image, wiring.env(STEP));
  try {
    const arrivals = await watch(wiring, bell, (message) => {
      const record = onRecord && runtime.recordOf(wiring.read(message).content);
      if (record) onRecord(record);
    });
    await wiring.publish(STEP);
    await bell.until(
      () => {
        container.assertAlive();
        if (arrivals.failure !== undefined) throw new Error(arrivals.failure);
        return arrivals.count >= messages;
      },
      () => `${messages} messages, of which ${arrivals.count} came; ${container.tail()}`,
      WAIT_MS,
    );
    return ((messages - 1) / (arrivals.last - arrivals.first)) * 1000;
  } finally {
    await container.end('SIGKILL');
    await wiring.close();
  }
}

interface Arrivals {
  count: number;
  first: number;
  last: number;
  failure?: string;
}

type JournalMessage = Parameters<Wiring['read']>[0];

async function watch(wiring: Wiring, bell: Bell, onData: (message: JournalMessage) => void): Promise<Arrivals> {
  const arrivals: Arrivals = { count: 0, first: 0, last: 0 };
  const channel = await wiring.topology.openChannel();
  const note = (message: JournalMessage | null): void => {
    if (!message) return;
    if (isData(message)) {
      arrivals.last = performance.now();
      if (arrivals.count === 0) arrivals.first = arrivals.last;
      arrivals.count += 1;
      onData(message);
    } else {
      const { kind, content } = wiring.read(message);
      if (kind === 'error') arrivals.failure = JSON.stringify(content);
    }
    bell.ring();
  };
  await channel.consume(wiring.journalQueue, note, { noAck: true });
  return arrivals;
}

/** By its routing key, because the content is encrypted on elastic.io. */
const isData = ({ fields: { routingKey } }: JournalMessage): boolean =>
  routingKey.endsWith('.data') || routingKey === 'orchestrator_backchannel.input';
