/**
 * Runs the tests in a real browser.
 *
 *     tsx tools/testBrowser.ts [--if-browser] [jest arguments]
 *
 * Without `--if-browser` the tests must run; with it, they are skipped with a message if there is no Chromium.
 * Exits with jest's code; a skipped test counts as a failure.
 */

import { findChromium } from '../test/support/browser/chromium';
import { endWith } from './lib/args';
import { runJest } from './lib/jest';

const IF_BROWSER = '--if-browser';

async function main(args: readonly string[]): Promise<number> {
  if (args.includes(IF_BROWSER) && findChromium(process.env) === undefined) {
    process.stdout.write('No Chromium was found and CHROMIUM_PATH is not set: the tests in a browser were skipped.\n');
    return 0;
  }
  return await runJest(
    'jest.browser.config.js',
    args.filter((arg) => arg !== IF_BROWSER),
  );
}

endWith(() => main(process.argv.slice(2)));
