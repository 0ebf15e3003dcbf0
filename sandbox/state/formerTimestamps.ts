import type { Clock, UnixSeconds } from '../clock';
import type { Switches } from '../switches';
import type { Timestamps } from './model';

/** The timestamps of a member before a change; undefined if it was not in the group then. */
interface EarlierTimestamps {
  changedAt: UnixSeconds;
  timestamps: Timestamps | undefined;
}

/**
 * The timestamps of members as the filter returns them. With the switch `filterLagSeconds`, the filter returns each
 * change only after that time; without it, nothing is kept.
 */
export class FormerTimestamps {
  private readonly kept = new Map<string, EarlierTimestamps[]>();

  constructor(
    private readonly clock: Clock,
    private readonly switches: Switches,
  ) {}

  /** Must be called before a member is changed, added or deleted. */
  keep(groupId: number, id: number, current: Readonly<Timestamps> | undefined): void {
    if (this.switches.filterLagSeconds === 0) return;
    const key = `${groupId} ${id}`;
    const changedAt = this.clock.now();
    const late = (this.kept.get(key) ?? []).filter((one) => this.isLate(one));
    if (late.at(-1)?.changedAt !== changedAt) late.push({ changedAt, timestamps: current && timestampsOf(current) });
    this.kept.set(key, late);
  }

  /** The timestamps before the first change that the filter does not return yet; else the current ones. */
  of(groupId: number, id: number, current: Readonly<Timestamps> | undefined): Readonly<Timestamps> | undefined {
    if (this.kept.size === 0 || this.switches.filterLagSeconds === 0) return current;
    const first = this.kept.get(`${groupId} ${id}`)?.find((one) => this.isLate(one));
    return first ? first.timestamps : current;
  }

  private isLate({ changedAt }: EarlierTimestamps): boolean {
    return changedAt + this.switches.filterLagSeconds > this.clock.now();
  }
}

function timestampsOf({ registered, activated, deactivated, bounced, imported }: Timestamps): Timestamps {
  return { registered, activated, deactivated, bounced, imported };
}
