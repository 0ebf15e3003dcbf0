/**
 * A test environment for steps: a sandbox account of its own, one clock for the component and the sandbox, and a list
 * of the harmful changes to receivers (hazards).
 */

import { randomBytes } from 'node:crypto';
import nock from 'nock';
import { systemClock } from '../../lib/utils/clock';
import { startSandbox, type Sandbox, type Switches } from '../../sandbox';
import { NOW } from './account';
import type { FakeRuntime } from './runtime';

// requests go to the sandbox over real sockets
nock.restore();

export { NOW };
export const DAY = 86_400;

/** Lifetime of a token, in seconds. */
const TOKEN_LIFE = 20_000;

/** The result of one call of a step. */
export interface Outcome {
  /** The reason of the rejection; undefined if the call resolved. */
  error: unknown;
  /** Names of the emitted events, in order. */
  events: string[];
}

export interface Stage {
  sandbox: Sandbox;
  /**
   * A group named "Newsletter", with the number "visits" among its attributes; the account has
   * "firstname", "lastname" and the date "birthday".
   */
  readonly group: string;
  addGroup: (name: string) => string;
  /** Starts again: without receivers, with another group, and so much later that all tokens and pauses have expired. */
  renew: () => void;
  /** Credentials for a step of this account. */
  credentials: Record<string, string>;
  /** Moves both clocks by seconds. */
  later: (seconds: number) => void;
  /** Calls a step and returns the outcome, also of an error. */
  attempt: (step: FakeRuntime, message?: unknown) => Promise<Outcome>;
  /** Closes the sandbox and returns its hazards, one per line. */
  close: () => Promise<string[]>;
}

/**
 * Each stage has a client of its own, because the component keeps data of an account from test to test, and ports are
 * reused.
 */
export async function startStage(given: Partial<Switches> = {}): Promise<Stage> {
  const switches = { expiresIn: TOKEN_LIFE, ...given };
  const client = {
    id: `client-${randomBytes(6).toString('hex')}`,
    secret: `secret-${randomBytes(16).toString('hex')}`,
  };
  const sandbox = await startSandbox({ now: NOW, switches, client });
  process.env['CLEVERREACH_URL'] = sandbox.url;
  const later = tieClocks(sandbox);
  const groups: string[] = [];
  const addGroup = (name: string): string => {
    const group = sandbox.account.addGroup(name);
    groups.push(group);
    return group;
  };
  const addFirst = (): string => {
    const group = addGroup('Newsletter');
    sandbox.account.addAttribute({ name: 'visits', type: 'number', groupId: group });
    return group;
  };
  for (const name of ['firstname', 'lastname']) sandbox.account.addAttribute({ name });
  sandbox.account.addAttribute({ name: 'birthday', type: 'date' });
  let group = addFirst();
  return {
    sandbox,
    get group() {
      return group;
    },
    addGroup,
    renew: () => {
      for (const one of groups.splice(0)) sandbox.account.removeGroup(one);
      sandbox.faults.clear();
      sandbox.forgetRequests();
      later(2 * TOKEN_LIFE);
      group = addFirst();
    },
    credentials: { client_id: client.id, client_secret: client.secret },
    later,
    attempt: async (step, message) => {
      const error: unknown = await step.run(message).then(
        () => undefined,
        (thrown: unknown) => thrown ?? new Error('rejected with nothing'),
      );
      return { error, events: step.emitted.map(({ event }) => event) };
    },
    close: async () => {
      await sandbox.close();
      return sandbox.hazards.map(({ kind, what }) => `${kind}: ${what}`);
    },
  };
}

/** A sleep takes no real time but moves both clocks. All random numbers are 0.5. */
function tieClocks({ clock }: Sandbox): (seconds: number) => void {
  let now = NOW * 1000;
  const reach = (milliseconds: number): void => {
    now = Math.max(now, milliseconds);
    clock.set(Math.floor(now / 1000));
  };
  jest.restoreAllMocks();
  jest.spyOn(systemClock, 'now').mockImplementation(() => now);
  jest.spyOn(systemClock, 'elapsed').mockImplementation(() => now);
  jest.spyOn(systemClock, 'random').mockImplementation(() => 0.5);
  jest.spyOn(systemClock, 'sleep').mockImplementation(async (milliseconds) => {
    const end = now + milliseconds;
    await new Promise((resolve) => setImmediate(resolve));
    reach(end);
  });
  return (seconds) => {
    reach(now + seconds * 1000);
  };
}

/** Stages that are closed after each test, and fail it if a receiver was harmed. */
export function useStage(): (switches?: Partial<Switches>) => Promise<Stage> {
  const open: Stage[] = [];
  afterEach(async () => {
    const problems = await Promise.all(open.splice(0).map((stage) => stage.close()));
    expect(problems.flat()).toEqual([]);
  });
  return async (switches) => {
    const stage = await startStage(switches);
    open.push(stage);
    return stage;
  };
}
