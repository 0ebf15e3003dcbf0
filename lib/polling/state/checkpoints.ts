/** Decides when a run stores its state, so that the next run repeats little after a crash. */

import type { Clock } from '../../utils/clock';
import { toSnapshot, type PollState, type SnapshotRoom } from './snapshot';

/**
 * A run that crashes repeats what it emitted since its last checkpoint: a page, but at most this number of receivers.
 */
export const MAX_REPEATS = 500;

/** Maximum number of receivers that are emitted between two checkpoints. */
export const repeatsOf = (pageSize: number): number => Math.min(pageSize, MAX_REPEATS);

/** A long run that emits little stores its state too, in milliseconds. */
const INTERVAL_MS = 10_000;

export class Checkpoints {
  /** When the last one was stored, or when the run began; in milliseconds of `Clock.elapsed`. */
  at: number;
  /** Receivers that were emitted since. */
  private begun = 0;
  private readonly repeats: number;

  constructor(
    private readonly io: { clock: Clock; save(snapshot: object): Promise<void> },
    private readonly room: SnapshotRoom,
    pageSize: number,
  ) {
    this.at = io.clock.elapsed();
    this.repeats = repeatsOf(pageSize);
  }

  /** Whether something was emitted that the last checkpoint does not cover. */
  get isBehind(): boolean {
    return this.begun > 0;
  }

  /** A receiver is being emitted. */
  count(): void {
    this.begun += 1;
  }

  get isDue(): boolean {
    return this.begun >= this.repeats || this.io.clock.elapsed() - this.at >= INTERVAL_MS;
  }

  /** Stores a state that covers all that was emitted. */
  async save(state: PollState): Promise<void> {
    await this.io.save(toSnapshot(state, this.room));
    this.begun = 0;
    this.at = this.io.clock.elapsed();
  }
}
