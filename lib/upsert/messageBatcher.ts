/**
 * Messages that arrive together are written together: while one write is under way the next ones gather, and all of them go out
 * in the write that follows. A runtime hands over new messages as soon as the ones of a write are done, so that the next write
 * gives them a moment to come: else the first of them would go alone, and then all the others. Messages that come one by one do
 * not wait.
 *
 * Messages about the same receiver are written in the order in which they were handed over, however long each takes until it is
 * mapped. So all messages of an account wait in one line, in which each gets its place at once. Which address a mapping gives is known
 * only when it is done, so nobody passes a message that is not mapped yet, but those of other mappings wait for a while only where it
 * does not name their receiver.
 */

import type { Clock } from '../utils/clock';
import { Subjects, type Subject } from './resolve/recordOrder';

/** As many as one request takes; more of them only make the first wait for the last. */
const MAXIMUM_TOGETHER = 250;
/** How far down the line those are looked for that go with the first. */
const LOOKED_AT = 1_000;
/** How long the next write waits for as many to come as the one before had, in milliseconds; short against a request. */
const MOMENT_MS = 50;
const STEP_MS = 5;
/** How long others wait for one that does not name their receiver before it is mapped; longer than one mapping may take. */
const PATIENCE_MS = 1_500;

/** Writes many, and gives one result for each, in their order. */
export type WriteMany<Item, Result> = (items: readonly Item[]) => Promise<readonly Result[]>;

export interface BatchEntry<Item, Result> {
  /** The line that it waits in: the account. */
  line: string;
  /** Only items of the same kind are written together: those with the same settings. */
  kind: string;
  /** What is to be written, once it is ready. An item that rejects leaves the line, and {@link MessageBatcher.add} rejects as it does. */
  item: Promise<Item>;
  /** Items of one source never pass each other before they are ready: those with the same mapping. */
  source: string;
  /** Whether the item names this subject before it is ready: then the subject waits for it, and else for a while only. */
  names: (subject: Subject) => boolean;
  subjectOf: (item: Item) => Subject;
  /** Used if this item is the first of those that it goes out with. */
  write: WriteMany<Item, Result>;
}

interface Waiting<Item, Result> extends Pick<BatchEntry<Item, Result>, 'kind' | 'source' | 'names' | 'write'> {
  ready?: { item: Item; subject: Subject };
  /** How long others have waited for it, which must not be for ever where it does not name their receiver. */
  patience?: 'running' | 'over';
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

type Taken<Item, Result> = Waiting<Item, Result> & Required<Pick<Waiting<Item, Result>, 'ready'>>;

interface Line<Item, Result> {
  waiting: Waiting<Item, Result>[];
  /** To be called when somebody is ready, has left, or may be passed now. */
  changed: () => void;
}

export class MessageBatcher<Item, Result> {
  private readonly lines = new Map<string, Line<Item, Result>>();

  constructor(private readonly clock: Pick<Clock, 'sleep'>) {}

  /** The result of one item, whoever it was written with. Its place in the line is taken before this returns. */
  async add({ line: key, item, subjectOf, ...entry }: BatchEntry<Item, Result>): Promise<Result> {
    return await new Promise((resolve, reject) => {
      const line = this.lines.get(key) ?? { waiting: [], changed: () => undefined };
      const waiting: Waiting<Item, Result> = { ...entry, resolve, reject };
      const prepare = async (): Promise<void> => {
        try {
          const value = await item;
          waiting.ready = { item: value, subject: subjectOf(value) };
        } catch (error) {
          line.waiting.splice(line.waiting.indexOf(waiting), 1);
          waiting.reject(error);
        }
        line.changed();
      };
      void prepare();
      line.waiting.push(waiting);
      if (this.lines.has(key)) return;
      this.lines.set(key, line);
      void this.empty(key, line);
    });
  }

  private async empty(key: string, line: Line<Item, Result>): Promise<void> {
    while (line.waiting.length > 0) {
      const { together, delayedBy } = takeTogether(line.waiting);
      if (together.length > 0) {
        await this.settle(together);
        await this.refill(line.waiting, together.length + line.waiting.length);
      } else {
        for (const one of delayedBy) void this.losePatience(one, line);
        await new Promise<void>((resolve) => (line.changed = resolve));
      }
    }
    this.lines.delete(key);
  }

  private async losePatience(waiting: Waiting<Item, Result>, line: Line<Item, Result>): Promise<void> {
    if (waiting.patience) return;
    waiting.patience = 'running';
    await this.clock.sleep(PATIENCE_MS);
    waiting.patience = 'over';
    line.changed();
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
 * Takes out of the line the first that can go, and those that go with it. Nobody passes another one who may be about the same
 * receiver, nor one of the same source that is not ready.
 */
function takeTogether<Item, Result>(
  line: Waiting<Item, Result>[],
): { together: Taken<Item, Result>[]; delayedBy: ReadonlySet<Waiting<Item, Result>> } {
  const taken = new Set<Waiting<Item, Result>>();
  const passed = new Subjects();
  const unready: Waiting<Item, Result>[] = [];
  const delayedBy = new Set<Waiting<Item, Result>>();
  const together: Taken<Item, Result>[] = [];
  let kind: string | undefined;
  for (const waiting of line.slice(0, LOOKED_AT)) {
    if (together.length === MAXIMUM_TOGETHER) break;
    const { ready } = waiting;
    if (!ready) {
      unready.push(waiting);
      continue;
    }
    const isFree = !passed.mayHold(ready.subject) && mayPassAll(waiting.source, ready.subject, unready, delayedBy);
    if (isFree && waiting.kind === (kind ?? waiting.kind)) {
      kind = waiting.kind;
      taken.add(waiting);
      together.push({ ...waiting, ready });
    } else passed.add(ready.subject);
  }
  line.splice(0, line.length, ...line.filter((one) => !taken.has(one)));
  return { together, delayedBy };
}

/** @param delayedBy gets those that are waited for although they do not name the subject */
function mayPassAll<Item, Result>(
  source: string,
  subject: Subject,
  unready: readonly Waiting<Item, Result>[],
  delayedBy: Set<Waiting<Item, Result>>,
): boolean {
  if (unready.some((one) => one.source === source)) return false;
  let isFree = true;
  for (const one of unready) {
    const isNamed = one.names(subject);
    if (!isNamed && one.patience === 'over') continue;
    isFree = false;
    if (!isNamed) delayedBy.add(one);
  }
  return isFree;
}
