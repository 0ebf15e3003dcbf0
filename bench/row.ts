/**
 * What a row of the bench is: one question about the component, answered by measuring. Rows are the files of `bench/rows`;
 * the table, the documentation and the picture are made of what they return.
 */

/** `full` for docs/performance.md, `quick` for a look, `tiny` to see that everything runs: its numbers mean nothing. */
export type Scale = 'full' | 'quick' | 'tiny';

export interface RowOptions {
  scale: Scale;
  /** Shows what is being done, and how far it is; call it as often as you like. */
  progress: (text: string) => void;
}

/** One line of the table. */
export interface Line {
  /** What was measured, for example `quiet poll, 100,000 receivers, against the bare read`. */
  what: string;
  /** The median of all runs where there were several. */
  value: number;
  /** `×`, `µs per receiver`, `MB`, `requests per message`, … */
  unit: string;
  /** Every run, for the spread; left out where there was one run only. */
  runs?: readonly number[];
  /** What it should be. Missing a target is shown and never fails the bench. */
  target?: { atMost: number } | { atLeast: number };
}

/** A curve of the picture: cost against the number of receivers. */
export interface Series {
  name: string;
  points: readonly { receivers: number; microseconds: number }[];
}

export interface RowResult {
  lines: readonly Line[];
  /** What cannot be said in numbers, such as names of modules: markdown, below the table. */
  remarks?: readonly string[];
  /** Only the row about growth has them. */
  series?: readonly Series[];
}

export interface Row {
  number: number;
  title: string;
  /** What is measured and how, and what it means: one paragraph of markdown for docs/performance.md. */
  explanation: string;
  /** Whether it runs under the real runtimes and is left out where no broker answers. */
  needsBroker?: true;
  run(options: RowOptions): Promise<RowResult>;
}
