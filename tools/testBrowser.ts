/**
 * Runs the tests in a real browser.
 *
 *     tsx tools/testBrowser.ts [--if-browser] [what jest is told]
 *
 * Without `--if-browser` they have to run; with it they are left out, with one line that says so, where there is no Chromium.
 * Ends with jest's code; a test that was skipped counts as a failure.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { findChromium } from '../test/browser/support/chromium';

const ROOT = path.resolve(__dirname, '..');
const IF_BROWSER = '--if-browser';

async function main(args: readonly string[]): Promise<number> {
  if (args.includes(IF_BROWSER) && findChromium(process.env) === undefined) {
    process.stdout.write('No Chromium was found and CHROMIUM_PATH is not set: the tests in a browser were left out.\n');
    return 0;
  }
  const jest = createRequire(__filename).resolve('jest/bin/jest');
  const config = path.join(ROOT, 'jest.browser.config.js');
  const child = spawn(
    process.execPath,
    [jest, '--config', config, '--verbose', ...args.filter((arg) => arg !== IF_BROWSER)],
    { cwd: ROOT, stdio: 'inherit' },
  );
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
