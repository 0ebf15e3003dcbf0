/** Loads one module and says which files that took: `node load.js <file>`, or nothing at all without a file. */

import { createRequire } from 'node:module';

const require = createRequire(__filename);
const [, , file] = process.argv;
const own = new Set(Object.keys(require.cache));
if (file !== undefined) require(file);
process.stdout.write(JSON.stringify(Object.keys(require.cache).filter((name) => !own.has(name))));
