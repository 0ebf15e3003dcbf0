/**
 * Who is evaluated next. Mappings are served in turn, one record of each at a time, so that none waits for the many records of
 * another. Of the places, one is kept for mappings that have been quick: one that runs for ever in each of its records, or that is
 * not known yet, only ever delays others of its kind. Of these, the slow ones get every third turn, and those that are not known
 * yet the others, the newest and the oldest alternately: so a new mapping waits for two or three records, however many others wait.
 */

/** How many are evaluated at once, each in a process of its own. */
export const PLACES = 2;
/** For how long a mapping that was slow is served among the slow ones, in milliseconds. */
const SLOW_FOR_MS = 600_000;
/** Of how many mappings it is known how quick they were; the one used longest ago is forgotten. */
const MAX_KNOWN = 10_000;

/** How a mapping has behaved so far. */
type Standing = 'quick' | 'unknown' | 'slow';

/** Whose turn it is, among those that are not known to be quick. */
const ROUND = ['newest', 'oldest', 'slow'] as const;

export interface Turn {
  /** Whether the mapping has only been quick so far. */
  readonly isQuick: boolean;
  /** To be called where the mapping turns out to be slow. */
  wasSlow(): void;
}

export class Turns {
  /** Records that wait, by mapping. */
  private readonly lines = new Map<string, (() => void)[]>();
  /** Mappings with waiting records of which none is under way, in the order of their turns. */
  private readonly waiting: Record<Standing, Set<string>> = { quick: new Set(), unknown: new Set(), slow: new Set() };
  private readonly underWay = new Map<string, Standing>();
  /** Turns of mappings that are not known to be quick, see {@link ROUND}. */
  private round = 0;
  /** Until when a mapping counts as slow, in milliseconds of the clock; 0 of one that was quick. */
  private readonly known = new Map<string, number>();

  constructor(private readonly clock: { now(): number }) {}

  /**
   * Does the work when it is the mapping's turn.
   * @param key of the mapping
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

  /** The kept place is for quick ones; the other one serves them as well where nobody else waits. */
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

  /** A mapping that was slow stays so for a while, whatever its other records take. */
  private note(key: string, slowUntil: number): void {
    const until = this.standingOf(key) === 'slow' ? Math.max(slowUntil, this.known.get(key) ?? 0) : slowUntil;
    this.known.delete(key);
    this.known.set(key, until);
    const oldest = this.known.keys().next();
    if (this.known.size > MAX_KNOWN && !oldest.done) this.known.delete(oldest.value);
  }
}
