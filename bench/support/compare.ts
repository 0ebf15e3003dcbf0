/** Runs tasks alternately in one process, so that a slow machine affects all of them equally. */

import type { Done, Work } from '../processes/protocol';
import type { Line } from '../row';
import type { Worker } from './child';
import { median } from './numbers';

/**
 * Runs the tasks alternately, each `runs` times after one warm-up that does not count.
 * @returns the results by name, in the order of the runs
 */
export async function runAlternately<Name extends string>(
  worker: Worker,
  works: Record<Name, Work>,
  runs: number,
  progress: (text: string) => void,
): Promise<Record<Name, Done[]>> {
  const names = Object.keys(works) as Name[];
  const done = Object.fromEntries(names.map((name) => [name, [] as Done[]])) as Record<Name, Done[]>;
  for (let run = 0; run <= runs; run += 1) {
    for (const name of names) {
      progress(run === 0 ? `${name}: warming up` : `${name}: run ${run} of ${runs}`);
      const one = await worker(works[name]);
      if (run > 0) done[name].push(one);
    }
  }
  return done;
}

export const microseconds = ({ cpuMs, receivers }: Done): number => (cpuMs * 1000) / receivers;

/** The line for several runs of one task. */
export function lineOf(what: string, runs: readonly number[], unit: string, target?: Line['target']): Line {
  return { what, value: median(runs), unit, runs, ...(target && { target }) };
}

/** The ratio of the CPU times of two tasks, run by run. */
export function ratios(of: readonly Done[], to: readonly Done[]): number[] {
  return of.map((one, run) => microseconds(one) / microseconds(to[run] ?? one));
}
