/** Time and chance, passed in wherever they matter, so that a test decides both. */

export interface Clock {
  /** Unix time in MILLISECONDS. */
  now(): number;
  /** Milliseconds since some moment. Never set back or forth, as the time of day may be: for durations. */
  elapsed(): number;
  sleep(milliseconds: number): Promise<void>;
  /** From 0 up to, and without, 1. */
  random(): number;
}

/** Unix seconds reach this in the year 5138; a larger number is milliseconds. */
export const FIRST_MILLISECONDS = 100_000_000_000;

/** The end of the year 9999 in unix seconds: the last time that a date in ISO 8601 can hold. */
export const LAST_SECOND = 253_402_300_799;

/** Whole unix seconds of a time that somebody else wrote down, in seconds or in milliseconds. */
export function inSeconds(time: number): number {
  return Math.floor(time >= FIRST_MILLISECONDS ? time / 1_000 : time);
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: () => Math.random(),
};
