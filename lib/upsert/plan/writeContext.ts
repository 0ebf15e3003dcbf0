/** What the steps of a write work with. */

import type { AccountDirectory } from '../../cleverreach/accountCache';
import type { CleverReachApi } from '../../cleverreach/types';
import type { Logger } from '../../utils/logger';
import type { WriteSettings } from '../writeSettings';
import type { Types } from './attributeFilter';
import type { StoredSpellings } from './storedSpellings';

export interface WriteContext {
  settings: WriteSettings;
  api: CleverReachApi;
  /** Milliseconds. */
  clock: { now(): number };
  logger: Logger;
  /** Of the same account as `api`, kept from one call to the next. */
  directory: AccountDirectory;
  /** Of the same account, kept as well. */
  spellings: StoredSpellings;
}

/** The same for one group that is written to. */
export interface GroupContext extends WriteContext {
  groupId: string;
  types: Types;
}
