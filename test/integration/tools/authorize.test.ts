/** `npm run authorize` in a process of its own, against the sandbox; the browser is plain HTTP. */

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { startSandbox, type Sandbox } from '../../../sandbox';
import { Authorize, type Finished } from '../../support/authorize';
import { startSecretService, type RecordingService } from '../../support/secretService';

/** A quote and a blank: the result has to survive a shell. */
const SECRET = "it's a 'secret'";
const OIH_TOKEN = 'oih-token-5d1c';

let sandbox: Sandbox;
let service: RecordingService;
let runs: Authorize[];
/** Whatever must not be seen in the progress. */
let secrets: string[];

beforeEach(async () => {
  sandbox = await startSandbox({ client: { id: 'app', secret: SECRET } });
  service = await startSecretService();
  runs = [];
  secrets = [SECRET, OIH_TOKEN];
});

afterEach(async () => {
  for (const run of runs) run.stop();
  await Promise.all([sandbox.close(), service.close()]);
  const progress = runs.map(({ err }) => err).join('\n');
  expect(secrets.filter((secret) => progress.includes(secret))).toEqual([]);
});

function start(args: string[] = [], env: Record<string, string> = {}): Authorize {
  const app = { CLEVERREACH_CLIENT_ID: 'app', CLEVERREACH_CLIENT_SECRET: SECRET };
  const run = new Authorize(['--port', '0', '--no-open', ...args], {
    CLEVERREACH_URL: sandbox.url,
    ...app,
    ...env,
  });
  runs.push(run);
  return run;
}

/** Decides on the consent page; the address that the browser is sent to. */
async function decide(run: Authorize, decision: 'allow' | 'deny'): Promise<URL> {
  const { href, search } = await run.consentPage();
  expect((await fetch(href)).status).toBe(200);
  const body = new URLSearchParams(search);
  body.set('decision', decision);
  const answer = await fetch(`${sandbox.url}/oauth/authorize.php`, { method: 'POST', body, redirect: 'manual' });
  const callback = new URL(answer.headers.get('location') ?? '');
  secrets.push(callback.searchParams.get('code') ?? SECRET);
  return callback;
}

async function visit(url: URL, method = 'GET'): Promise<{ status: number; page: string }> {
  const answer = await fetch(url, { method });
  return { status: answer.status, page: await answer.text() };
}

const shape = z.object({
  account: z.string().optional(),
  oih: z.object({
    secretId: z.string().optional(),
    authClient: z.unknown(),
    secret: z.object({ data: z.object({ name: z.string(), value: z.record(z.string(), z.string()) }).loose() }),
  }),
  elasticio: z.object({ credential: z.record(z.string(), z.unknown()), secret: z.unknown() }),
  environment: z.record(z.string(), z.string()),
});

/** What was printed; its tokens count as secrets from now on. */
function resultIn({ out }: Finished): z.output<typeof shape> {
  const result = shape.parse(JSON.parse(out));
  const { CLEVERREACH_ACCESS_TOKEN: access = '', CLEVERREACH_REFRESH_TOKEN: refresh = '' } = result.environment;
  secrets.push(access, refresh);
  return result;
}

/** Allows the access, and waits for the end. */
async function connect(run: Authorize): Promise<Finished> {
  expect(await visit(await decide(run, 'allow'))).toMatchObject({ status: 200 });
  return await run.end();
}

async function statusWith(token: string | undefined): Promise<number> {
  return (await fetch(`${sandbox.url}/v3/groups`, { headers: { Authorization: `Bearer ${token ?? ''}` } })).status;
}

describe('an account whose owner allows the access', () => {
  it('is connected, named on the page and at the terminal, and its tokens work', async () => {
    const run = start(['--json']);
    const page = await visit(await decide(run, 'allow'));
    expect(page).toMatchObject({ status: 200, page: expect.stringContaining('Muster GmbH (300417)') as string });
    expect(page.page).toContain('You can close this window');
    const finished = await run.end();
    expect(finished).toMatchObject({
      code: 0,
      err: expect.stringContaining('Connected: Muster GmbH (300417).') as string,
    });
    const { environment, account } = resultIn(finished);
    expect(account).toBe('Muster GmbH (300417)');
    expect(environment).toMatchObject({ CLEVERREACH_URL: sandbox.url, CLEVERREACH_CLIENT_ID: 'app' });
    expect(await statusWith(environment['CLEVERREACH_ACCESS_TOKEN'])).toBe(200);
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: environment['CLEVERREACH_REFRESH_TOKEN'] ?? '',
      client_id: 'app',
      client_secret: SECRET,
    });
    expect((await fetch(`${sandbox.url}/oauth/token.php`, { method: 'POST', body })).status).toBe(200);
  });

  it('is printed as a secret of OIH, as a credential and a secret of elastic.io, and for the shell', async () => {
    const before = Date.now();
    const { oih, elasticio, environment } = resultIn(await connect(start(['--json'])));
    const [access_token, refresh_token] = ['ACCESS', 'REFRESH'].map((name) => environment[`CLEVERREACH_${name}_TOKEN`]);
    expect(oih.secret).toEqual({
      data: {
        name: 'CleverReach Muster GmbH (300417)',
        type: 'OA2_AUTHORIZATION_CODE',
        value: {
          authClientId: '{AUTH_CLIENT_ID}',
          accessToken: access_token,
          refreshToken: refresh_token,
          scope: expect.stringMatching(/^oauth groups receivers/) as string,
          expires: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.000Z$/) as string,
        },
      },
    });
    const lifetime = Date.parse(oih.secret.data.value['expires'] ?? '') - before;
    expect(Math.abs(lifetime / 86_400_000 - 30)).toBeLessThan(0.1);
    expect(elasticio.credential).toMatchObject({
      client_id: 'app',
      client_secret: SECRET,
      oauth: { access_token, refresh_token, token_type: 'bearer', expires_at: oih.secret.data.value['expires'] },
    });
    expect(elasticio.secret).toMatchObject({
      data: {
        type: 'auth-secret',
        attributes: { credentials: { access_token, refresh_token, expires_in: 2_592_000 } },
      },
    });
  });

  it('is printed as lines that can be pasted into a shell', async () => {
    const { out, code } = await connect(start());
    expect(code).toBe(0);
    const lines = out.split('\n').filter((line) => line.startsWith('export '));
    const pasted = execFileSync('/bin/sh', ['-c', `${lines.join('\n')}\nenv`], { env: {} }).toString();
    expect(pasted).toContain(`CLEVERREACH_CLIENT_SECRET=${SECRET}\n`);
    const token = /^CLEVERREACH_ACCESS_TOKEN=(.+)$/m.exec(pasted)?.[1];
    secrets.push(token ?? SECRET);
    expect(await statusWith(token)).toBe(200);
    for (const title of ['# 1. Open Integration Hub', '# 2. elastic.io', '# 3. npm run flow'])
      expect(out).toContain(title);
  });

  it('is printed even if its name cannot be read', async () => {
    sandbox.faults.add({ kind: 'status', status: 403, path: '/v3/debug/whoami', times: Infinity });
    const finished = await connect(start(['--json']));
    expect(finished).toMatchObject({
      code: 0,
      err: expect.stringContaining('the name of the account could not be read') as string,
    });
    const { environment, oih } = resultIn(finished);
    expect(oih.secret.data.name).toBe('CleverReach');
    expect(await statusWith(environment['CLEVERREACH_ACCESS_TOKEN'])).toBe(200);
  });
});

describe('a request to the callback URL', () => {
  it('is refused unless it is a GET of that path with the right state, and does not end the waiting', async () => {
    const run = start(['--json']);
    const callback = await decide(run, 'allow');
    const other = (change: (url: URL) => void): URL => {
      const url = new URL(callback);
      change(url);
      return url;
    };
    const wrongState = other((url) => {
      url.searchParams.set('state', url.searchParams.get('state')?.replace(/^./, '~') ?? '');
    });
    const shortState = other((url) => {
      url.searchParams.set('state', 'x');
    });
    const noState = other((url) => {
      url.searchParams.delete('state');
    });
    const forgedRefusal = other((url) => {
      url.search = '?error=access_denied';
    });
    const elsewhere = other((url) => {
      url.pathname = '/';
    });
    for (const url of [wrongState, shortState, noState, forgedRefusal])
      expect(await visit(url)).toMatchObject({ status: 400, page: expect.stringContaining('was rejected') as string });
    expect(await visit(elsewhere)).toMatchObject({ status: 404 });
    expect(await visit(callback, 'POST')).toMatchObject({ status: 405 });
    expect(sandbox.count({ path: '/oauth/token.php' })).toBe(0);

    expect(await visit(callback)).toMatchObject({ status: 200 });
    const finished = await run.end();
    expect(finished.code).toBe(0);
    expect(finished.err.match(/A redirect with a wrong "state" was rejected/g)).toHaveLength(2);
    expect(finished.err.match(/A redirect without "state" was rejected/g)).toHaveLength(2);
    resultIn(finished);
    await expect(fetch(callback)).rejects.toThrow('fetch failed');
  });

  it('is accepted without a state if the user allows it, and never with a wrong one', async () => {
    sandbox.switches.stateEchoed = false;
    const run = start(['--json', '--without-state']);
    const callback = await decide(run, 'allow');
    expect(callback.searchParams.has('state')).toBe(false);
    const wrong = new URL(callback);
    wrong.searchParams.set('state', 'x');
    expect(await visit(wrong)).toMatchObject({ status: 400 });
    expect(await visit(callback)).toMatchObject({ status: 200 });
    const finished = await run.end();
    expect(finished.code).toBe(0);
    resultIn(finished);
  });

  it('is accepted only on 127.0.0.1', async () => {
    const run = start();
    const callback = await decide(run, 'deny');
    const elsewhere = new URL(callback);
    elsewhere.hostname = '127.0.0.2';
    await expect(fetch(elsewhere)).rejects.toThrow('fetch failed');
    expect(callback.hostname).toBe('127.0.0.1');
    await visit(callback);
    expect((await run.end()).code).toBe(1);
  });
});

describe('no account is connected, and the page and the terminal say so,', () => {
  it('when the owner refuses', async () => {
    const run = start();
    const { status, page } = await visit(await decide(run, 'deny'));
    expect({ status, page }).toMatchObject({ status: 400, page: expect.stringContaining('access_denied') as string });
    const { code, out, err } = await run.end();
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('Access to the account was refused (access_denied). No account was connected.');
  });

  it('when CleverReach answers with another error, which cannot write on the terminal or the page', async () => {
    const run = start();
    const callback = await decide(run, 'deny');
    callback.searchParams.set('error', 'server_error');
    callback.searchParams.set('error_description', '<script>\u001b[2Jno');
    const { page } = await visit(callback);
    expect(page).not.toContain('<script>');
    const { code, err } = await run.end();
    expect(code).toBe(1);
    expect(err).toContain('server_error: <script>\\u001b[2Jno');
  });

  it.each([
    ['does not take the code', {}, 'does not accept the code of this consent (invalid_grant)'],
    ['does not know the secret', { CLEVERREACH_CLIENT_SECRET: 'wrong-secret' }, 'does not accept the client id'],
  ])('when the token endpoint %s', async (_, env, text) => {
    const run = start([], env);
    const callback = await decide(run, 'allow');
    if (!('CLEVERREACH_CLIENT_SECRET' in env)) callback.searchParams.set('code', 'used-up');
    const { status, page } = await visit(callback);
    expect({ status, page }).toMatchObject({ status: 400, page: expect.stringContaining(text) as string });
    const { code, out, err } = await run.end();
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(text);
    expect(err).not.toContain('wrong-secret');
  });

  it('when no answer arrives in time', async () => {
    const run = start(['--time-limit', '1']);
    const { code, out, err } = await run.end();
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('The consent page was not completed within the time limit. No account was connected.');
  });
});

it('the output below the URL of the consent page explains what to check after an error, and how to end', async () => {
  const { err } = await start(['--time-limit', '1']).end();
  expect(err).toMatch(
    /^ {2}http.*\n\nIf the page shows an error, check the client id and the redirect URI\. Press Ctrl-C to stop\.$/m,
  );
});

describe('with a secret service of OIH', () => {
  const at = (...more: string[]): Authorize =>
    start(['--json', '--secret-service', service.url, ...more], { OIH_TOKEN });

  it('the OAuth app and the tokens are registered there, and the id of the secret is printed', async () => {
    const finished = await connect(at());
    const { oih } = resultIn(finished);
    expect(service.posted).toEqual([
      { path: '/auth-clients', authorization: `Bearer ${OIH_TOKEN}`, body: oih.authClient },
      { path: '/secrets', authorization: `Bearer ${OIH_TOKEN}`, body: oih.secret },
    ]);
    expect(oih.authClient).toMatchObject({
      data: {
        type: 'OA2_AUTHORIZATION_CODE',
        clientId: 'app',
        clientSecret: SECRET,
        redirectUri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/) as string,
        endpoints: { token: `${sandbox.url}/oauth/token.php` },
      },
    });
    expect(oih.secret.data.value['authClientId']).toBe('64f0000000000000000000c1');
    expect(oih.secretId).toBe('64f0000000000000000000e2');
    expect(finished).toMatchObject({
      code: 0,
      err: expect.stringContaining('the secret 64f0000000000000000000e2') as string,
    });
  });

  it('a given auth client is used, and none is created', async () => {
    resultIn(await connect(at('--auth-client', '64f0000000000000000000aa')));
    expect(service.posted).toMatchObject([
      { path: '/secrets', body: { data: { value: { authClientId: '64f0000000000000000000aa' } } } },
    ]);
  });

  it('that refuses, its reason is printed without secrets, and the tokens are printed too', async () => {
    service.refusals.set('/secrets', (text) => ({
      status: 400,
      body: JSON.stringify({ message: `no good: ${text}` }),
    }));
    const finished = await connect(at());
    expect(finished.code).toBe(1);
    expect(finished.err).toMatch(/Not registered .*auth client 64f0000000000000000000c1.*status 400.*no good/);
    expect(await statusWith(resultIn(finished).environment['CLEVERREACH_ACCESS_TOKEN'])).toBe(200);
  });
});

describe('the browser', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'authorize-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is opened with the unchanged URL', async () => {
    const seen = path.join(folder, 'seen');
    const program = path.join(folder, 'open');
    writeFileSync(program, `#!/bin/sh\necho "$#:$1" > '${seen}.part'\nmv '${seen}.part' '${seen}'\n`);
    chmodSync(program, 0o755);
    const run = new Authorize(['--port', '0'], {
      CLEVERREACH_URL: sandbox.url,
      CLEVERREACH_CLIENT_ID: 'a&b;$(touch pwned)',
      CLEVERREACH_CLIENT_SECRET: SECRET,
      // Linux starts the program of BROWSER, macOS the `open` of PATH
      BROWSER: program,
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    });
    runs.push(run);
    const { href } = await run.consentPage();
    let text = '';
    while (text === '') {
      await sleep(20);
      text = readIfThere(seen);
    }
    expect(text).toBe(`1:${href}\n`);
  });

  it('that cannot be opened is reported', async () => {
    const run = new Authorize(['--port', '0'], {
      CLEVERREACH_URL: sandbox.url,
      CLEVERREACH_CLIENT_ID: 'app',
      CLEVERREACH_CLIENT_SECRET: SECRET,
      PATH: folder,
    });
    runs.push(run);
    await run.consentPage();
    await run.progress(/No browser could be opened/);
    expect(run.out).toBe('');
  });
});

describe('the command ends with 2 and states what is needed', () => {
  it('without an OAuth app and without a terminal for questions', async () => {
    const run = start([], { CLEVERREACH_CLIENT_SECRET: '' });
    const { code, out, err } = await run.end();
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^The OAuth app is missing: set CLEVERREACH_CLIENT_ID/);
  });
});

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
