/**
 * `npm run map -- mapping.jsonata sample.json`: tries a custom mapping on receivers or persons, with the engine and the limits of
 * the component, and shows what it does differently from the default mapping. Exits with 1 when a result is not valid.
 */

import { sayAsIs } from './lib/terminal';
import { map } from './map/command';

// https://no-color.org
const coloured = process.stdout.isTTY && !process.env['NO_COLOR'];

void map(process.argv.slice(2), { input: process.stdin, say: sayAsIs, coloured }).then((code) => {
  process.exitCode = code;
});
