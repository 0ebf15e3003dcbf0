/** A validated record with a target group. */

import type { StateOfNew } from './consent';
import type { OptOut } from './optOut';
import type { Row } from './row';

export interface Candidate extends StateOfNew {
  /** Position among the input records. */
  position: number;
  /** The name of the record in errors and the log. */
  name: string;
  row: Row;
  /** Values that are not written, with the reason; never contains the values. */
  notices: readonly string[];
  /** Whether the record is an opt-out from its target group; missing if it is not. */
  optOut?: OptOut;
  /** The CleverReach id of the receiver, if the record has one. */
  ownId?: string;
}
