/**
 * Ends a batch if CleverReach does not answer its requests. Each request has a time limit, and the messages of a batch
 * wait for the end of the batch. Without this limit, a batch of many records would wait for one timeout per record.
 */

import type { Clock } from '../utils/clock';
import { isTemporary, TemporaryError } from '../utils/errors';
import { WORKS_LATER } from '../http/retry';

/** How much time the failed requests of a batch may take together, in milliseconds. */
const LIMIT_MS = 30_000;

/** One per batch. */
export class CircuitBreaker {
  private lostMs = 0;

  constructor(private readonly clock: Pick<Clock, 'elapsed'>) {}

  /** Whether the limit is reached: no further record is begun, and the records that were begun are finished. */
  get isOpen(): boolean {
    return this.lostMs >= LIMIT_MS;
  }

  /** The error of a record that is not begun; undefined below the limit. It names no other record. */
  get problem(): TemporaryError | undefined {
    if (!this.isOpen) return undefined;
    const seconds = Math.round(this.lostMs / 1_000);
    return new TemporaryError(
      `Nothing was sent to CleverReach, because earlier requests of the same batch failed for ${seconds} s.${WORKS_LATER}`,
    );
  }

  /**
   * Call this before anything is sent for a record.
   * @throws the {@link problem}
   */
  check(): void {
    const { problem } = this;
    if (problem) throw problem;
  }

  /** The same object; the time of each asynchronous call that fails temporarily counts. */
  watch<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (object, name) => {
        const member: unknown = Reflect.get(object, name);
        if (typeof member !== 'function') return member;
        return (...given: unknown[]): unknown => {
          const since = this.clock.elapsed();
          const response: unknown = Reflect.apply(member, object, given);
          return response instanceof Promise ? this.measured(response, since) : response;
        };
      },
    });
  }

  private async measured(response: Promise<unknown>, since: number): Promise<unknown> {
    try {
      return await response;
    } catch (error) {
      if (isTemporary(error)) this.lostMs += this.clock.elapsed() - since;
      throw error;
    }
  }
}
