/**
 * Writes the schemas of messages, as they are with the fields left alone, to files for platforms that only read files:
 *
 *     npm run schemas
 */

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { staticSchemas } from './lib/staticSchemas';

const FOLDER = path.resolve(__dirname, '../lib/schemas');

async function main(): Promise<void> {
  for (const [name, schema] of Object.entries(staticSchemas())) {
    const file = path.join(FOLDER, name);
    const options = { ...(await resolveConfig(file)), filepath: file };
    await writeFile(file, await format(JSON.stringify(schema), options));
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
