/**
 * `npm run schemas`: writes the schemas of messages for the default configuration to files, for platforms that only
 * read files.
 */

import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { runCommand } from './lib/args';
import { writeOut } from './lib/files';
import { staticSchemas } from './lib/staticSchemas';

const FOLDER = path.resolve(__dirname, '../lib/schemas');

const usage = `Usage: npm run schemas

Writes the schemas of the messages to lib/schemas, for platforms that read them from files.

Exit code: 0; 1 if it failed; 2 if the command line is invalid.`;

runCommand({ usage, options: {} }, async () => {
  for (const [name, schema] of Object.entries(staticSchemas())) {
    const file = path.join(FOLDER, name);
    const options = { ...(await resolveConfig(file)), filepath: file };
    writeOut(file, await format(JSON.stringify(schema), options));
  }
});
