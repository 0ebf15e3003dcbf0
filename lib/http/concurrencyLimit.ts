/** Bounds how many requests are on their way at once. Whoever comes when all slots are taken waits for a free one, in order. */

/** Of one account: requests of it that are not answered stop no other account. */
const ACCOUNT_REQUESTS = 10;
/** Of the process, for its file descriptors. */
const PROCESS_REQUESTS = 500;

export class Slots {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  /** What the work gives, once there is a slot for it. */
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

export const slotsOfProcess = new Slots(PROCESS_REQUESTS);

export const slotsOfAccount = (): Slots => new Slots(ACCOUNT_REQUESTS);
