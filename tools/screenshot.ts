/**
 * `npm run screenshot`: takes docs/sandbox.png, the sandbox's page while the flow of the demonstration is at work. Needs a Chromium.
 *
 * `npm run screenshot -- <file> [--dark] [--narrow] [--edit]` takes another picture of it.
 */

import path from 'node:path';
import { parseArgs } from 'node:util';
import { startSandbox } from '../sandbox';
import { startChromium } from '../test/browser/support/chromium';
import { Account } from './lib/demoAccount';
import { DemoFlow } from './lib/demoFlow';
import { say } from './lib/terminal';

const root = path.join(__dirname, '..');
const RECEIVERS = 250;
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 844 };

async function main(): Promise<void> {
  const flag = { type: 'boolean', default: false } as const;
  const options = { dark: flag, narrow: flag, edit: flag };
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
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
    await page.screenshot({ path: file });
  } finally {
    await browser.close();
    await sandbox.close();
  }
  say(`The picture is ${path.relative(process.cwd(), file)}.`);
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
