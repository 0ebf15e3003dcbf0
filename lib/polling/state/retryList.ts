/**
 * Receivers that could not be emitted and are retried by the next poll. The snapshot lists as many as fit. For the
 * others, a poll by timestamps keeps a filter, which also emits some other receivers again; a poll by content, which
 * needs no list, keeps the cursor before their changes.
 */

import type { UnixSeconds } from '../../cleverreach/types';
import type { MemberFilter } from './memberFilter';
import { emptyRetry, type MemberKey, type BoundedNotes } from './boundedNotes';

export class RetryList {
  /** Noted by earlier polls and not met by this sweep yet; what it never meets is forgotten. */
  private readonly earlier: BoundedNotes;
  private readonly next: BoundedNotes;
  private readonly earlierFilter: MemberFilter | undefined;
  private nextFilter: MemberFilter | undefined;

  /**
   * @param stored the notes of a snapshot
   * @param resumed whether this sweep's first leg may have made them: then they are all kept
   * @param filter those of a snapshot that could not be noted
   */
  constructor(
    stored: BoundedNotes,
    resumed: boolean,
    public heldBelow: UnixSeconds | undefined,
    filter?: MemberFilter,
    /** Makes a filter for those that cannot be noted; undefined where the cursor is held instead. */
    private readonly newFilter?: () => MemberFilter,
  ) {
    const copy = stored.mergedWith(emptyRetry());
    [this.earlier, this.next] = resumed ? [emptyRetry(), copy] : [copy, emptyRetry()];
    if (resumed) this.nextFilter = filter?.copy();
    else this.earlierFilter = filter;
  }

  has(key: MemberKey): boolean {
    if (this.earlier.has(key) || this.next.has(key)) return true;
    return this.earlierFilter?.has(key) === true || this.nextFilter?.has(key) === true;
  }

  solved(key: MemberKey): void {
    this.earlier.delete(key);
    this.next.delete(key);
  }

  /** @param changedAt when the receiver was changed, as far as is known */
  add(key: MemberKey, changedAt: UnixSeconds): void {
    this.earlier.delete(key);
    if (this.next.set(key, '', this.earlier.used)) return;
    if (this.newFilter) {
      this.nextFilter ??= this.earlierFilter?.emptied() ?? this.newFilter();
      this.nextFilter.add(key);
      return;
    }
    this.heldBelow = Math.min(this.heldBelow ?? changedAt, changedAt);
  }

  /** The cursor that may be reached at the most. */
  limit(cursor: UnixSeconds): UnixSeconds {
    return this.heldBelow === undefined ? cursor : Math.max(0, Math.min(cursor, this.heldBelow - 1));
  }

  /** For a checkpoint: all that is noted. */
  all(): BoundedNotes {
    return this.next.mergedWith(this.earlier);
  }

  /** For a checkpoint: the filter of all that could not be noted. */
  allUnlisted(): MemberFilter | undefined {
    const [earlier, next] = [this.earlierFilter, this.nextFilter];
    return earlier && next ? next.mergedWith(earlier) : (next ?? earlier);
  }

  /** After the sweep: what has failed in it. */
  left(): BoundedNotes {
    return this.next;
  }

  /** After the sweep: what has failed in it and could not be noted. */
  leftUnlisted(): MemberFilter | undefined {
    return this.nextFilter;
  }
}
