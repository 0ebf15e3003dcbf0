/** `npm run fields`: writes the tables of fields in the README from component.json. */

import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { runCommand } from './lib/args';
import { withFieldTables } from './lib/fieldTables';
import { readText, writeOut } from './lib/files';

const README = path.resolve(__dirname, '../README.md');

const usage = `Usage: npm run fields

Writes the tables of fields in README.md from component.json.

Exit code: 0; 1 if it failed; 2 if the command line is invalid.`;

runCommand({ usage, options: {} }, async () => {
  const options = { ...(await resolveConfig(README)), filepath: README };
  writeOut(README, await format(withFieldTables(readText(README)), options));
});
