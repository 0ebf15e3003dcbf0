/** Unix time in seconds; 0 means "never". */
export type UnixSeconds = number;

/** The only source of time in the sandbox: for timestamps, token lifetimes and the `Date` header. */
export interface Clock {
  now(): UnixSeconds;
  /** Sets the time and stops the clock. */
  set(time: UnixSeconds): void;
  /** Advances the time; a running clock keeps running. */
  advance(seconds: number): void;
  /** Restarts a stopped clock from its current time. */
  run(): void;
}

/** A clock that follows real time, or is stopped at `start` if given. */
export function createClock(start?: UnixSeconds): Clock {
  const real = () => Math.floor(Date.now() / 1000);
  let stopped = start;
  let offset = 0;
  const now = () => stopped ?? real() + offset;
  return {
    now,
    set(time) {
      stopped = Math.floor(time);
    },
    advance(seconds) {
      if (stopped === undefined) offset += seconds;
      else stopped += seconds;
    },
    run() {
      offset = now() - real();
      stopped = undefined;
    },
  };
}
