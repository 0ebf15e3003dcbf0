import { createClock, type Clock, type UnixSeconds } from './clock';
import { Faults } from './faults';
import { Hooks } from './hooks';
import { Hazards, Recorder, type Hazard, type RecordedRequest, type RequestQuery } from './recorder';
import { seed, type Seeded, type SeedOptions } from './seed';
import { createServer } from './server';
import { Account } from './state/account';
import { Scenario } from './state/scenario';
import { defaultSwitches, type Switches } from './switches';
import { Tokens, type TokenPair } from './tokens';
import type { OAuthClient } from './world';

export type { FaultKind, FaultScope } from './faults';
export type { RecordedRequest } from './recorder';
export type { WireReceiver } from './state/scenario';
export { defaultSwitches, type Switches } from './switches';
export { allScopes, type TokenPair } from './tokens';

export interface SandboxOptions {
  /** 0, a free one, by default. */
  port?: number;
  /** Sets the clock and stops it there; without it the clock follows real time. */
  now?: UnixSeconds;
  switches?: Partial<Switches>;
  /** Whether every request is kept (true by default) or only counted per route, for long runs. */
  record?: boolean;
  client?: OAuthClient;
}

/** A CleverReach account of its own on 127.0.0.1, which can be driven from both sides: as an API and directly. */
export interface Sandbox {
  /** `http://127.0.0.1:PORT`; the API is at `/v3` below it, OAuth at `/oauth`. */
  readonly url: string;
  /** The address of its page, on which a person looks at the account and changes it by hand. */
  readonly page: string;
  readonly client: OAuthClient;
  readonly clock: Clock;
  /** May be changed at any time. */
  readonly switches: Switches;
  readonly faults: Faults;
  /** What happens in the account without the API. */
  readonly account: Scenario;
  /** Every request in the order of arrival; empty with `record: false`. */
  readonly requests: readonly RecordedRequest[];
  /** What a client did that would do harm in a real account. */
  readonly hazards: readonly Hazard[];
  count(query?: RequestQuery): number;
  forgetRequests(): void;
  seed(options?: SeedOptions): Seeded;
  issueToken(options?: { expiresIn?: number; scopes?: readonly string[] }): TokenPair;
  revokeToken(token: string): void;
  /** Lets an access token run out now. */
  expireToken(token: string): void;
  close(): Promise<void>;
}

/** Starts a sandbox with an empty account; `close` ends it and every open connection. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const clock = createClock(options.now);
  const switches: Switches = { ...defaultSwitches, ...options.switches };
  const client = options.client ?? { id: 'sandbox', secret: 'sandbox-secret' };
  const account = new Account(clock, switches);
  const tokens = new Tokens(clock, switches);
  const faults = new Faults();
  const recorder = new Recorder(options.record ?? true);
  const hazards = new Hazards(() => clock.now());
  const hooks = new Hooks();
  account.changes.listen(
    (change) => {
      hooks.announce(change);
    },
    () => hooks.list.length > 0,
  );
  const app = await createServer({ client, clock, switches, account, tokens, faults, hooks, recorder, hazards });
  const url = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  return {
    url,
    page: `${url}/`,
    client,
    clock,
    switches,
    faults,
    account: new Scenario(account),
    requests: recorder.requests,
    hazards: hazards.list,
    count: (query) => recorder.count(query),
    forgetRequests: () => {
      recorder.forget();
    },
    seed: (seedOptions) => seed(account, seedOptions),
    issueToken: (tokenOptions) => tokens.issue(tokenOptions),
    revokeToken: (token) => {
      tokens.revoke(token);
    },
    expireToken: (token) => {
      tokens.expire(token);
    },
    close: async () => {
      hooks.close();
      await app.close();
    },
  };
}
