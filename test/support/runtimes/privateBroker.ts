/**
 * A private RabbitMQ: on the loopback interface, on free ports, with its own name, data, logs and cookie in a temporary
 * folder, so that it does not conflict with another broker. `stop` ends it.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { probe, type Broker } from './broker';

const INSTALL_HINT = 'No RabbitMQ answers on 127.0.0.1:5672 and none is installed: apt-get install rabbitmq-server';
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
/** Debian's wrapper in /usr/sbin switches to the user rabbitmq and its folders; the script itself does not. */
const SCRIPTS = [
  '/usr/lib/rabbitmq/bin/rabbitmq-server',
  '/usr/local/sbin/rabbitmq-server',
  '/opt/homebrew/sbin/rabbitmq-server',
  '/opt/rabbitmq/sbin/rabbitmq-server',
  '/usr/sbin/rabbitmq-server',
];

/** @throws Error if `rabbitmq-server` is not installed, or does not start */
export async function startPrivateBroker(): Promise<Broker> {
  const script = SCRIPTS.find((one) => existsSync(one));
  if (!script) throw new Error(INSTALL_HINT);
  const home = await mkdtemp(path.join(tmpdir(), 'runtimes-broker-'));
  const [port, distributionPort, mapperPort] = await freePorts(3);
  await writeFile(path.join(home, 'enabled_plugins'), '[].\n');
  await writeFile(path.join(home, 'rabbitmq.conf'), 'log.file.level = warning\n');
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    RABBITMQ_NODENAME: `runtimes-${process.pid}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distributionPort),
    RABBITMQ_MNESIA_BASE: path.join(home, 'data'),
    RABBITMQ_LOG_BASE: path.join(home, 'log'),
    RABBITMQ_ENABLED_PLUGINS_FILE: path.join(home, 'enabled_plugins'),
    RABBITMQ_CONFIG_FILE: path.join(home, 'rabbitmq.conf'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(mapperPort),
  };
  const server = spawn(script, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (part: Buffer) => output.push(String(part)));

  const url = `amqp://guest:guest@127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    await endGroup(server);
    // the port mapper that this server has started is the only one on this port
    await run('epmd', ['-kill'], env);
    await rm(home, { recursive: true, force: true });
  };
  try {
    await answering(url, server);
  } catch (error) {
    await stop();
    throw new Error(`RabbitMQ did not start: ${output.join('').slice(-2000)}`, { cause: error });
  }
  return { url, origin: `started for this run on 127.0.0.1:${port}`, stop };
}

/** A broker does not report when it is ready, so connections are tried. */
async function answering(url: string, server: ChildProcess): Promise<void> {
  const end = Date.now() + START_TIMEOUT_MS;
  while (await probe(url)) {
    if (server.exitCode !== null) throw new Error(`${server.spawnfile} ended with ${server.exitCode}.`);
    if (Date.now() > end) throw new Error(`${server.spawnfile} did not answer within ${START_TIMEOUT_MS / 1000} s.`);
    await sleep(200);
  }
}

/** The script starts the Erlang VM as its child; both are in their own process group. */
async function endGroup(server: ChildProcess): Promise<void> {
  if (server.pid === undefined || server.exitCode !== null) return;
  const exited = once(server, 'exit');
  process.kill(-server.pid, 'SIGTERM');
  const inTime = await Promise.race([exited.then(() => true), sleep(STOP_TIMEOUT_MS, false, { ref: false })]);
  if (!inTime) process.kill(-server.pid, 'SIGKILL');
  await exited;
}

async function run(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(command, args, { env, stdio: 'ignore' });
  await new Promise<void>((resolve) => {
    child.on('error', () => {
      resolve();
    });
    child.on('exit', () => {
      resolve();
    });
  });
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  return await Promise.all(
    servers.map(async (server) => {
      const address = server.address();
      server.close();
      await once(server, 'close');
      if (address === null || typeof address === 'string') throw new Error('No free port.');
      return address.port;
    }),
  );
}
