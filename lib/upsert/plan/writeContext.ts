/** Dependencies of the write functions. */

import type { AccountDirectory } from '../../cleverreach/accountCache';
import type { CleverReachApi } from '../../cleverreach/types';
import type { Clock } from '../../utils/clock';
import type { Logger } from '../../utils/logger';
import type { CircuitBreaker } from '../circuitBreaker';
import type { WriteSettings } from '../writeSettings';
import type { Types } from './attributeFilter';
import type { CreateSupport } from './createSupport';
import type { StoredSpellings } from './storedSpellings';

export interface WriteContext {
  settings: WriteSettings;
  api: CleverReachApi;
  clock: Pick<Clock, 'now' | 'elapsed'>;
  logger: Logger;
  /** Cache for the account of `api`, kept between calls. */
  directory: AccountDirectory;
  /** Memory for the same account, kept between calls. */
  spellings: StoredSpellings;
  /** Memory for the same account, kept between calls. */
  createSupport: CreateSupport;
}

/** The context of one batch; `breaker` watches its `api` and `directory`. */
export interface BatchContext extends WriteContext {
  breaker: CircuitBreaker;
}

/** The context of a write to one group. */
export interface GroupContext extends BatchContext {
  groupId: string;
  types: Types;
}
