/** `npm run schemas`: writes the schemas of messages, as they are with the fields left alone, for platforms that only read files. */

import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { runCommand } from './lib/args';
import { writeOut } from './lib/files';
import { staticSchemas } from './lib/staticSchemas';

const FOLDER = path.resolve(__dirname, '../lib/schemas');

const usage = `Usage: npm run schemas

Writes the schemas of the messages to lib/schemas, for platforms that read them from files.

Exit code: 0, 1 when it failed, 2 when the command was given wrongly.`;

runCommand({ usage, options: {} }, async () => {
  for (const [name, schema] of Object.entries(staticSchemas())) {
    const file = path.join(FOLDER, name);
    const options = { ...(await resolveConfig(file)), filepath: file };
    writeOut(file, await format(JSON.stringify(schema), options));
  }
});
