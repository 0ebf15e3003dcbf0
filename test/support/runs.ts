/**
 * How much the long tests look at. `TEST_EXAMPLES` is the share, 1 if it is not set: CI looks at all on one version of Node and at
 * less on the others, and whoever has changed something that is hard to see may look at ten times as many random examples.
 */
const SHARE = Number(process.env['TEST_EXAMPLES'] ?? 1);

export function examples(count: number): { numRuns: number } {
  return { numRuns: Math.ceil(count * SHARE) };
}

/** All of them, or of every few the one at this turn, so that several turns look at different ones; at least one of them. */
export function someOf<T>(all: readonly T[], turn: number): T[] {
  const few = Math.max(1, Math.round(1 / SHARE));
  const first = turn % Math.min(few, all.length);
  return all.filter((_, index) => index % few === first);
}

/** How often a long run says how far it is, in milliseconds. */
const PROGRESS_MS = 10_000;

/**
 * How a model is played: `MODEL_RUNS` times where that is set (`npm run test:model -- --runs N`), then with a line of progress
 * every few seconds, else as often as {@link examples} says; from `MODEL_SEED` where a failure is to be seen again.
 * @returns the parameters of fast-check, and what counts the runs of a property
 */
export function modelRuns(
  name: string,
  count: number,
): {
  params: { numRuns: number; seed?: number };
  counted: <Args extends unknown[]>(play: (...args: Args) => Promise<void>) => (...args: Args) => Promise<void>;
} {
  const { MODEL_RUNS: wanted, MODEL_SEED: seed } = process.env;
  const { numRuns } = wanted === undefined ? examples(count) : { numRuns: Number(wanted) };
  let runs = 0;
  let told = Date.now();
  const tell = (): void => {
    runs += 1;
    if (wanted === undefined || Date.now() - told < PROGRESS_MS) return;
    told = Date.now();
    process.stderr.write(`${name}: ${runs} of ${numRuns} runs\n`);
  };
  return {
    params: { numRuns, ...(seed !== undefined && { seed: Number(seed) }) },
    counted:
      (play) =>
      async (...args) => {
        tell();
        await play(...args);
      },
  };
}
