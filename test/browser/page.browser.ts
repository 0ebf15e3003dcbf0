/** The sandbox's page in a real browser: what a person sees and does there. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { startSandbox, type Sandbox } from '../../sandbox';
import { startChromium } from '../support/browser/chromium';

const root = path.join(__dirname, '../..');

let browser: Browser;
let page: Page;
/** What the browser complains about: errors of scripts, and what the content security policy forbids. */
let complaints: string[];

beforeAll(async () => {
  browser = await startChromium();
});

afterAll(async () => {
  await browser.close();
});

beforeEach(async () => {
  page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  complaints = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
});

afterEach(async () => {
  await page.close();
});

function rowOf(address: string): Locator {
  return page.getByRole('row', { name: address });
}

async function openReceiver(address: string): Promise<Locator> {
  await page.getByRole('button', { name: address, exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  return dialog;
}

describe('the page of a sandbox', () => {
  let sandbox: Sandbox;
  let group: string;
  let api: (method: string, path: string, body?: unknown) => Promise<unknown>;

  beforeEach(async () => {
    sandbox = await startSandbox();
    group = sandbox.account.addGroup('Newsletter');
    sandbox.account.addAttribute({ name: 'firstname' });
    sandbox.account.addReceiver(group, { email: 'anna@example.org', tags: ['vip'] });
    sandbox.account.addReceiver(group, { email: 'bob@example.org', activated: 0 });
    const authorization = `Bearer ${sandbox.issueToken().access_token}`;
    api = async (method, address, body) => {
      const headers = { authorization, 'content-type': 'application/json' };
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      return (await fetch(`${sandbox.url}/v3${address}`, { method, headers, ...sent })).json();
    };
  });

  afterEach(async () => {
    await sandbox.close();
  });

  it('shows the groups, the receivers of the chosen one with state and tags, and searches them', async () => {
    sandbox.account.addReceiver(sandbox.account.addGroup('Customers'), { email: 'carla@example.org' });
    await page.goto(sandbox.page);
    await rowOf('anna@example.org active vip').waitFor();
    await rowOf('bob@example.org unconfirmed').waitFor();
    await page.getByRole('searchbox', { name: 'Address contains' }).fill('BOB');
    await rowOf('anna@example.org').waitFor({ state: 'detached' });
    await page.getByRole('searchbox').fill('');
    await page.getByRole('link', { name: 'Customers 1' }).click();
    await rowOf('carla@example.org active').waitFor();
    expect(await rowOf('anna@example.org').count()).toBe(0);
    await page.reload();
    await page.getByRole('heading', { name: 'Customers' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('shows changes by the API immediately, with their requests', async () => {
    await page.goto(sandbox.page);
    await rowOf('anna@example.org').waitFor();
    await page.getByText('No request yet.').waitFor();
    await api('POST', `/groups/${group}/receivers/upsertplus`, [{ email: 'new@example.org', tags: ['fresh'] }]);
    await rowOf('new@example.org active fresh').waitFor();
    await page.getByRole('link', { name: 'Newsletter 3' }).waitFor();
    await page
      .getByRole('listitem')
      .filter({ hasText: /POST\s*200.*\/receivers\/upsertplus/s })
      .waitFor();
    await api('DELETE', `/groups/${group}/receivers/new@example.org`);
    await rowOf('new@example.org').waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  it('unsubscribes a receiver manually, which the API shows too', async () => {
    await page.goto(sandbox.page);
    const dialog = await openReceiver('anna@example.org');
    await dialog.getByRole('button', { name: 'Unsubscribe' }).click();
    await rowOf('anna@example.org unsubscribed').waitFor();
    await page.getByText('Unsubscribed.', { exact: true }).waitFor();
    expect(await api('GET', `/groups/${group}/receivers/anna@example.org`)).toMatchObject({
      active: false,
      events: [{ type: 'log', value: 'changed by sandbox' }, {}],
    });
  });

  it('confirms a receiver manually, and lets it bounce', async () => {
    await page.goto(sandbox.page);
    const dialog = await openReceiver('bob@example.org');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await rowOf('bob@example.org active').waitFor();
    await openReceiver('bob@example.org');
    expect(await dialog.getByRole('button', { name: 'Confirm' }).isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Bounce' }).click();
    await rowOf('bob@example.org bounced').waitFor();
    expect(await api('GET', `/groups/${group}/receivers/bob@example.org`)).toMatchObject({ active: false });
    expect(complaints).toEqual([]);
  });

  it('adds, edits and deletes receivers manually', async () => {
    await page.goto(sandbox.page);
    await page.getByRole('button', { name: 'Add receiver' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Address').fill('anna@example.org');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await dialog.getByRole('alert').getByText('anna@example.org is already in this group').waitFor();
    await dialog.getByLabel('Address').fill('dora@example.org');
    await dialog.getByLabel('firstname').fill('Dora');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await rowOf('dora@example.org active').waitFor();
    await openReceiver('dora@example.org');
    await dialog.getByLabel('Tags').fill('vip, press');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await rowOf('dora@example.org active vip press').waitFor();
    expect(await api('GET', `/groups/${group}/receivers/dora@example.org`)).toMatchObject({
      tags: ['vip', 'press'],
      global_attributes: { firstname: 'Dora' },
    });
    await openReceiver('dora@example.org');
    await dialog.getByRole('button', { name: 'Delete …' }).click();
    await dialog.getByRole('button', { name: 'Keep' }).click();
    await dialog.getByRole('button', { name: 'Delete …' }).click();
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
    await rowOf('dora@example.org').waitFor({ state: 'detached' });
    expect(await api('GET', `/groups/${group}/receivers/dora@example.org`)).toMatchObject({ error: { code: 404 } });
  });

  it('keeps unsaved input while the receiver changes, and shows the rest of the change', async () => {
    await page.goto(sandbox.page);
    const dialog = await openReceiver('anna@example.org');
    await dialog.getByLabel('Tags').fill('vip, typed');
    sandbox.account.edit(group, 'anna@example.org', { global_attributes: { firstname: 'Anna' }, tags: ['other'] });
    sandbox.account.bounce(group, 'anna@example.org');
    await dialog.getByText('bounced').waitFor();
    expect(await dialog.getByLabel('firstname').inputValue()).toBe('Anna');
    expect(await dialog.getByLabel('Tags').inputValue()).toBe('vip, typed');
    sandbox.account.remove(group, 'anna@example.org');
    await page.getByText('The receiver is no longer in this group.').waitFor();
    expect(await dialog.count()).toBe(0);
  });

  it('shows markup in names, addresses, attributes, tags and requests as text', async () => {
    const evil = `<img src=x onerror="document.title='hit'">`;
    const other = sandbox.account.addGroup(evil);
    const values = { global_attributes: { firstname: evil } };
    const id = sandbox.account.addReceiver(other, { email: `${evil}@example.org`, ...values });
    await api('POST', `/groups/${other}/receivers/${id}/events`, { type: evil, value: evil });
    await fetch(`${sandbox.url}/v3/groups?order=${encodeURIComponent(evil)}`);
    await page.goto(`${sandbox.page}#${other}`);
    await page.getByRole('heading', { name: evil }).waitFor();
    const dialog = await openReceiver(`${evil}@example.org`);
    expect(await dialog.getByLabel('firstname').inputValue()).toBe(evil);
    await dialog.getByText(`${evil} · ${evil}`).waitFor();
    await page.getByText(`?order=${evil}`).waitFor();
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).toBe('CleverReach sandbox');
    expect(complaints).toEqual([]);
  });

  it('can be used with the keyboard alone', async () => {
    await page.goto(sandbox.page);
    await page.getByRole('button', { name: 'anna@example.org' }).focus();
    await api('POST', `/groups/${group}/receivers/upsertplus`, [{ email: 'anna@example.org', tags: ['new'] }]);
    await rowOf('anna@example.org active vip new').waitFor();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'anna@example.org' });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.activeElement.textContent')).toBe('anna@example.org');
  });

  it('offers the keyboard a link to the receivers first, which keeps the chosen group', async () => {
    const other = sandbox.account.addGroup('Customers');
    await page.goto(`${sandbox.page}#${other}`);
    await page.getByRole('heading', { name: 'Customers' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.getByRole('link', { name: 'Skip to the receivers' }).isVisible()).toBe(true);
    expect(await page.evaluate('document.activeElement.id')).toBe('skip');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('receivers');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.id')).toBe('search');
    expect(new URL(page.url()).hash).toBe(`#${other}`);
  });

  it('shows the time and the body of a request', async () => {
    await page.goto(sandbox.page);
    await rowOf('anna@example.org').waitFor();
    await api('POST', `/groups/${group}/receivers/upsertplus`, [{ email: 'new@example.org', tags: ['fresh'] }]);
    const line = page.getByRole('listitem').filter({ hasText: '/receivers/upsertplus' });
    await line.getByText('Body').focus();
    await page.keyboard.press('Enter');
    await line.getByText('"email": "new@example.org"').waitFor();
    await line.getByText(/^\d\d:\d\d:\d\d$/).waitFor();
    await api('GET', '/groups');
    await page.getByRole('listitem').filter({ hasText: 'GET' }).waitFor();
    expect(await line.getByText('"email": "new@example.org"').isVisible()).toBe(true);
  });

  it('adds faults, counts what they affect, and removes them, by keyboard', async () => {
    await page.goto(sandbox.page);
    const input = page.getByLabel('New fault');
    await input.fill('503 GET /groups');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Invalid fault "503 GET /groups"').waitFor();
    expect(await input.getAttribute('aria-invalid')).toBe('true');
    await input.fill('503 on GET /groups');
    await page.keyboard.press('Enter');
    const fault = page.getByRole('listitem').filter({ hasText: '503 on GET /groups' });
    await fault.waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await input.inputValue()).toBe('');
    expect(await api('GET', '/groups')).toMatchObject({ error: { code: 503 } });
    await fault.getByText('1 request affected').waitFor();
    await page.getByRole('button', { name: 'Remove 503 on GET /groups' }).focus();
    await page.keyboard.press('Enter');
    await fault.waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.id')).toBe('fault');
    expect(await api('GET', '/groups')).toMatchObject([{ name: 'Newsletter' }]);
    expect(complaints.filter((text) => !text.includes('400'))).toEqual([]);
  });

  it('shows on a narrow screen an error directly below its field', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(sandbox.page);
    await page.getByRole('button', { name: 'Add receiver' }).click();
    const dialog = page.getByRole('dialog');
    const field = dialog.getByLabel('Address');
    await field.fill('anna');
    await dialog.getByLabel('firstname').fill('Anna');
    await dialog.getByRole('button', { name: 'Add' }).click();
    const error = dialog.getByRole('alert');
    await error.getByText("'anna' is not an address").waitFor();
    const [above, below] = [await field.boundingBox(), await error.boundingBox()];
    const gap = (below?.y ?? 0) - (above?.y ?? 0) - (above?.height ?? 0);
    expect(gap).toBeGreaterThanOrEqual(0);
    expect(gap).toBeLessThan(10);
    expect(await page.evaluate('document.activeElement.id')).toBe(await field.getAttribute('id'));
    expect(await field.getAttribute('aria-describedby')).toBe(await error.getAttribute('id'));
    await field.fill('anna2@example.org');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await rowOf('anna2@example.org').waitFor();
  });

  it.each([1280, 390])('has controls of at least 40 pixels with a width of %d', async (width) => {
    await page.setViewportSize({ width, height: 844 });
    sandbox.faults.add({ path: '/x', kind: 'status', status: 503 });
    await api('POST', `/groups/${group}/receivers/upsertplus`, [{ email: 'new@example.org' }]);
    await page.goto(sandbox.page);
    await page.getByText('Body').waitFor();
    await openReceiver('anna@example.org');
    const small = await page.evaluate(`[...document.querySelectorAll('button, input, a, summary')]
      .filter((one) => one.offsetParent !== null)
      .map((one) => ({ text: one.id || one.textContent, ...one.getBoundingClientRect().toJSON() }))
      .filter(({ width, height }) => width < 40 || height < 40)`);
    expect(small).toEqual([]);
  });

  it('shows the buttons of a receiver in one row where there is room', async () => {
    await page.setViewportSize({ width: 1280, height: 844 });
    await page.goto(sandbox.page);
    const dialog = await openReceiver('bob@example.org');
    const tops = await Promise.all(
      ['Save', 'Confirm', 'Unsubscribe', 'Bounce', 'Delete …'].map(async (name) => {
        const box = await dialog.getByRole('button', { name, exact: true }).boundingBox();
        return box?.y;
      }),
    );
    expect(new Set(tops).size).toBe(1);
  });

  it('adds a fault that answers with a page, and says which faults there are', async () => {
    await page.goto(sandbox.page);
    await page.getByLabel('New fault').fill('503 html on /groups times 1');
    await page.getByRole('button', { name: 'Add fault' }).click();
    await page.getByText('503 html on /groups times 1').waitFor();
    const help = await page.locator('#fault-help').textContent();
    for (const kind of ['400 to 599', 'html', 'retry-after=3', 'delay=2000', 'drop']) expect(help).toContain(kind);
    const answer = await fetch(`${sandbox.url}/v3/groups`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([503, 'text/html; charset=utf-8']);
  });

  it('shows a window of a very large group', async () => {
    const [large = ''] = sandbox.seed({ groups: ['Large'], receivers: 200_000 }).groups;
    await page.goto(`${sandbox.page}#${large}`);
    await page.getByText('1–50 of 200,000').waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('51–100 of 200,000').waitFor();
    expect(await page.locator('tbody tr').count()).toBe(50);
    await page.getByRole('searchbox', { name: 'Address begins with' }).fill('zoe.');
    await rowOf('zoe.albrecht.').first().waitFor();
    expect(await page.locator('tbody tr').count()).toBe(50);
  });

  it('fits a narrow screen', async () => {
    await page.setViewportSize({ width: 360, height: 700 });
    await page.goto(sandbox.page);
    await rowOf('anna@example.org').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });

  it('shows when the sandbox has stopped', async () => {
    await page.goto(sandbox.page);
    await page.getByText('Live', { exact: true }).waitFor();
    await sandbox.close();
    await page.getByText('Connection lost').waitFor();
    expect(await page.locator('#connection').textContent()).toBe('Connection lost, trying again …');
  });

  it('cannot be read, changed or framed by another page in the same browser', async () => {
    const stranger = createServer((_, response) => {
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>stranger</title>');
    }).listen(0, '127.0.0.1');
    try {
      await once(stranger, 'listening');
      await page.goto(`http://127.0.0.1:${(stranger.address() as AddressInfo).port}/`);
      const list = `${sandbox.url}/sandbox/groups/${group}/receivers`;
      const id = String(sandbox.account.receiver(group, 'anna@example.org')?.['id']);
      const outcomes: unknown = await page.evaluate(`(async () => {
        const attempt = (url, init) => fetch(url, init).then(({ type }) => type, () => 'refused');
        const text = { method: 'POST', body: '{"email":"stranger@example.org"}', mode: 'no-cors' };
        const read = await attempt('${list}', {});
        await attempt('${list}', text);
        await attempt('${list}/${id}/unsubscribe', text);
        const removed = await attempt('${list}/${id}', { method: 'DELETE' });
        const frame = document.createElement('iframe');
        frame.src = '${sandbox.page}';
        document.body.append(frame);
        await new Promise((resolve) => (frame.onload = resolve));
        return { read, removed };
      })()`);
      expect(outcomes).toEqual({ read: 'refused', removed: 'refused' });
      expect(sandbox.account.receivers(group)).toMatchObject([
        { email: 'anna@example.org', active: true },
        { email: 'bob@example.org' },
      ]);
      expect(complaints.some((text) => text.includes('frame-ancestors'))).toBe(true);
    } finally {
      stranger.close();
    }
  });
});

describe('npm run demo -- --watch', () => {
  let demo: ChildProcess;

  afterEach(async () => {
    if (demo.exitCode !== null || demo.signalCode !== null) return;
    demo.kill('SIGKILL');
    await once(demo, 'exit');
  });

  it('copies a manual edit in one group to the other, and ends with Ctrl-C', async () => {
    demo = spawn(process.execPath, ['--require', 'tsx/cjs', 'tools/demo.ts', '--watch'], { cwd: root });
    let output = '';
    const saying = async (text: string): Promise<void> => {
      while (!output.includes(text)) {
        if (demo.exitCode !== null) throw new Error(`It has ended: ${output}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    for (const stream of [demo.stdout, demo.stderr])
      stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await saying('Press Ctrl-C to stop.');
    expect(output).toContain('All results are as expected.');

    await page.goto(/Its page: (\S+)/.exec(output)?.[1] ?? '');
    const search = page.getByRole('searchbox');
    await search.fill('new@example.org');
    await rowOf('new@example.org').waitFor();
    const dialog = await openReceiver('new@example.org');
    await dialog.getByLabel('city').fill('Husum');
    await dialog.getByLabel('Tags').fill('by-hand');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await rowOf('new@example.org active by-hand').waitFor();

    await page.getByRole('link', { name: /^Customers/ }).click();
    await rowOf('new@example.org active by-hand').waitFor();
    await openReceiver('new@example.org');
    expect(await dialog.getByLabel('city').inputValue()).toBe('Husum');
    // tags and account attributes are the person's in every group at once; what the flow has written comes with its next poll
    await saying('1 receiver sent');
    await dialog.getByText('REST update').first().waitFor();
    expect(await dialog.getByText('REST update').count()).toBeGreaterThan(0);

    const ended = once(demo, 'exit');
    demo.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
  }, 300_000);
});
