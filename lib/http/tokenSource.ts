/** What a source of access tokens can do, wherever they come from. */

import type { Clock } from '../utils/clock';
import type { Logger } from '../utils/logger';
import type { PlatformSecrets } from '../oauth/platformSecretsPort';

export interface TokenSource {
  /** A token that is good as far as is known; renewed ahead of its expiry where that is known. */
  current(): Promise<string>;
  /**
   * Another token, after CleverReach refused one with 401. When somebody has renewed it meanwhile, that one.
   * @throws AuthorisationError when there is no other, TemporaryError when it could not be found out
   */
  renew(rejected: string): Promise<string>;
}

export interface TokenSourceOptions {
  /** `https://rest.cleverreach.com`; tokens are asked for there. */
  baseUrl: string;
  platform: PlatformSecrets;
  clock: Clock;
  logger: Logger;
}
