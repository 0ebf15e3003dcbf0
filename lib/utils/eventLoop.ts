/** Keeps the process responsive while it works through large records: heartbeats of the broker must not wait for seconds. */

import { systemClock } from './clock';

/** How long the process may work before it lets others in, in milliseconds. */
const LONGEST_TURN_MS = 50;

/** When the work began that is going on; undefined once the event loop has come round. */
let began: number | undefined;

/**
 * Does a piece of work, in a later turn of the event loop if the process has already worked for {@link LONGEST_TURN_MS}
 * in this one, whoever did it. It measures the process itself, so it takes no clock. Rejects with what the work throws.
 */
export async function runYielding<Result>(work: () => Result): Promise<Result> {
  while (isTurnOver()) await nextTurn();
  // at once: many wait at the same time, and each has to see what the one before has taken
  return work();
}

function isTurnOver(): boolean {
  const now = systemClock.elapsed();
  if (began === undefined) {
    began = now;
    setImmediate(() => (began = undefined));
  }
  return now - began >= LONGEST_TURN_MS;
}

async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
