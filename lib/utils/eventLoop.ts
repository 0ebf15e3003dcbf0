/**
 * Keeps the process responsive while it processes large records: heartbeats of the broker must not wait for seconds.
 */

import { systemClock } from './clock';

/** How long the process may work before it yields to the event loop, in milliseconds. */
const LONGEST_TURN_MS = 50;

/** When the work in this turn of the event loop began; undefined after the turn has ended. */
let began: number | undefined;

/**
 * Runs a piece of work. If the process has already worked for {@link LONGEST_TURN_MS} in this turn of the event loop,
 * for any caller, the work runs in a later turn. It measures the process itself, so no clock is passed in. Rejects with
 * the error of the work.
 */
export async function runYielding<Result>(work: () => Result): Promise<Result> {
  while (isTurnOver()) await nextTurn();
  // without another await: many callers wait at the same time, and each must see the time that the previous one has used
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
