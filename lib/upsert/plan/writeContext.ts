/** Dependencies of the write functions. */

import type { AccountDirectory } from '../../cleverreach/accountCache';
import type { CleverReachApi } from '../../cleverreach/types';
import type { Logger } from '../../utils/logger';
import type { WriteSettings } from '../writeSettings';
import type { Types } from './attributeFilter';
import type { StoredSpellings } from './storedSpellings';

export interface WriteContext {
  settings: WriteSettings;
  api: CleverReachApi;
  /** `now` returns milliseconds. */
  clock: { now(): number };
  logger: Logger;
  /** Cache for the account of `api`, kept between calls. */
  directory: AccountDirectory;
  /** Memory for the same account, kept between calls. */
  spellings: StoredSpellings;
}

/** The context of a write to one group. */
export interface GroupContext extends WriteContext {
  groupId: string;
  types: Types;
}
