/**
 * Batches messages that arrive together: the messages that arrive during one write are written together by the next one.
 * When the messages of a write are done, the runtime delivers new ones. The next write waits for them briefly; otherwise
 * it would contain only the first one. A message that arrives alone does not wait.
 *
 * Messages about the same receiver are written in the order of delivery, however long the mapping of each one takes.
 * For this, all messages of an account share one queue, and a message takes its position on arrival. The address of a
 * message is known only after its mapping. A message never overtakes an unmapped message that has the same mapping or
 * that names the same receiver. It overtakes other unmapped messages after a timeout.
 */

import type { Clock } from '../utils/clock';
import { Subjects, type Subject } from './resolve/recordOrder';

/** Maximum number of messages in a batch: the rows of one request. A larger batch would only delay the first message. */
const MAX_BATCH = 250;
/** How many queued messages are searched for the next batch. */
const MAX_SEARCHED = 1_000;
/** Maximum time that the next write waits for more messages, in milliseconds. Short compared with a request. */
const REFILL_MS = 50;
const STEP_MS = 5;
/**
 * How long other messages wait for an unmapped message that does not name their receiver, in milliseconds. Longer than
 * the time limit of a mapping.
 */
const UNMAPPED_TIMEOUT_MS = 1_500;

/** Writes several items and returns one result per item, in the same order. */
export type WriteMany<Item, Result> = (items: readonly Item[]) => Promise<readonly Result[]>;

export interface BatchEntry<Item, Result> {
  /** The queue: one per account. */
  queue: string;
  /** Only items of the same kind, that is, with the same settings, are written together. */
  kind: string;
  /**
   * The value to write, once it is ready. If it rejects, the item leaves the queue and {@link MessageBatcher.add}
   * rejects with the same error.
   */
  item: Promise<Item>;
  /** The mapping. Items with the same mapping do not overtake each other until they are ready. */
  source: string;
  /**
   * Whether the item, before it is ready, names this subject. If it does, other items about the subject wait for it
   * without a timeout.
   */
  names: (subject: Subject) => boolean;
  subjectOf: (item: Item) => Subject;
  /** Used if this item is the first of its batch. */
  write: WriteMany<Item, Result>;
}

interface Waiting<Item, Result> extends Pick<BatchEntry<Item, Result>, 'kind' | 'source' | 'names' | 'write'> {
  ready?: { item: Item; subject: Subject };
  /** Whether the timeout for others that wait for this item is running or over. */
  timeout?: 'running' | 'over';
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

type Taken<Item, Result> = Waiting<Item, Result> & Required<Pick<Waiting<Item, Result>, 'ready'>>;

interface Queue<Item, Result> {
  waiting: Waiting<Item, Result>[];
  /** Called when an item is ready, has left the queue, or may be overtaken. */
  changed: () => void;
}

export class MessageBatcher<Item, Result> {
  private readonly queues = new Map<string, Queue<Item, Result>>();

  constructor(private readonly clock: Pick<Clock, 'sleep'>) {}

  /** Returns the result of one item. The item has its position in the queue before this function returns. */
  async add({ queue: key, item, subjectOf, ...entry }: BatchEntry<Item, Result>): Promise<Result> {
    return await new Promise((resolve, reject) => {
      const queue = this.queues.get(key) ?? { waiting: [], changed: () => undefined };
      const waiting: Waiting<Item, Result> = { ...entry, resolve, reject };
      const prepare = async (): Promise<void> => {
        try {
          const value = await item;
          waiting.ready = { item: value, subject: subjectOf(value) };
        } catch (error) {
          queue.waiting.splice(queue.waiting.indexOf(waiting), 1);
          waiting.reject(error);
        }
        queue.changed();
      };
      void prepare();
      queue.waiting.push(waiting);
      if (this.queues.has(key)) return;
      this.queues.set(key, queue);
      void this.drain(key, queue);
    });
  }

  private async drain(key: string, queue: Queue<Item, Result>): Promise<void> {
    while (queue.waiting.length > 0) {
      const { together, delayedBy } = takeTogether(queue.waiting);
      if (together.length > 0) {
        await this.settle(together);
        await this.refill(queue.waiting, together.length + queue.waiting.length);
      } else {
        for (const one of delayedBy) void this.startTimeout(one, queue);
        await new Promise<void>((resolve) => (queue.changed = resolve));
      }
    }
    this.queues.delete(key);
  }

  private async startTimeout(waiting: Waiting<Item, Result>, queue: Queue<Item, Result>): Promise<void> {
    if (waiting.timeout) return;
    waiting.timeout = 'running';
    await this.clock.sleep(UNMAPPED_TIMEOUT_MS);
    waiting.timeout = 'over';
    queue.changed();
  }

  /** @param before the number of items before the write; no more than that arrive until some of them are done */
  private async refill(queue: readonly Waiting<Item, Result>[], before: number): Promise<void> {
    if (before === 1) return;
    const enough = Math.min(before, MAX_BATCH);
    const ready = (): number => queue.filter((one) => one.ready).length;
    for (let waited = 0; waited < REFILL_MS && ready() < enough; waited += STEP_MS) await this.clock.sleep(STEP_MS);
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
 * Removes the first item that can be written and all items of its batch from the queue. No item overtakes another one
 * that may be about the same receiver, or an unready one of the same source.
 */
function takeTogether<Item, Result>(
  queue: Waiting<Item, Result>[],
): { together: Taken<Item, Result>[]; delayedBy: ReadonlySet<Waiting<Item, Result>> } {
  const taken = new Set<Waiting<Item, Result>>();
  const passed = new Subjects();
  const unready: Waiting<Item, Result>[] = [];
  const delayedBy = new Set<Waiting<Item, Result>>();
  const together: Taken<Item, Result>[] = [];
  let kind: string | undefined;
  for (const waiting of queue.slice(0, MAX_SEARCHED)) {
    if (together.length === MAX_BATCH) break;
    const { ready } = waiting;
    if (!ready) {
      unready.push(waiting);
      continue;
    }
    const isFree = !passed.mayHold(ready.subject) && mayOvertakeAll(waiting.source, ready.subject, unready, delayedBy);
    if (isFree && waiting.kind === (kind ?? waiting.kind)) {
      kind = waiting.kind;
      taken.add(waiting);
      together.push({ ...waiting, ready });
    } else passed.add(ready.subject);
  }
  queue.splice(0, queue.length, ...queue.filter((one) => !taken.has(one)));
  return { together, delayedBy };
}

/** @param delayedBy collects the items that cause a delay although they do not name the subject */
function mayOvertakeAll<Item, Result>(
  source: string,
  subject: Subject,
  unready: readonly Waiting<Item, Result>[],
  delayedBy: Set<Waiting<Item, Result>>,
): boolean {
  if (unready.some((one) => one.source === source)) return false;
  let isFree = true;
  for (const one of unready) {
    const isNamed = one.names(subject);
    if (!isNamed && one.timeout === 'over') continue;
    isFree = false;
    if (!isNamed) delayedBy.add(one);
  }
  return isFree;
}
