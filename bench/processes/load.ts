/** Loads one module and prints the files that were loaded: `node load.js <file>`; without a file it loads nothing. */

import { createRequire } from 'node:module';

const load = createRequire(__filename);
const [, , file] = process.argv;
const own = new Set(Object.keys(load.cache));
if (file !== undefined) load(file);
process.stdout.write(JSON.stringify(Object.keys(load.cache).filter((name) => !own.has(name))));
