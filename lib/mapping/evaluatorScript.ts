/** What Node is told to run evaluatorMain.ts: compiled, or from its source where this file is. */

import { extname, join } from 'node:path';

const EXTENSION = extname(__filename);
const LOADER = EXTENSION === '.ts' ? ['--require', 'tsx/cjs'] : [];

export const EVALUATOR: readonly string[] = [...LOADER, join(__dirname, `evaluatorMain${EXTENSION}`)];
