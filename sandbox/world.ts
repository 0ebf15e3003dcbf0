import type { Clock } from './clock';
import type { Faults } from './faults';
import type { Hooks } from './hooks';
import type { Hazards, Recorder } from './recorder';
import type { Account } from './state/account';
import type { Switches } from './switches';
import type { Tokens } from './tokens';

/** The OAuth app whose credentials a client uses. */
export interface OAuthClient {
  id: string;
  secret: string;
}

/** The dependencies of the routes. */
export interface World {
  readonly client: OAuthClient;
  readonly accountId: number;
  readonly clock: Clock;
  readonly switches: Switches;
  readonly account: Account;
  readonly tokens: Tokens;
  readonly faults: Faults;
  readonly hooks: Hooks;
  readonly recorder: Recorder;
  readonly hazards: Hazards;
}
