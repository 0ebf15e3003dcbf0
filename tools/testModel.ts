/**
 * `npm run test:model`: runs the model tests for longer than the regular tests do, with random sequences of events in
 * an account and in the flows that use it. Exits with jest's code.
 */

import { runCommand, UsageError, wholeNumber } from './lib/args';
import { runJest } from './lib/jest';

const usage = `Usage: npm run test:model -- [--runs <number>] [--seed <number>] [<model> …]

Runs random sequences of events for polling and writing. A line every few seconds shows the progress.

  --runs <number>  how many sequences for each model (1000)
  --seed <number>  the seed that a failure reports, to repeat the same sequences
  <model>          polling, upsert or twoWay; all models by default

Exit code: 0; 1 if a sequence fails; 2 if the command line is invalid.`;

const options = { runs: { type: 'string', default: '1000' }, seed: { type: 'string' } } as const;

runCommand({ usage, options, most: Infinity }, async ({ values: { runs, seed }, positionals }) => {
  wholeNumber('runs', runs, 1, Number.MAX_SAFE_INTEGER);
  if (seed !== undefined && !/^-?\d+$/.test(seed))
    throw new UsageError(`--seed must be a whole number, not '${seed}'.`);
  return await runJest(
    'jest.config.js',
    [
      ...['--selectProjects', 'model', '--runInBand'],
      ...(positionals.length > 0 ? ['--testPathPatterns', ...positionals] : []),
    ],
    { MODEL_RUNS: runs, ...(seed !== undefined && { MODEL_SEED: seed }) },
  );
});
