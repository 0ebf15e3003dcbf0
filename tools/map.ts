/**
 * `npm run map -- mapping.jsonata sample.json`: runs a custom mapping on receivers or persons with the engine and the
 * limits of the component, and shows the differences from the default mapping.
 */

import { endWith } from './lib/args';
import { complain, sayAsIs } from './lib/terminal';
import { map } from './map/command';

// https://no-color.org
const coloured = process.stdout.isTTY && !process.env['NO_COLOR'];

endWith(() => map(process.argv.slice(2), { input: process.stdin, say: sayAsIs, complain, coloured }));
