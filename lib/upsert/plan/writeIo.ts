/** What the writing needs from outside. */

import type { AccountDirectory } from '../../cleverreach/accountCache';
import type { CleverReachApi } from '../../cleverreach/types';
import type { Logger } from '../../utils/logger';
import type { Echoes } from './storedSpellings';

export interface WriteIo {
  api: CleverReachApi;
  /** Milliseconds. */
  clock: { now(): number };
  logger: Logger;
  /** Of the same account as `api`, kept from one call to the next. */
  directory: AccountDirectory;
  /** Of the same account, kept as well. */
  echoes: Echoes;
}
