/** The Node arguments that run evaluatorMain.ts: compiled, or from source if this file runs from source. */

import { extname, join } from 'node:path';

const EXTENSION = extname(__filename);
const LOADER = EXTENSION === '.ts' ? ['--require', 'tsx/cjs'] : [];

export const EVALUATOR: readonly string[] = [...LOADER, join(__dirname, `evaluatorMain${EXTENSION}`)];
