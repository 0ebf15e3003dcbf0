/** Loads one module and says which files that took: `node load.js <file>`, or nothing at all without a file. */

import { createRequire } from 'node:module';

const load = createRequire(__filename);
const [, , file] = process.argv;
const own = new Set(Object.keys(load.cache));
if (file !== undefined) load(file);
process.stdout.write(JSON.stringify(Object.keys(load.cache).filter((name) => !own.has(name))));
