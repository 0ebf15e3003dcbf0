/**
 * Writes the tables of fields in the README from component.json:
 *
 *     npm run fields
 */

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { withFieldTables } from './lib/fieldTables';

const README = path.resolve(__dirname, '../README.md');

async function main(): Promise<void> {
  const options = { ...(await resolveConfig(README)), filepath: README };
  await writeFile(README, await format(withFieldTables(await readFile(README, 'utf8')), options));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
