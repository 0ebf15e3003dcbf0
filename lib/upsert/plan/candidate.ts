/** A record on its way into a group. */

import type { StateOfNew } from './consent';
import type { Row } from './row';

export interface Candidate extends StateOfNew {
  /** Its place among the records that came in. */
  position: number;
  /** The record in words. */
  name: string;
  row: Row;
  /** What of the record is not written, and why; nothing of what it says. */
  notices: readonly string[];
  /** The id of a receiver of ours that it means. */
  ownId?: string;
}
