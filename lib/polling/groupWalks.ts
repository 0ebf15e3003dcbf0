/** The walks through several groups, one after the other: the next one begins while the last page of one is being handled. */

import type { Group } from '../cleverreach/types';
import type { WalkedPage } from './pagination/position';

type Pages = AsyncGenerator<WalkedPage, void, void>;

export class GroupWalks {
  private readonly begun = new Map<number, Pages>();

  /** @param begin requests the first page of a group; `onEnding` is called when its last page may have come */
  constructor(
    private readonly groups: readonly Group[],
    private readonly begin: (group: Group, onEnding: () => void) => Pages,
  ) {}

  /** The walk through the group at an index that exists. */
  at(index: number): Pages {
    const walk = this.begun.get(index);
    if (walk) return walk;
    const group = this.groups[index];
    if (!group) throw new RangeError(`There is no group at ${index}.`);
    const begun = this.begin(group, () => {
      if (index + 1 < this.groups.length) this.at(index + 1);
    });
    this.begun.set(index, begun);
    return begun;
  }

  /** No further request is begun. */
  async end(): Promise<void> {
    for (const walk of this.begun.values()) await walk.return();
  }
}
