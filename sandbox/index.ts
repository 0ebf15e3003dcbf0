import { createClock, type Clock, type UnixSeconds } from './clock';
import { Faults } from './faults';
import { Hooks } from './hooks';
import { profileOf } from './profile';
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
  /** Default 0: a free port. */
  port?: number;
  /** Sets the clock and stops it; otherwise the clock follows real time. */
  now?: UnixSeconds;
  /** Those that differ from the profile in `CLEVERREACH_PROFILE`, or, without one, from the defaults. */
  switches?: Partial<Switches>;
  /** Whether every request is recorded (default true) or only counted per route, for long runs. */
  record?: boolean;
  client?: OAuthClient;
  /** The id of the account in `GET /debug/whoami`. Default 300417; two sandboxes with one id are the same account for a client. */
  accountId?: number;
  /** The scopes of the OAuth app; all if omitted. */
  scopes?: readonly string[];
}

/** A private CleverReach account on 127.0.0.1. Tests use it as an API and change its data directly. */
export interface Sandbox {
  /** `http://127.0.0.1:PORT`; the API is at `/v3` below it, the Flow API at `/flow`, OAuth at `/oauth`. */
  readonly url: string;
  /** The URL of its page, on which a user views and edits the account. */
  readonly page: string;
  readonly client: OAuthClient;
  readonly clock: Clock;
  /** May be changed at any time. */
  readonly switches: Switches;
  readonly faults: Faults;
  /** Changes in the account that do not come from the API. */
  readonly account: Scenario;
  /** Every request in the order of arrival; empty with `record: false`. */
  readonly requests: readonly RecordedRequest[];
  /** Actions of a client that would do harm in a real account. */
  readonly hazards: readonly Hazard[];
  count(query?: RequestQuery): number;
  /** Sum of the bodies of the responses, as the clients got them. */
  bytes(query?: RequestQuery): number;
  forgetRequests(): void;
  seed(options?: SeedOptions): Seeded;
  issueToken(options?: { expiresIn?: number; scopes?: readonly string[] }): TokenPair;
  revokeToken(token: string): void;
  /** Expires an access token immediately. */
  expireToken(token: string): void;
  close(): Promise<void>;
}

/** Starts a sandbox with an empty account; `close` stops it and closes all connections. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const clock = createClock(options.now);
  const switches: Switches = { ...defaultSwitches, ...profileOf(process.env), ...options.switches };
  const client = options.client ?? { id: 'sandbox', secret: 'sandbox-secret' };
  const { accountId = 300_417 } = options;
  const account = new Account(clock, switches);
  const tokens = new Tokens(clock, switches, options.scopes);
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
  const app = await createServer({
    client,
    accountId,
    clock,
    switches,
    account,
    tokens,
    faults,
    hooks,
    recorder,
    hazards,
  });
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
    bytes: (query) => recorder.bytes(query),
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
