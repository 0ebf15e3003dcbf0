/** Which changes a step sends: the fields `changeTypes` and `tag`. */

import { nameKey } from '../../utils/unicode';
import type { Receiver } from '../../cleverreach/types';
import type { ChangeType } from '../../config/changeTypes';
import { newestFirst, type ChangeList } from './stateChanges';

interface FilterFields {
  types: readonly ChangeType[];
  /** Only receivers with this tag are sent; all if undefined. */
  tag: string | undefined;
}

export class ChangeFilter {
  private readonly types: ReadonlySet<ChangeType>;
  private readonly tag: string | undefined;

  constructor({ types, tag }: FilterFields) {
    this.types = new Set(types);
    this.tag = tag === undefined ? undefined : nameKey(tag);
  }

  get includesDeletions(): boolean {
    return this.types.has('deleted');
  }

  get includesEdits(): boolean {
    return this.types.has('changed');
  }

  /**
   * Of several reasons to send a receiver, those that the step asks for, the newest first; empty if the receiver is not
   * sent.
   */
  select(receiver: Receiver, changes: ChangeList): ChangeList {
    const isWanted = changes.some((change) => this.types.has(change)) && this.hasTag(receiver);
    if (!isWanted) return [];
    if (changes.length === 1) return changes;
    return newestFirst(changes, receiver).filter((change) => this.types.has(change));
  }

  private hasTag({ tags = [] }: Receiver): boolean {
    return this.tag === undefined || tags.some((tag) => nameKey(tag) === this.tag);
  }
}
