/**
 * Receivers that could not be sent, to be tried again by the next poll: as many as a snapshot has room for are noted; if there
 * are more, the cursor stays below their changes.
 */

import type { UnixSeconds } from '../cleverreach/types';
import { emptyRetry, type MemberKey, type Notes } from './memory';

export class Failures {
  /** Noted by earlier polls and not met by this sweep yet; what it never meets is forgotten. */
  private readonly earlier: Notes;
  private readonly next: Notes;

  /**
   * @param stored the notes of a snapshot
   * @param resumed whether this sweep's first leg may have made them: then they are all kept
   */
  constructor(
    stored: Notes,
    resumed: boolean,
    public heldBelow: UnixSeconds | undefined,
  ) {
    const copy = stored.mergedWith(emptyRetry());
    [this.earlier, this.next] = resumed ? [emptyRetry(), copy] : [copy, emptyRetry()];
  }

  has(key: MemberKey): boolean {
    return this.earlier.has(key) || this.next.has(key);
  }

  solved(key: MemberKey): void {
    this.earlier.delete(key);
    this.next.delete(key);
  }

  /** @param changedAt when the receiver was changed, as far as is known */
  add(key: MemberKey, changedAt: UnixSeconds): void {
    this.earlier.delete(key);
    if (this.next.set(key, '', this.earlier.used)) return;
    this.heldBelow = Math.min(this.heldBelow ?? changedAt, changedAt);
  }

  /** The cursor that may be reached at the most. */
  limit(cursor: UnixSeconds): UnixSeconds {
    return this.heldBelow === undefined ? cursor : Math.max(0, Math.min(cursor, this.heldBelow - 1));
  }

  /** For a checkpoint: all that is noted. */
  all(): Notes {
    return this.next.mergedWith(this.earlier);
  }

  /** After the sweep: what has failed in it. */
  left(): Notes {
    return this.next;
  }
}
