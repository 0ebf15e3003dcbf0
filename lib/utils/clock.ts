/** Time and chance, passed in wherever they matter, so that a test decides both. */

export interface Clock {
  /** Unix time in MILLISECONDS. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** From 0 up to, and without, 1. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: () => Math.random(),
};
