/** What outlives one call of a step. Each account has an entry of its own; no two tenants share one. */

/** One process serves many accounts on OIH, where a component may be shared. */
const MAX_ENTRIES = 500;
/** What nobody has asked for during this time is forgotten as soon as anybody asks for anything, in milliseconds. */
const LIFE_MS = 3_600_000;

/** Runs one piece of work at a time; who comes while it runs waits for that one instead of starting another. */
export class Flight {
  private running: Promise<void> | undefined;

  get isUnderWay(): boolean {
    return this.running !== undefined;
  }

  /** @param work begun only when none is under way; all who wait for it get its error */
  async run(work: () => Promise<void>): Promise<void> {
    this.running ??= work().finally(() => {
      this.running = undefined;
    });
    await this.running;
  }
}

/** Keeps the entries that were used last, and not for longer than an hour beyond that. */
export class Cache<Entry> {
  /** From the one that was used longest ago. */
  private readonly entries = new Map<string, { entry: Entry; usedAt: number }>();

  /** @param mayGo whether an entry can be forgotten without loss */
  constructor(
    private readonly mayGo: (entry: Entry) => boolean,
    private readonly limit = MAX_ENTRIES,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  /**
   * The entry of a key, made when there is none.
   * @param now milliseconds of `Clock.elapsed`
   */
  get(key: string, now: number, make: () => Entry): Entry {
    const entry = this.entries.get(key)?.entry ?? make();
    this.entries.delete(key);
    this.entries.set(key, { entry, usedAt: now });
    this.shrink(key, now);
    return entry;
  }

  private shrink(newest: string, now: number): void {
    for (const [key, { entry, usedAt }] of this.entries) {
      if (this.entries.size <= this.limit && now - usedAt < LIFE_MS) return;
      if (key !== newest && this.mayGo(entry)) this.entries.delete(key);
    }
  }
}
