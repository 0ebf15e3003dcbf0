/**
 * The queue of a step, as a broker keeps it: messages are handed over in the order of their arrival, and at most
 * `prefetch` of them are being processed at the same time.
 */

type Work = () => Promise<void>;

export class MessageQueue<T extends object> {
  private readonly waiting: T[] = [];
  private arriving = 0;
  private active = 0;
  private isHandingOver = false;
  private changed: (() => void)[] = [];
  private added = Promise.resolve();

  /**
   * @param prefetch maximum number of messages that are being processed at the same time; as many more may wait
   * @param prepare called for one message after the other; returns the work, which runs concurrently, or undefined if there
   *   is none. Neither may reject.
   */
  constructor(
    private readonly prefetch: number,
    private readonly prepare: (message: T) => Promise<Work | undefined>,
  ) {}

  /** Resolves as soon as the queue has room for the message, so that memory stays bounded. */
  async add(message: T): Promise<void> {
    // a message never overtakes one that has to wait for room
    this.arriving += 1;
    this.added = this.addAfter(this.added, message);
    await this.added;
  }

  private async addAfter(earlier: Promise<void>, message: T): Promise<void> {
    await earlier;
    while (this.waiting.length >= this.prefetch) await this.change();
    this.arriving -= 1;
    this.waiting.push(message);
    if (!this.isHandingOver) void this.handOver();
  }

  get isIdle(): boolean {
    return this.arriving === 0 && this.waiting.length === 0 && this.active === 0;
  }

  /** Resolves when no message waits or is being processed. */
  async idle(): Promise<void> {
    while (!this.isIdle) await this.change();
  }

  private async handOver(): Promise<void> {
    this.isHandingOver = true;
    for (let message = this.waiting.shift(); message !== undefined; message = this.waiting.shift()) {
      this.active += 1;
      this.report();
      const work = await this.prepare(message);
      void this.finish(work);
      while (this.active >= this.prefetch) await this.change();
    }
    this.isHandingOver = false;
  }

  private async finish(work: Work | undefined): Promise<void> {
    await work?.();
    this.active -= 1;
    this.report();
  }

  private report(): void {
    const those = this.changed;
    this.changed = [];
    for (const resolve of those) resolve();
  }

  private async change(): Promise<void> {
    await new Promise<void>((resolve) => this.changed.push(resolve));
  }
}
