import type { Clock, UnixSeconds } from '../clock';
import type { Switches } from '../switches';
import type { Stamps } from './model';

/** The timestamps that a member had before a change; undefined if it was no member. */
interface Former {
  changedAt: UnixSeconds;
  stamps: Stamps | undefined;
}

/** The timestamps of members as a filter knows them that sees each change late. Keeps nothing without a lag. */
export class FormerStamps {
  private readonly kept = new Map<string, Former[]>();

  constructor(
    private readonly clock: Clock,
    private readonly switches: Switches,
  ) {}

  /** Must be called before a member is changed, added or deleted. */
  keep(groupId: number, id: number, current: Readonly<Stamps> | undefined): void {
    if (this.switches.filterLagSeconds === 0) return;
    const key = `${groupId} ${id}`;
    const changedAt = this.clock.now();
    const late = (this.kept.get(key) ?? []).filter((one) => this.isLate(one));
    if (late.at(-1)?.changedAt !== changedAt) late.push({ changedAt, stamps: current && stampsOf(current) });
    this.kept.set(key, late);
  }

  /** What the filter knows: the timestamps before the first change that it does not see yet, or the current ones. */
  of(groupId: number, id: number, current: Readonly<Stamps> | undefined): Readonly<Stamps> | undefined {
    if (this.kept.size === 0 || this.switches.filterLagSeconds === 0) return current;
    const first = this.kept.get(`${groupId} ${id}`)?.find((one) => this.isLate(one));
    return first ? first.stamps : current;
  }

  private isLate({ changedAt }: Former): boolean {
    return changedAt + this.switches.filterLagSeconds > this.clock.now();
  }
}

function stampsOf({ registered, activated, deactivated, bounced, imported }: Stamps): Stamps {
  return { registered, activated, deactivated, bounced, imported };
}
