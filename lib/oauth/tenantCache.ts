/** State that outlives one call of a step. Each account has its own entry; tenants never share one. */

/** Maximum number of cached accounts. On OIH one process may serve many, because components can be shared. */
const MAX_ENTRIES = 500;
/** An entry that was not used for this time, in milliseconds, is evicted on the next access to the cache. */
const LIFE_MS = 3_600_000;

/** Keeps the most recently used entries, each for at most an hour after its last use. */
export class TenantCache<Entry> {
  /** In the order of their last use, least recently used first. */
  private readonly entries = new Map<string, { entry: Entry; usedAt: number }>();

  /** @param mayGo whether an entry can be evicted without loss */
  constructor(
    private readonly mayGo: (entry: Entry) => boolean,
    private readonly limit = MAX_ENTRIES,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  /**
   * The entry of a key, created if missing.
   * @param now time of `Clock.elapsed` in milliseconds
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
