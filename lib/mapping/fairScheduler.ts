/**
 * Selects the mapping to evaluate next. Mappings take turns with one record each, so that no mapping waits for the many
 * records of another. One slot is reserved for mappings that have been quick, so that a mapping that never ends, or
 * that is still unknown, delays only others of its kind. Among those that are not known to be quick, slow ones get every
 * third turn; unknown ones get the other turns, alternating between the newest and the oldest. A new mapping therefore
 * waits for two or three records, however many others are waiting.
 */

import { LRUCache } from 'lru-cache';

/** Maximum number of records that are evaluated at the same time, each in its own process. */
export const PLACES = 2;
/** How long a slow mapping is scheduled as slow, in milliseconds. */
const SLOW_FOR_MS = 600_000;
/** Number of mappings whose speed is remembered; the least recently used one is evicted first. */
const MAX_KNOWN = 10_000;

/** The observed speed of a mapping. */
type Standing = 'quick' | 'unknown' | 'slow';

/** The order of turns among mappings that are not known to be quick. */
const ROUND = ['newest', 'oldest', 'slow'] as const;

export interface Turn {
  /** Whether the mapping has always been quick. */
  readonly isQuick: boolean;
  /** Called when the mapping turns out to be slow. */
  wasSlow(): void;
}

export class FairScheduler {
  /** Waiting records, by mapping. */
  private readonly lines = new Map<string, (() => void)[]>();
  /** Mappings that have waiting records but none that is running, in the order of their turns. */
  private readonly waiting: Record<Standing, Set<string>> = { quick: new Set(), unknown: new Set(), slow: new Set() };
  private readonly underWay = new Map<string, Standing>();
  /** Counts the turns of mappings that are not known to be quick, see {@link ROUND}. */
  private round = 0;
  /** The time until which a mapping counts as slow, in milliseconds of the clock; 0 for a quick mapping. */
  private readonly known = new LRUCache<string, number>({ max: MAX_KNOWN });

  constructor(private readonly clock: { now(): number }) {}

  /**
   * Runs the work when it is the mapping's turn.
   * @param key the key of the mapping
   */
  async run<T>(key: string, work: (turn: Turn) => Promise<T>): Promise<T> {
    await new Promise<void>((begin) => {
      const line = this.lines.get(key);
      if (line) line.push(begin);
      else this.lines.set(key, [begin]);
      if (!this.underWay.has(key)) this.waiting[this.standingOf(key)].add(key);
      this.serve();
    });
    let slowUntil = 0;
    const wasSlow = (): void => {
      slowUntil = this.clock.now() + SLOW_FOR_MS;
    };
    try {
      return await work({ isQuick: this.underWay.get(key) === 'quick', wasSlow });
    } finally {
      this.note(key, slowUntil);
      this.underWay.delete(key);
      if (this.lines.has(key)) this.waiting[this.standingOf(key)].add(key);
      this.serve();
    }
  }

  private serve(): void {
    while (this.underWay.size < PLACES) {
      const next = this.next();
      if (next === undefined) return;
      const { standing, key } = next;
      this.waiting[standing].delete(key);
      this.underWay.set(key, standing);
      const line = this.lines.get(key) ?? [];
      const begin = line.shift();
      if (line.length === 0) this.lines.delete(key);
      begin?.();
    }
  }

  /** The reserved slot is for quick mappings. The other slot serves them too if no other mapping waits. */
  private next(): { standing: Standing; key: string } | undefined {
    const { quick, unknown, slow } = this.waiting;
    const others = [...this.underWay.values()].filter((one) => one !== 'quick').length;
    const mayServeOther = others < PLACES - 1 && unknown.size + slow.size > 0;
    const [quickKey] = quick;
    if (quickKey !== undefined && !(mayServeOther && this.underWay.size > 0))
      return { standing: 'quick', key: quickKey };
    if (!mayServeOther) return undefined;
    const turn = ROUND[this.round % ROUND.length];
    this.round += 1;
    const [slowKey] = slow;
    if (slowKey !== undefined && (turn === 'slow' || unknown.size === 0)) return { standing: 'slow', key: slowKey };
    const keys = [...unknown];
    return { standing: 'unknown', key: (turn === 'newest' ? keys.at(-1) : keys[0]) ?? '' };
  }

  private standingOf(key: string): Standing {
    const slowUntil = this.known.get(key);
    if (slowUntil === 0) return 'quick';
    return slowUntil !== undefined && slowUntil > this.clock.now() ? 'slow' : 'unknown';
  }

  /** A mapping that was slow counts as slow for a while, however quick its other records are. */
  private note(key: string, slowUntil: number): void {
    const until = this.standingOf(key) === 'slow' ? Math.max(slowUntil, this.known.get(key) ?? 0) : slowUntil;
    this.known.set(key, until);
  }
}
