/**
 * Runs the tests under the two real runtimes: finds a broker, builds the component once as the Dockerfile does, and
 * starts jest.
 *
 *     tsx tools/testRuntimes.ts [--if-broker] [--images=FOLDER] [jest arguments]
 *
 * Without `--if-broker` the tests must run: if no broker answers, a private one is started. With it, they are skipped with
 * a message if no broker answers. With `--images`, the build is kept in that folder and reused by the next run, for any
 * version of Node. Exits with jest's code; a skipped test counts as a failure.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { anyBroker, runningBroker, type Broker } from '../test/support/runtimes/broker';
import { installComponent, installOnce, type Installed } from '../test/support/runtimes/install';
import { endWith } from './lib/args';
import { ROOT, runJest } from './lib/jest';

const IF_BROKER = '--if-broker';
const IMAGES = '--images=';

async function main(args: readonly string[]): Promise<number> {
  // a terminal sends the interrupt to npm and jest as well; resources are removed after they have ended
  process.on('SIGINT', () => undefined);
  const broker = args.includes(IF_BROKER) ? await runningBroker(process.env) : await anyBroker(process.env);
  if (!broker) {
    say(
      'No RabbitMQ answers on 127.0.0.1:5672 and AMQP_URL is not set: the tests under the two runtimes were skipped.',
    );
    return 0;
  }
  const kept = args.find((arg) => arg.startsWith(IMAGES))?.slice(IMAGES.length);
  const forJest = args.filter((arg) => arg !== IF_BROKER && !arg.startsWith(IMAGES));
  const folder = kept === undefined ? await mkdtemp(path.join(tmpdir(), 'runtimes-component-')) : path.resolve(kept);
  try {
    say(`Broker: ${broker.origin}. Building the component as the Dockerfile does …`);
    const installed = await (kept === undefined ? installComponent : installOnce)(ROOT, folder);
    return await jest(broker, installed, forJest);
  } finally {
    if (kept === undefined) await rm(folder, { recursive: true, force: true });
    await broker.stop();
  }
}

async function jest(broker: Broker, installed: Installed, args: readonly string[]): Promise<number> {
  return await runJest('jest.runtimes.config.js', args, {
    RUNTIMES_AMQP_URL: broker.url,
    RUNTIMES_ELASTIC_IO: JSON.stringify(installed.elasticIo),
    RUNTIMES_OIH: JSON.stringify(installed.oih),
  });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

endWith(() => main(process.argv.slice(2)));
