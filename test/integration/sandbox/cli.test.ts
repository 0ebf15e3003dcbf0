import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { defaultSwitches } from '../../../sandbox';
import { readSwitches } from '../../../sandbox/cliSwitches';
import { UsageError } from '../../../tools/lib/args';
import { run as runTool } from '../../support/tools';
import { ask, rowsOf } from '../../support/sandbox/client';

const root = path.join(__dirname, '../../..');

function run(...args: string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, ['--require', 'tsx/cjs', 'sandbox/cli.ts', ...args], { cwd: root });
}

async function finish(
  child: ChildProcessWithoutNullStreams,
): Promise<{ code: number | null; out: string; err: string }> {
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  await once(child, 'close');
  return { code: child.exitCode, out, err };
}

async function greeting(child: ChildProcessWithoutNullStreams): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (text.includes('CLEVERREACH_REFRESH_TOKEN=')) return text;
  }
  throw new Error(`ended early: ${text}`);
}

describe('the command line', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('serves the printed URL until %s', async (signal) => {
    const child = run(
      '--groups',
      '2',
      '--receivers',
      '30',
      '--client-id',
      'me',
      '--switch',
      'ids=numbers',
      '--switch',
      'expiresIn=60',
    );
    const text = await greeting(child);
    const value = (name: string) => new RegExp(`^export ${name}=(.+)$`, 'm').exec(text)?.[1] ?? '';
    expect(value('CLEVERREACH_CLIENT_ID')).toBe('me');
    const headers = { authorization: `Bearer ${value('CLEVERREACH_ACCESS_TOKEN')}` };
    const groups = rowsOf(await ask(`${value('CLEVERREACH_URL')}/v3/groups`, 'GET', headers));
    expect(groups).toMatchObject([{ id: 1046 }, { id: 1047 }]);
    const forms = rowsOf(await ask(`${value('CLEVERREACH_URL')}/v3/forms`, 'GET', headers));
    expect(forms.map(({ id }) => id).join(', ')).toBe(/^ {2}forms +([\d, ]+) \(/m.exec(text)?.[1]);
    expect(forms.map((form) => form['customer_tables_id'])).toEqual([1046, 1047]);
    const page = await fetch(/^ {2}page +(\S+)/m.exec(text)?.[1] ?? '');
    expect(await page.text()).toContain('<title>CleverReach sandbox</title>');
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
    expect(child.exitCode).toBe(0);
  });

  test('gives no token a scope that the OAuth app lacks', async () => {
    const child = run('--without-scope', 'attributes');
    try {
      const text = await greeting(child);
      const value = (name: string) => new RegExp(`^export ${name}=(.+)$`, 'm').exec(text)?.[1] ?? '';
      const headers = { authorization: `Bearer ${value('CLEVERREACH_ACCESS_TOKEN')}` };
      const status = async (path: string) =>
        (await ask(`${value('CLEVERREACH_URL')}/v3${path}`, 'GET', headers)).status;
      expect([await status('/attributes'), await status('/groups')]).toEqual([403, 200]);
    } finally {
      child.kill();
    }
  });

  test('adds faults, and prints them', async () => {
    const child = run('--fault', '429 retry-after=3 on GET /groups every 2', '--fault', 'drop on POST /receivers/*');
    try {
      const text = await greeting(child);
      expect(text).toMatch(/^ {2}faults +429 retry-after=3 on GET \/groups every 2; drop on POST \/receivers\/\*$/m);
      const value = (name: string) => new RegExp(`^export ${name}=(.+)$`, 'm').exec(text)?.[1] ?? '';
      const headers = { authorization: `Bearer ${value('CLEVERREACH_ACCESS_TOKEN')}` };
      const status = async () => (await ask(`${value('CLEVERREACH_URL')}/v3/groups`, 'GET', headers)).status;
      expect([await status(), await status(), await status()]).toEqual([200, 429, 200]);
    } finally {
      const closed = once(child, 'close');
      child.kill();
      await closed;
    }
  });

  test('is another account each time, unless its id is given, and prints the names of its groups', async () => {
    const children = [run(), run('--account-id', '42')];
    try {
      const texts = await Promise.all(children.map(greeting));
      const [one, other] = texts.map((text) => /^ {2}account +(\d+)$/m.exec(text)?.[1] ?? '');
      expect([one, other]).toEqual([expect.stringMatching(/^\d{6}$/), '42']);
      expect(texts[0]).toMatch(/^ {2}groups +1046 "Newsletter", 1047 "Customers"$/m);
      const [, token = '', url = ''] =
        /curl -H 'Authorization: Bearer (.+)' '(.+)\/groups\//.exec(texts[1] ?? '') ?? [];
      const { body } = await ask(`${url}/debug/whoami`, 'GET', { authorization: `Bearer ${token}` });
      expect(body).toMatchObject({ id: '42' });
    } finally {
      const closed = children.map((child) => once(child, 'close'));
      for (const child of children) child.kill();
      await Promise.all(closed);
    }
  });

  test('prints commands that also work without a group', async () => {
    const child = run('--groups', '0');
    try {
      const text = await greeting(child);
      expect(text).toMatch(/^ {2}groups +none$/m);
      expect(text).toMatch(/^ {2}forms +none$/m);
      const [, token = '', url = ''] = /curl -H 'Authorization: Bearer (.+)' '(.+)'/.exec(text) ?? [];
      expect(await ask(url, 'GET', { authorization: `Bearer ${token}` })).toMatchObject({ status: 200, body: [] });
    } finally {
      const closed = once(child, 'close');
      child.kill();
      await closed;
    }
  });

  test('matches, as it is started and printed, the flows to copy', async () => {
    const child = run('--receivers', '20');
    try {
      const text = await greeting(child);
      const env: Record<string, string> = {};
      for (const [, name = '', value = ''] of text.matchAll(/^export (\w+)=(.+)$/gm)) env[name] = value;
      const { code, output } = await runTool('flow.ts', ['flows/group-to-group.json', '--dry-run'], env);
      expect(output).toContain('step_2 would: ');
      expect(code).toBe(0);
    } finally {
      const closed = once(child, 'close');
      child.kill();
      await closed;
    }
  });

  test('gives each receiver the requested number of events', async () => {
    const child = run('--receivers', '3', '--events', '130');
    try {
      const text = await greeting(child);
      const [, token = '', url = ''] = /curl -H 'Authorization: Bearer (.+)' '(.+)'/.exec(text) ?? [];
      const rows = rowsOf(await ask(url, 'GET', { authorization: `Bearer ${token}` }));
      expect(rows.map(({ events }) => (events as unknown[]).length)).toEqual([130, 130]);
    } finally {
      const closed = once(child, 'close');
      child.kill();
      await closed;
    }
  });

  test.each([
    ['--colour', 'yes'],
    ['--events', '251'],
    ['--port', 'x'],
    ['--account-id', 'x'],
    ['--switch', 'nope=1'],
    ['--switch', 'foo'],
    ['--fault', '429 GET /groups'],
    ['--client-id', ''],
    ['--client-secret', ' '],
    ['--groups', ''],
    ['now'],
  ])('states in one line what is wrong with %s %s', async (...args) => {
    const { code, out, err } = await finish(run(...args));
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^[^\n]+\n$/);
  });

  test('explains itself', async () => {
    const { code, out } = await finish(run('--help'));
    expect(code).toBe(0);
    expect(out).toContain('--receivers N');
    const named = [...out.matchAll(/^ {2}(\w+)=(\S+).*\n {6}\S.+/gm)].map(([, name, values]) => [name, values]);
    expect(named.map(([name]) => name)).toEqual(Object.keys(defaultSwitches));
    expect(Object.fromEntries(named)).toMatchObject({ ids: 'strings|numbers', missingScope: '403|401', maxBatch: 'N' });
    expect(out).toContain('  maxBatch=N (1000)\n      A bulk write with more rows returns 413.\n');
  });
});

describe('switches on the command line', () => {
  test.each(['foo', 'foo=1', '__proto__=1'])(
    'that are unknown are refused with a list of known ones: %s',
    (setting) => {
      expect(() => readSwitches([setting])).toThrow(`. The switches are ${Object.keys(defaultSwitches).join(', ')}`);
    },
  );

  test('are read as strings, numbers and booleans', () => {
    const settings = ['ids=numbers', 'dateFormat=d.m.Y', 'maxBatch=7', 'eventForTags=false', 'duplicateStatus=409'];
    expect(readSwitches(settings)).toEqual({
      ids: 'numbers',
      dateFormat: 'd.m.Y',
      maxBatch: 7,
      eventForTags: false,
      duplicateStatus: 409,
    });
  });

  test('can each be set to their default', () => {
    const settings = Object.entries(defaultSwitches).map(([name, value]) => `${name}=${String(value)}`);
    expect(readSwitches(settings)).toEqual(defaultSwitches);
  });

  test.each(['ids=letters', 'maxBatch=many', 'eventForTags=maybe', 'duplicateStatus=404', 'ids', 'toString=1'])(
    'that are invalid are refused: %s',
    (setting) => {
      expect(() => readSwitches([setting])).toThrow(UsageError);
    },
  );
});
