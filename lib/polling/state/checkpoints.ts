/** Decides when a run stores its position, so that the next run repeats little after a crash. */

import type { Clock } from '../../utils/clock';
import { toSnapshot, type PollState } from './snapshot';

/** A dying run repeats what it sent since its last checkpoint: a page, and no more than this. */
const MAXIMUM_REPEATS = 500;
/** A long run in which little is sent is remembered too, in milliseconds. */
const INTERVAL_MS = 10_000;

export class Checkpoints {
  /** When the last one was stored, or when the run began; in milliseconds of `Clock.elapsed`. */
  at: number;
  /** Messages that were confirmed since and that it does not cover. */
  private sent = 0;

  /** How many messages may have to be repeated. */
  private readonly repeats: number;

  constructor(
    private readonly io: { clock: Clock; save(snapshot: object): Promise<void> },
    pageSize: number,
  ) {
    this.at = io.clock.elapsed();
    this.repeats = Math.min(pageSize, MAXIMUM_REPEATS);
  }

  /** Whether something has been confirmed that the last one does not cover. */
  get isBehind(): boolean {
    return this.sent > 0;
  }

  confirmed(): void {
    this.sent += 1;
  }

  /**
   * @param now milliseconds of `Clock.elapsed`
   * @param onTheirWay messages that would have to be repeated too, if the run died now
   */
  isDue(now: number, onTheirWay: number): boolean {
    return this.sent + onTheirWay >= this.repeats || now - this.at >= INTERVAL_MS;
  }

  /** Whether so many are on their way that a checkpoint that does not cover them is followed by the next one at once. */
  isCrowded(onTheirWay: number): boolean {
    return onTheirWay * 2 > this.repeats;
  }

  /** @param confirmedAhead messages that are confirmed and that the state does not cover */
  async save(state: PollState, confirmedAhead: number): Promise<void> {
    const covered = this.sent - confirmedAhead;
    await this.io.save(toSnapshot(state));
    // more may have been confirmed meanwhile
    this.sent -= covered;
    this.at = this.io.clock.elapsed();
  }
}
