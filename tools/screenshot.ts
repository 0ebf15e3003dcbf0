/**
 * `npm run screenshot`: creates docs/sandbox.png, a screenshot of the sandbox's page while the flow of the demo runs.
 */

import path from 'node:path';
import { startSandbox } from '../sandbox';
import { startChromium } from '../test/support/browser/chromium';
import { runCommand } from './lib/args';
import { Account } from './lib/demoAccount';
import { DemoFlow } from './lib/demoFlow';
import { writeOut } from './lib/files';
import { say } from './lib/terminal';

const root = path.join(__dirname, '..');
const RECEIVERS = 250;
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 844 };

const usage = `Usage: npm run screenshot -- [<file>] [--dark] [--narrow] [--edit]

Takes a screenshot of the sandbox's page while the flow of the demo runs. Needs a Chromium.

  <file>    where to write it (docs/sandbox.png)
  --dark    in dark colours
  --narrow  in the width of a phone
  --edit    with the editor of a receiver open

Exit code: 0; 1 if it failed; 2 if the command line is invalid.`;

const flag = { type: 'boolean', default: false } as const;

runCommand({ usage, options: { dark: flag, narrow: flag, edit: flag }, most: 1 }, async ({ values, positionals }) => {
  const file = path.resolve(positionals[0] ?? path.join(root, 'docs/sandbox.png'));
  const sandbox = await startSandbox({ record: false });
  const browser = await startChromium();
  try {
    process.env['CLEVERREACH_URL'] = sandbox.url;
    const account = new Account(sandbox, RECEIVERS);
    const flow = new DemoFlow(root, account.credentials);
    await flow.poll();
    account.change();
    await flow.poll();

    const page = await browser.newPage({
      viewport: values.narrow ? NARROW : WIDE,
      colorScheme: values.dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
    });
    await page.goto(sandbox.page);
    await page.getByRole('searchbox').fill('em');
    await page.getByRole('row', { name: /kemal/ }).first().waitFor();
    if (values.edit) {
      await page.locator('td .address').nth(2).click();
      await page.getByRole('dialog').waitFor();
    }
    writeOut(file, await page.screenshot());
  } finally {
    await browser.close();
    await sandbox.close();
  }
  say(`The screenshot is ${path.relative(process.cwd(), file)}.`);
});
