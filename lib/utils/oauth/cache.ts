/** What outlives one call of a step. Each account has an entry of its own; no two tenants share one. */

/** One process serves many accounts on OIH, where a component may be shared. */
const MAX_ENTRIES = 500;

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

/** Keeps the entries that were used last. */
export class Cache<Entry> {
  private readonly entries = new Map<string, Entry>();

  /** @param mayGo whether an entry can be forgotten without loss */
  constructor(
    private readonly mayGo: (entry: Entry) => boolean,
    private readonly limit = MAX_ENTRIES,
  ) {}

  /** The entry of a key, made when there is none. */
  get(key: string, make: () => Entry): Entry {
    const entry = this.entries.get(key) ?? make();
    this.entries.delete(key);
    this.entries.set(key, entry);
    this.shrink();
    return entry;
  }

  private shrink(): void {
    const newest = [...this.entries.keys()].at(-1);
    for (const [key, entry] of this.entries) {
      if (this.entries.size <= this.limit) return;
      if (key !== newest && this.mayGo(entry)) this.entries.delete(key);
    }
  }
}
