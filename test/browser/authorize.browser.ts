/** `npm run authorize` end to end: the command, the consent page in a real browser, then a flow with the token. */

import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { startSandbox, type Sandbox } from '../../sandbox';
import { Authorize } from '../support/authorize';
import { startChromium } from '../support/browser/chromium';

const root = path.join(__dirname, '../..');
const SECRET = 'sandbox-secret';

let sandbox: Sandbox;
let browser: Browser;
let page: Page;
let run: Authorize;

beforeAll(async () => {
  browser = await startChromium();
});

afterAll(async () => {
  await browser.close();
});

beforeEach(async () => {
  sandbox = await startSandbox({ client: { id: 'my-app', secret: SECRET } });
  run = new Authorize(['--port', '0', '--no-open'], {
    CLEVERREACH_URL: sandbox.url,
    CLEVERREACH_CLIENT_ID: 'my-app',
    CLEVERREACH_CLIENT_SECRET: SECRET,
  });
  page = await browser.newPage();
  await page.goto((await run.consentPage()).href);
});

afterEach(async () => {
  run.stop();
  await Promise.all([page.close(), sandbox.close()]);
});

/** Clicks the button. @returns the text of the last page */
async function decide(name: 'Allow' | 'Refuse'): Promise<string> {
  await page.getByRole('button', { name }).click();
  await page.waitForURL(/^http:\/\/127\.0\.0\.1:\d+\/callback/);
  return await page.locator('body').innerText();
}

/** Runs a flow in a shell after the printed `export` lines. */
async function flowWith(exports: string): Promise<string> {
  const { PATH = '', HOME = '' } = process.env;
  // without the client, so that only the tokens can be used
  const script = `${exports}
unset CLEVERREACH_CLIENT_ID CLEVERREACH_CLIENT_SECRET
exec "${process.execPath}" --import tsx tools/flow.ts flows/group-to-group.json 2>&1`;
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', script], { cwd: root, env: { PATH, HOME } });
  return stdout;
}

it('a user who allows the access can paste the output, and a flow runs with it', async () => {
  const { groups } = sandbox.seed({ groups: ['Newsletter', 'Customers'], receivers: 5 });
  expect(await decide('Allow')).toMatch(/^Connected\s+The account Muster GmbH \(300417\) is connected\./);

  const { code, out, err } = await run.end();
  expect(code).toBe(0);
  expect(err).toContain('Connected: Muster GmbH (300417).');
  const exports = out.split('\n').filter((line) => line.startsWith('export CLEVERREACH_'));
  expect(exports.map((line) => line.replace(/=.*/s, ''))).toEqual(
    ['URL', 'CLIENT_ID', 'CLIENT_SECRET', 'ACCESS_TOKEN', 'REFRESH_TOKEN'].map((name) => `export CLEVERREACH_${name}`),
  );

  sandbox.forgetRequests();
  expect(await flowWith(exports.join('\n'))).toContain('step_1: 5 messages sent, 0 failures');
  expect(sandbox.account.size(groups[1] ?? '')).toBeGreaterThan(5);
  expect(sandbox.count({ path: '/oauth/token.php' })).toBe(0);
  expect(new Set(sandbox.requests.map(({ token }) => token))).toEqual(new Set(['valid']));
});

it('a user who refuses sees a message, and the command ends without a result', async () => {
  expect(await decide('Refuse')).toMatch(/^Not connected\s+Access to the account was refused/);
  const { code, out, err } = await run.end();
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain('No account was connected.');
});
