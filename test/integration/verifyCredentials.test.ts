import { execFile } from 'node:child_process';
import type { RequestListener } from 'node:http';
import path from 'node:path';
import { promisify } from 'node:util';
import { AuthorisationError, ConfigurationError, TemporaryError } from '../../lib/utils/errors';
import type { RuntimeContext } from '../../lib/platform/runtimeContext';
import { verify } from '../../lib/verifyCredentials';
import { startSandbox, type Sandbox } from '../../sandbox';
import { recordingLogger, thrownBy, visibleIn, withServer } from '../support/http';

type Cfg = Record<string, unknown>;

let sandbox: Sandbox;
let logger = recordingLogger();
/** The secret of the platform, as it is stored. */
let stored: { type: string; credentials: Cfg };
/** What was stored in the credential. */
let updates: unknown[];

/** As elastic.io calls it: nobody listens to what is emitted, and there is a client of the platform's API. */
const context = (): RuntimeContext => ({
  logger,
  emit: () => Promise.resolve(false),
  getApiClient: () => ({
    secrets: { retrieve: () => Promise.resolve({ data: { attributes: stored } }) },
    accounts: {
      update: (...args: unknown[]) => {
        updates.push(args);
        return Promise.resolve();
      },
    },
  }),
});

beforeEach(async () => {
  sandbox = await startSandbox();
  logger = recordingLogger();
  updates = [];
  process.env['CLEVERREACH_URL'] = sandbox.url;
});

afterEach(async () => {
  delete process.env['ELASTICIO_API_URI'];
  await sandbox.close();
});

const withStore = (type: string, credentials: Cfg): Cfg => {
  stored = { type, credentials };
  return { secretId: `secret-${sandbox.url}` };
};

/** Every way in which a step may hold credentials, good ones. */
const kinds: [string, () => Cfg][] = [
  ["elastic.io's secret (oauth2)", () => withStore('oauth2', { access_token: sandbox.issueToken().access_token })],
  [
    "elastic.io's secret (basic)",
    () => withStore('basic', { username: sandbox.client.id, password: sandbox.client.secret }),
  ],
  [
    "elastic.io's secret (api_key)",
    () => withStore('api_key', { headerValue: `Bearer ${sandbox.issueToken().access_token}` }),
  ],
  ['a classic OAuth2 credential', () => ({ _account: 'acc', oauth: sandbox.issueToken() })],
  ["OIH's OAuth2 secret", () => ({ accessToken: sandbox.issueToken().access_token })],
  ['a client id and secret', () => ({ client_id: sandbox.client.id, client_secret: sandbox.client.secret })],
  ["OIH's SIMPLE secret", () => ({ username: sandbox.client.id, passphrase: sandbox.client.secret })],
  ["OIH's API_KEY secret", () => ({ key: sandbox.issueToken().access_token })],
];

/** The same with what CleverReach refuses, and what the refusal says is to be done. */
const bad = 'refused-by-cleverreach';
const refused: [string, () => Cfg, RegExp][] = [
  ["elastic.io's secret (oauth2)", () => withStore('oauth2', { access_token: bad }), /reconnect the account/],
  [
    "elastic.io's secret (basic)",
    () => withStore('basic', { username: 'x', password: bad }),
    /check both in the credential/,
  ],
  ["elastic.io's secret (api_key)", () => withStore('api_key', { headerValue: bad }), /reconnect the account/],
  ["elastic.io's secret without a login", () => withStore('oauth2', {}), /authorise it in elastic\.io/],
  [
    'a classic OAuth2 credential',
    () => ({ _account: 'acc', oauth: { access_token: bad } }),
    /[Rr]econnect the account/,
  ],
  [
    'a classic OAuth2 credential with a dead refresh token',
    () => ({
      _account: 'acc',
      oauth: { access_token: bad, refresh_token: `${bad}-too` },
      client_id: sandbox.client.id,
      client_secret: sandbox.client.secret,
    }),
    /[Rr]econnect the account/,
  ],
  ["OIH's OAuth2 secret", () => ({ accessToken: bad }), /reconnect the account/],
  ['a client id and secret', () => ({ client_id: 'x', client_secret: bad }), /check both in the credential/],
  ["OIH's SIMPLE secret", () => ({ username: 'x', passphrase: bad }), /check both in the credential/],
  ["OIH's API_KEY secret", () => ({ key: bad }), /put a new one into the secret/],
];

describe('the check of a credential', () => {
  it.each(kinds)('sends a request with %s, and reports the connected account', async (_, cfg) => {
    const account = 'Muster GmbH (300417)';
    expect(await verify.call(context(), cfg())).toEqual({ verified: true, account });
    expect(sandbox.count({ path: '/v3/debug/whoami' })).toBe(1);
    expect(logger.lines).toEqual([`Connected to the CleverReach account ${account}.`]);
  });

  it('names an account without a company by its owner in the form, and by its id in the log', async () => {
    const [[, cfg] = ['', () => ({})]] = kinds;
    const body = { id: '300417', email: 'owner@example.org' };
    sandbox.faults.add({ kind: 'body', body, path: '/v3/debug/whoami' });
    expect(await verify.call(context(), cfg())).toMatchObject({ account: 'owner@example.org (300417)' });
    expect(logger.lines).toEqual(['Connected to the CleverReach account 300417.']);
  });

  it.each(refused)('that CleverReach refuses states what to do: %s', async (_, cfg, advice) => {
    // the platform has no newer token when it is asked to renew one
    const renew: RequestListener = (_request, answer) => answer.end('{}');
    const error = await withServer(renew, async (url) => {
      process.env['ELASTICIO_API_URI'] = url;
      return await thrownBy(verify.call(context(), cfg()));
    });
    expect([AuthorisationError, ConfigurationError]).toContain(error.constructor);
    expect(error.message).toMatch(advice);
    expect(visibleIn(error, logger.lines)).not.toContain(bad);
  });

  it('states what to do if there is none', async () => {
    const error = await thrownBy(verify.call(context(), {}));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain('Choose a credential');
  });

  it('keeps the renewed token of a classic credential, even if updateKeys has no listener then', async () => {
    const pair = sandbox.issueToken();
    sandbox.expireToken(pair.access_token);
    const { id, secret } = sandbox.client;
    const cfg = { _account: 'acc', oauth: pair, client_id: id, client_secret: secret };
    expect(await verify.call(context(), cfg)).toMatchObject({ verified: true });
    expect(updates).toEqual([
      ['acc', { keys: { oauth: expect.objectContaining({ token_type: 'bearer' }) as unknown } }],
    ]);
    expect(JSON.stringify(updates)).not.toContain(pair.refresh_token);
  });

  it('does not treat a failure of CleverReach as an answer', async () => {
    const { id, secret } = sandbox.client;
    sandbox.faults.add({
      path: '/v3/debug/whoami',
      times: 99,
      kind: 'status',
      status: 429,
      headers: { 'Retry-After': '600' },
    });
    const verified = verify.call(context(), { client_id: id, client_secret: secret });
    await expect(verified).rejects.toBeInstanceOf(TemporaryError);
    await expect(verified).rejects.toMatchObject({
      temporary: true,
      message: expect.stringMatching(/ The credentials could not be checked; try again in a few minutes\.$/) as unknown,
    });
  });

  it.each([
    ['Muster GmbH', 'Muster GmbH (7)'],
    ['', 'jo@example.org (7)'],
  ])('names the account by its company, else by its address: %j', async (company, account) => {
    const body = JSON.stringify({ id: '7', company, email: 'jo@example.org', name: 'Jo', firstname: 'J' });
    const answer: RequestListener = (_request, response) =>
      response.setHeader('Content-Type', 'application/json').end(body);
    await withServer(answer, async (url) => {
      process.env['CLEVERREACH_URL'] = url;
      expect(await verify.call(context(), { key: 'a-token' })).toStrictEqual({ verified: true, account });
    });
  });

  it('reports the reason of a refusal, and not that it is missing', async () => {
    const error = await thrownBy(verify.call(context(), { key: bad }));
    expect(error).toEqual(
      new AuthorisationError(
        'CleverReach rejected the token of the secret, and the token cannot be renewed. Waiting does not help: put a new one into the secret.',
      ),
    );
  });

  it('is exported by the root file that elastic.io loads, which loads even without a build', async () => {
    const { id, secret } = sandbox.client;
    const script = `
      const context = { logger: console, emit: async () => false };
      require('./verifyCredentials.js').call(context, ${JSON.stringify({ client_id: id, client_secret: secret })})
        .then(({ verified }) => { process.exitCode = verified ? 0 : 1; });`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], {
      cwd: path.join(__dirname, '../..'),
      // the tests have an environment of their own, which a process does not inherit
      env: { ...process.env },
    });
    expect(stdout).toContain('Connected to the CleverReach account');
  });
});
