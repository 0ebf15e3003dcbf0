/** Limits the number of concurrent requests. If all slots are taken, callers wait in order. */

/** Limit per account, so that the unanswered requests of one account never block another. */
const ACCOUNT_REQUESTS = 10;
/** Limit per process, for its file descriptors. */
const PROCESS_REQUESTS = 500;

export class ConcurrencyLimit {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  /** Runs the work as soon as a slot is free. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free += 1;
    }
  }
}

export const processLimit = new ConcurrencyLimit(PROCESS_REQUESTS);

export const accountLimit = (): ConcurrencyLimit => new ConcurrencyLimit(ACCOUNT_REQUESTS);
