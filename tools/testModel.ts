/**
 * Plays the models longer than the tests do: random stories, of everything that may happen to an account and to the flows that use it.
 *
 *     tsx tools/testModel.ts [--runs N] [--seed S] [which models, all by default]
 *
 * `--runs`: how many stories of each kind, 1000 by default. `--seed`: the number that a failure names, to see the same stories again.
 * A line every few seconds says how far it is. Ends with jest's code.
 */

import { parseArgs } from 'node:util';
import { endWith, runJest } from './lib/jest';

const DEFAULT_RUNS = '1000';

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { runs: { type: 'string', default: DEFAULT_RUNS }, seed: { type: 'string' } },
  });
  if (!/^[1-9]\d*$/.test(values.runs)) throw new Error(`--runs is not a number of runs: ${values.runs}`);
  if (values.seed !== undefined && !/^-?\d+$/.test(values.seed))
    throw new Error(`--seed is not a whole number: ${values.seed}`);
  return await runJest(
    'jest.config.js',
    ['--runInBand', '--testPathPatterns', ...(positionals.length > 0 ? positionals : ['\\.model\\.test\\.ts$'])],
    { MODEL_RUNS: values.runs, ...(values.seed !== undefined && { MODEL_SEED: values.seed }) },
  );
}

endWith(main(process.argv.slice(2)));
