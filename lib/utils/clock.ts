/** Time and randomness. Code that needs them receives a `Clock`, so that a test controls both. */

export interface Clock {
  /** Unix time in MILLISECONDS. */
  now(): number;
  /** Milliseconds since an arbitrary moment. Monotonic, unlike the time of day: for durations. */
  elapsed(): number;
  sleep(milliseconds: number): Promise<void>;
  /** From 0 (inclusive) to 1 (exclusive). */
  random(): number;
}

/** Unix seconds reach this value in the year 5138; a larger number is in milliseconds. */
export const FIRST_MILLISECONDS = 100_000_000_000;

/** The end of the year 9999 in Unix seconds: the last time that an ISO 8601 date can express. */
export const LAST_SECOND = 253_402_300_799;

/** Whole Unix seconds of an external time in seconds or milliseconds. */
export function inSeconds(time: number): number {
  return Math.floor(time >= FIRST_MILLISECONDS ? time / 1_000 : time);
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: () => Math.random(),
};

/** A time as an ISO 8601 date-time, from 1970 to the end of the year 9999. @param time in Unix seconds */
export function utc(time: number): string {
  return new Date(Math.min(Math.max(time, 0), LAST_SECOND) * 1_000).toISOString().replace('.000Z', 'Z');
}
