/** Unix time in seconds; 0 means "never". */
export type UnixSeconds = number;

/** The only source of time in the sandbox: stamps, token lives and the `Date` header all come from here. */
export interface Clock {
  now(): UnixSeconds;
  /** Sets the time and stops it there. */
  set(time: UnixSeconds): void;
  /** Moves the time forward; a running clock goes on running. */
  advance(seconds: number): void;
  /** Lets a stopped clock run on from where it stands. */
  run(): void;
}

/** A clock that follows real time, or stands at `start` when that is given. */
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
