/**
 * Messages that arrive together are written together: while one write is under way the next ones gather, and all of them go out
 * in the write that follows. No timer is needed, and a message that comes alone does not wait.
 */

/** As many as one request takes; more of them only make the first wait for the last. */
const MAXIMUM_TOGETHER = 250;

/** Writes many, and gives one result for each, in their order. */
export type WriteMany<Item, Result> = (items: readonly Item[]) => Promise<readonly Result[]>;

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

export class Gatherer<Item, Result> {
  private readonly lines = new Map<string, Waiting<Item, Result>[]>();

  /**
   * The result of one item, whoever it was written with.
   * @param key only items with the same key are written together: the same account, and the same settings
   * @param write used if this item is the first of those that it goes out with
   */
  async add(key: string, item: Item, write: WriteMany<Item, Result>): Promise<Result> {
    return await new Promise((resolve, reject) => {
      const line = this.lines.get(key);
      const waiting = { item, resolve, reject };
      if (line) {
        line.push(waiting);
        return;
      }
      this.lines.set(key, [waiting]);
      void this.empty(key, write);
    });
  }

  private async empty(key: string, write: WriteMany<Item, Result>): Promise<void> {
    for (;;) {
      const together = this.lines.get(key)?.splice(0, MAXIMUM_TOGETHER) ?? [];
      if (together.length === 0) break;
      await this.settle(together, write);
    }
    this.lines.delete(key);
  }

  private async settle(together: readonly Waiting<Item, Result>[], write: WriteMany<Item, Result>): Promise<void> {
    try {
      const results = await write(together.map(({ item }) => item));
      for (const [index, { resolve, reject }] of together.entries()) {
        const result = results[index];
        if (result === undefined)
          reject(new Error(`${together.length} items were written with ${results.length} results`));
        else resolve(result);
      }
    } catch (error) {
      for (const { reject } of together) reject(error);
    }
  }
}
