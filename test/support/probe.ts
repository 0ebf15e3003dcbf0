/** Runs the probe against a sandbox, on a clock whose pauses move the sandbox and take no time. */

import { randomBytes } from 'node:crypto';
import nock from 'nock';
import { startSandbox, type Sandbox, type SandboxOptions, type Switches } from '../../sandbox';
import { probe, type ProbeOptions, type ProbeResult } from '../../tools/probe/run';
import { recordingLogger } from './http';

// requests go to the sandbox over real sockets
nock.restore();

const NOW = 1_764_000_000;

export interface ProbedAccount {
  sandbox: Sandbox;
  run: (options?: Partial<ProbeOptions>) => Promise<ProbeResult>;
}

type Begin = (switches?: Partial<Switches>, options?: SandboxOptions & { isEmpty?: boolean }) => Promise<ProbedAccount>;

/** Accounts that are closed after each test. */
export function useProbedAccounts(): Begin {
  const open: Sandbox[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
  });
  return async (...given) => {
    const account = await probedAccount(...given);
    open.push(account.sandbox);
    return account;
  };
}

/** An account with two filled groups, or an empty one. */
async function probedAccount(
  switches: Partial<Switches> = {},
  { isEmpty = false, ...options }: SandboxOptions & { isEmpty?: boolean } = {},
): Promise<ProbedAccount> {
  const client = { id: `client-${randomBytes(6).toString('hex')}`, secret: 'probe-secret' };
  const sandbox = await startSandbox({ now: NOW, switches, client, ...options });
  if (!isEmpty) {
    sandbox.seed({ groups: ['Newsletter', 'Kunden für morgen'], receivers: 60 });
    sandbox.account.addGroup('Empty');
  }
  let milliseconds = NOW * 1_000;
  const clock = {
    now: () => milliseconds,
    elapsed: () => milliseconds,
    random: () => 0.5,
    sleep: (pause: number) => {
      milliseconds += pause;
      sandbox.clock.set(Math.floor(milliseconds / 1_000));
      return Promise.resolve();
    },
  };
  const env = { CLEVERREACH_CLIENT_ID: client.id, CLEVERREACH_CLIENT_SECRET: client.secret };
  const credentials = { client_id: client.id, client_secret: client.secret };
  const logger = recordingLogger();
  return {
    sandbox,
    run: (more) => probe({ baseUrl: sandbox.url, credentials, env, writes: true, clock, logger, ...more }),
  };
}
