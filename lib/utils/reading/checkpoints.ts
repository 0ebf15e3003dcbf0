/** When a run stores where it stands, so that a run that dies repeats little. */

import type { Clock } from '../clock';
import { toSnapshot, type PollState } from './snapshot';

/** A dying run repeats what it sent since its last checkpoint: a page, and no more than this. */
const MAXIMUM_REPEATS = 500;
/** A long run in which little is sent is remembered too, in milliseconds. */
const INTERVAL_MS = 10_000;

export class Checkpoints {
  /** When the last one was stored, or when the run began; in unix milliseconds. */
  at: number;
  /** Messages that were confirmed since. */
  private sent = 0;

  constructor(
    private readonly io: { clock: Clock; save(snapshot: object): Promise<void> },
    private readonly pageSize: number,
  ) {
    this.at = io.clock.now();
  }

  /** Whether something has been confirmed that the last one does not cover. */
  get isBehind(): boolean {
    return this.sent > 0;
  }

  confirmed(): void {
    this.sent += 1;
  }

  /**
   * @param now unix milliseconds
   * @param onTheirWay messages that would have to be repeated too, if the run died now
   */
  isDue(now: number, onTheirWay: number): boolean {
    const repeats = Math.min(this.pageSize, MAXIMUM_REPEATS);
    return this.sent + onTheirWay >= repeats || now - this.at >= INTERVAL_MS;
  }

  async save(state: PollState): Promise<void> {
    await this.io.save(toSnapshot(state));
    this.sent = 0;
    this.at = this.io.clock.now();
  }
}
