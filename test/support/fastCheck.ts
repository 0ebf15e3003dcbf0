/**
 * Random tests try the same cases each time, so that a failure is caused by a change and not by chance. `TEST_SEED` chooses other
 * cases, `TEST_SEED=random` new ones each time; long runs of the models (`MODEL_RUNS`) are always new.
 */

import fc from 'fast-check';

const DEFAULT_SEED = 20_261_128;

const { MODEL_RUNS: runs, TEST_SEED: seed = DEFAULT_SEED } = process.env;

if (seed !== 'random' && !Number.isInteger(Number(seed))) {
  throw new Error(`TEST_SEED must be a whole number or "random", not "${seed}".`);
}
if (seed !== 'random' && runs === undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });

export default fc;
