/**
 * The amount of work of the long tests. `TEST_EXAMPLES` is the factor for the usual number of random examples, 1 if it is
 * not set: CI uses a smaller factor for all versions of Node but one, and `TEST_EXAMPLES=10` runs ten times as many.
 */
const FACTOR = Number(process.env['TEST_EXAMPLES'] ?? 1);

export function examples(count: number): { numRuns: number } {
  return { numRuns: Math.ceil(count * FACTOR) };
}

/** A part of the items, at least one; different values of `turn` select different items. */
export function someOf<T>(all: readonly T[], turn: number): T[] {
  const few = Math.max(1, Math.round(1 / FACTOR));
  const first = turn % Math.min(few, all.length);
  return all.filter((_, index) => index % few === first);
}

/** The interval of progress lines of a long run, in milliseconds. */
const PROGRESS_MS = 10_000;

/**
 * The number of runs of a model: `MODEL_RUNS` if it is set (`npm run test:model -- --runs N`), with a line of progress
 * every few seconds, else that of {@link examples}. `MODEL_SEED` repeats a failed run.
 * @returns the parameters of fast-check, and a wrapper that counts the runs of a property
 */
export function modelRuns(
  name: string,
  count: number,
): {
  params: { numRuns: number; seed?: number };
  counted: <Args extends unknown[]>(run: (...args: Args) => Promise<void>) => (...args: Args) => Promise<void>;
} {
  const { MODEL_RUNS: wanted, MODEL_SEED: seed } = process.env;
  const { numRuns } = wanted === undefined ? examples(count) : { numRuns: Number(wanted) };
  let runs = 0;
  let reportedAt = Date.now();
  const countRun = (): void => {
    runs += 1;
    if (wanted === undefined || Date.now() - reportedAt < PROGRESS_MS) return;
    reportedAt = Date.now();
    process.stderr.write(`${name}: ${runs} of ${numRuns} runs\n`);
  };
  return {
    params: { numRuns, ...(seed !== undefined && { seed: Number(seed) }) },
    counted:
      (run) =>
      async (...args) => {
        countRun();
        await run(...args);
      },
  };
}
