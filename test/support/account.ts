/** A sandbox account with one group, for the tests of triggers and actions. */

import { startSandbox, type Sandbox, type Switches } from '../../sandbox';

export const NOW = 1_764_000_000;
export const DAY = 86_400;

export interface TestAccount {
  sandbox: Sandbox;
  group: string;
  credentials: Record<string, string>;
  /** Receivers registered days ago, so that no stamp is near the clock; their ids. */
  add: (count: number, groupId?: string, prefix?: string) => string[];
  /** A little time passes, enough for a change to be seen by everybody. */
  later: (seconds?: number) => void;
}

/** Starts it at NOW and points the component to it. */
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

/** An account for each test, the same object with new properties; afterwards nobody in it may have been harmed. */
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
