/** The dependencies of every source of access tokens. */

import type { Clock } from '../utils/clock';
import type { Logger } from '../utils/logger';
import type { PlatformSecretsPort } from './platformSecretsPort';

export interface TokenSourceOptions {
  /** `https://rest.cleverreach.com`; tokens are requested there. */
  baseUrl: string;
  platform: PlatformSecretsPort;
  clock: Clock;
  logger: Logger;
}
