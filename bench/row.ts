/**
 * A row of the bench: one question about the component, answered by a measurement. The rows are the files of
 * `bench/rows`; the table, the documentation and the chart are generated from their results.
 */

/**
 * `full` for docs/performance.md, `quick` for a quick check, `tiny` to check that everything runs: its numbers are
 * meaningless.
 */
export type Scale = 'full' | 'quick' | 'tiny';

export interface RowOptions {
  scale: Scale;
  /** Shows the current activity and its progress; cheap to call often. */
  progress: (text: string) => void;
}

/** One line of the table. */
export interface Line {
  /** The measured quantity, for example `quiet poll, 100,000 receivers, against the bare read`. */
  what: string;
  /** The median if there were several runs. */
  value: number;
  /** `×`, `µs per receiver`, `MB`, `requests per message`, … */
  unit: string;
  /** All runs, for the spread; omitted if there was only one run. */
  runs?: readonly number[];
  /** The expected value. A missed target is shown and never fails the bench. */
  target?: { atMost: number } | { atLeast: number };
}

/** A curve of the chart: cost against the number of receivers. */
export interface Series {
  name: string;
  points: readonly { receivers: number; microseconds: number }[];
}

export interface RowResult {
  lines: readonly Line[];
  /** Results other than numbers, such as module names: Markdown below the table. */
  remarks?: readonly string[];
  /** Only for the row about growth. */
  series?: readonly Series[];
}

export interface Row {
  number: number;
  title: string;
  /** What is measured, how, and what it means: one paragraph of Markdown for docs/performance.md. */
  explanation: string;
  /** Whether the row runs under the real runtimes; it is then skipped if no broker answers. */
  needsBroker?: true;
  run(options: RowOptions): Promise<RowResult>;
}
