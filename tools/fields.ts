/** `npm run fields`: writes the tables of fields in the README and in docs/fields.md from component.json. */

import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { runCommand } from './lib/args';
import { FIELD_DOCUMENTS, withFieldTables } from './lib/fieldTables';
import { readText, writeOut } from './lib/files';

const usage = `Usage: npm run fields

Writes the tables of fields in README.md and docs/fields.md from component.json.

Exit code: 0; 1 if it failed; 2 if the command line is invalid.`;

runCommand({ usage, options: {} }, async () => {
  for (const [name, extent] of Object.entries(FIELD_DOCUMENTS)) {
    const file = path.resolve(__dirname, '..', name);
    const options = { ...(await resolveConfig(file)), filepath: file };
    writeOut(file, await format(withFieldTables(readText(file), extent), options));
  }
});
