/**
 * Messages that arrive together are written together: while one write is under way the next ones gather, and all of them go out
 * in the write that follows. A runtime hands over new messages as soon as the ones of a write are done, so that the next write
 * gives them a moment to come: else the first of them would go alone, and then all the others. Messages that come one by one do
 * not wait.
 */

import type { Clock } from '../clock';

/** As many as one request takes; more of them only make the first wait for the last. */
const MAXIMUM_TOGETHER = 250;
/** How long the next write waits for as many to come as the one before had, in milliseconds; short against a request. */
const MOMENT_MS = 50;
const STEP_MS = 5;

/** Writes many, and gives one result for each, in their order. */
export type WriteMany<Item, Result> = (items: readonly Item[]) => Promise<readonly Result[]>;

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

export class Gatherer<Item, Result> {
  private readonly lines = new Map<string, Waiting<Item, Result>[]>();

  constructor(private readonly clock: Pick<Clock, 'sleep'>) {}

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
      const opened = [waiting];
      this.lines.set(key, opened);
      void this.empty(key, opened, write);
    });
  }

  private async empty(key: string, line: Waiting<Item, Result>[], write: WriteMany<Item, Result>): Promise<void> {
    while (line.length > 0) {
      const together = line.splice(0, MAXIMUM_TOGETHER);
      await this.settle(together, write);
      await this.refill(line, together.length + line.length);
    }
    this.lines.delete(key);
  }

  /** @param before how many there were at once: no more will come until some of those are done */
  private async refill(line: readonly unknown[], before: number): Promise<void> {
    if (before === 1) return;
    const enough = Math.min(before, MAXIMUM_TOGETHER);
    for (let waited = 0; waited < MOMENT_MS && line.length < enough; waited += STEP_MS) await this.clock.sleep(STEP_MS);
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
