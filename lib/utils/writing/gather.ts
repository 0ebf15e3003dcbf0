/**
 * Messages that arrive together are written together: while one write is under way the next ones gather, and all of them go out
 * in the write that follows. A runtime hands over new messages as soon as the ones of a write are done, so that the next write
 * gives them a moment to come: else the first of them would go alone, and then all the others. Messages that come one by one do
 * not wait.
 *
 * Messages about the same receiver are written in the order in which they were handed over, however long each takes until it is
 * mapped. So all messages of an account wait in one line, in which each gets its place at once.
 */

import type { Clock } from '../clock';
import { Subjects, type Subject } from './order';

/** As many as one request takes; more of them only make the first wait for the last. */
const MAXIMUM_TOGETHER = 250;
/** How far down the line those are looked for that go with the first. */
const LOOKED_AT = 1_000;
/** How long the next write waits for as many to come as the one before had, in milliseconds; short against a request. */
const MOMENT_MS = 50;
const STEP_MS = 5;

/** Writes many, and gives one result for each, in their order. */
export type WriteMany<Item, Result> = (items: readonly Item[]) => Promise<readonly Result[]>;

export interface Entry<Item, Result> {
  /** The line that it waits in: the account. */
  line: string;
  /** Only items of the same kind are written together: those with the same settings. */
  kind: string;
  /** What is to be written, once it is ready. An item that rejects leaves the line, and {@link Gatherer.add} rejects as it does. */
  item: Promise<Item>;
  subjectOf: (item: Item) => Subject;
  /** Used if this item is the first of those that it goes out with. */
  write: WriteMany<Item, Result>;
}

interface Waiting<Item, Result> extends Pick<Entry<Item, Result>, 'kind' | 'write'> {
  ready?: { item: Item; subject: Subject };
  /** Settled once it is ready or has left the line. */
  known: Promise<void>;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

type Taken<Item, Result> = Waiting<Item, Result> & Required<Pick<Waiting<Item, Result>, 'ready'>>;

export class Gatherer<Item, Result> {
  private readonly lines = new Map<string, Waiting<Item, Result>[]>();

  constructor(private readonly clock: Pick<Clock, 'sleep'>) {}

  /** The result of one item, whoever it was written with. Its place in the line is taken before this returns. */
  async add({ line: key, kind, item, subjectOf, write }: Entry<Item, Result>): Promise<Result> {
    return await new Promise((resolve, reject) => {
      const line = this.lines.get(key) ?? [];
      const waiting: Waiting<Item, Result> = { kind, write, resolve, reject, known: Promise.resolve() };
      const known = async (): Promise<void> => {
        try {
          const value = await item;
          waiting.ready = { item: value, subject: subjectOf(value) };
        } catch (error) {
          line.splice(line.indexOf(waiting), 1);
          waiting.reject(error);
        }
      };
      waiting.known = known();
      line.push(waiting);
      if (this.lines.has(key)) return;
      this.lines.set(key, line);
      void this.empty(key, line);
    });
  }

  private async empty(key: string, line: Waiting<Item, Result>[]): Promise<void> {
    for (let [first] = line; first; [first] = line) {
      await first.known;
      const together = takeTogether(line);
      if (together.length === 0) continue;
      await this.settle(together);
      await this.refill(line, together.length + line.length);
    }
    this.lines.delete(key);
  }

  /** @param before how many there were at once: no more will come until some of those are done */
  private async refill(line: readonly Waiting<Item, Result>[], before: number): Promise<void> {
    if (before === 1) return;
    const enough = Math.min(before, MAXIMUM_TOGETHER);
    const ready = (): number => line.filter((one) => one.ready).length;
    for (let waited = 0; waited < MOMENT_MS && ready() < enough; waited += STEP_MS) await this.clock.sleep(STEP_MS);
  }

  private async settle(together: readonly Taken<Item, Result>[]): Promise<void> {
    const [first] = together;
    try {
      const results = (await first?.write(together.map(({ ready }) => ready.item))) ?? [];
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

/**
 * Takes out of the line the first and those that go with it. Nobody passes one that is not ready, as it is not known yet whom it
 * means, and nobody of another kind who may be the same receiver.
 */
function takeTogether<Item, Result>(line: Waiting<Item, Result>[]): Taken<Item, Result>[] {
  const taken = new Set<Waiting<Item, Result>>();
  const passed = new Subjects();
  const together: Taken<Item, Result>[] = [];
  for (const waiting of line.slice(0, LOOKED_AT)) {
    const { kind, ready } = waiting;
    if (!ready || together.length === MAXIMUM_TOGETHER) break;
    if (kind === line[0]?.kind && !passed.mayHold(ready.subject)) {
      taken.add(waiting);
      together.push({ ...waiting, ready });
    } else passed.add(ready.subject);
  }
  line.splice(0, line.length, ...line.filter((one) => !taken.has(one)));
  return together;
}
