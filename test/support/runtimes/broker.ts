/** Finds a RabbitMQ broker for the tests: the one in `AMQP_URL`, else the one on this machine, else a private one. */

import amqplib from 'amqplib';
import { startPrivateBroker } from './privateBroker';

const LOCAL_URL = 'amqp://guest:guest@127.0.0.1:5672';
const PROBE_TIMEOUT_MS = 3_000;

export interface Broker {
  url: string;
  /** How it was found, for the log. */
  origin: string;
  /** Stops the broker if it was started here. */
  stop(): Promise<void>;
}

const nothingToStop = async (): Promise<void> => {
  await Promise.resolve();
};

/**
 * A broker that is already running; undefined if there is none.
 * @throws Error if `AMQP_URL` is set and no broker answers there
 */
export async function runningBroker(env: NodeJS.ProcessEnv): Promise<Broker | undefined> {
  const named = env['AMQP_URL'];
  if (named) {
    const problem = await probe(named);
    if (problem) throw new Error(`No RabbitMQ answers at AMQP_URL (${problem}).`);
    return { url: named, origin: 'named by AMQP_URL', stop: nothingToStop };
  }
  if (await probe(LOCAL_URL)) return undefined;
  return { url: LOCAL_URL, origin: 'running on 127.0.0.1:5672', stop: nothingToStop };
}

/**
 * A running broker, or one that is started for this run.
 * @throws Error that names the package to install if there is none
 */
export async function anyBroker(env: NodeJS.ProcessEnv): Promise<Broker> {
  return (await runningBroker(env)) ?? (await startPrivateBroker());
}

/** @returns the problem; undefined if the broker answers */
export async function probe(url: string): Promise<string | undefined> {
  try {
    const connection = await amqplib.connect(url, { timeout: PROBE_TIMEOUT_MS });
    connection.on('error', () => undefined);
    await connection.close();
    return undefined;
  } catch (error) {
    // the address may contain a password, so only the code is reported
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return code || 'it does not speak AMQP or refuses the login';
  }
}
