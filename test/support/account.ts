/** A sandbox account with one group, for the tests of triggers and actions. */

import { startSandbox, type Sandbox, type Switches } from '../../sandbox';

export const NOW = 1_764_000_000;
export const DAY = 86_400;

export interface TestAccount {
  sandbox: Sandbox;
  group: string;
  credentials: Record<string, string>;
  /**
   * Adds receivers that were registered days ago, so that their timestamps are far from the clock. @returns their ids
   */
  add: (count: number, groupId?: string, prefix?: string) => string[];
  /** Moves the clock far enough that a change is visible to every kind of poll. */
  later: (seconds?: number) => void;
}

/** Starts the account at NOW and configures the component to use it. */
export async function startAccount(switches: Partial<Switches> = {}): Promise<TestAccount> {
  const sandbox = await startSandbox({ now: NOW, switches });
  process.env['CLEVERREACH_URL'] = sandbox.url;
  const group = sandbox.account.addGroup('Newsletter');
  sandbox.account.addAttribute({ name: 'firstname' });
  return {
    sandbox,
    group,
    credentials: { client_id: sandbox.client.id, client_secret: sandbox.client.secret },
    add: (count, groupId = group, prefix = 'p') =>
      Array.from({ length: count }, (_, index) =>
        sandbox.account.addReceiver(groupId, {
          email: `${prefix}${String(index).padStart(3, '0')}@example.org`,
          registered: NOW - 10 * DAY + index,
          global_attributes: { firstname: `Jo ${index}` },
        }),
      ),
    later: (seconds = 600) => {
      sandbox.clock.advance(seconds);
    },
  };
}

/**
 * A new account for each test, in the same object. Fails the test if a receiver was harmed (see the hazards of the
 * sandbox).
 */
export function useAccount(switches: Partial<Switches> = {}): TestAccount {
  const account = {} as TestAccount;
  beforeEach(async () => {
    Object.assign(account, await startAccount(switches));
  });
  afterEach(async () => {
    await account.sandbox.close();
    expect(account.sandbox.hazards).toEqual([]);
  });
  return account;
}
