import path from 'node:path';
import { AuthorisationError, ConfigurationError } from '../lib/utils/errors';
import { verify } from '../lib/verifyCredentials';
import { startSandbox, type Sandbox } from '../sandbox';

let sandbox: Sandbox;
const lines: string[] = [];
const note = (text: string): void => void lines.push(text);
const context = { logger: { debug: note, info: note, warn: note, error: note }, emit: () => Promise.resolve(true) };

beforeEach(async () => {
  sandbox = await startSandbox();
  process.env['CLEVERREACH_URL'] = sandbox.url;
});

afterEach(async () => {
  await sandbox.close();
});

describe('the check of a credential', () => {
  it('says which account it reached', async () => {
    const { id, secret } = sandbox.client;
    expect(await verify.call(context, { client_id: id, client_secret: secret })).toEqual({
      verified: true,
      account: expect.stringMatching(/\(\d+\)$/) as string,
    });
    expect(sandbox.count({ path: '/v3/debug/whoami' })).toBe(1);
    expect(lines.join('\n')).not.toContain(secret);
  });

  it.each([
    [
      'a client that CleverReach does not know',
      { client_id: 'x', client_secret: 'not-the-secret' },
      AuthorisationError,
    ],
    ['a token that has been revoked', { key: 'revoked-token' }, AuthorisationError],
    ['nothing at all', {}, ConfigurationError],
  ])('refuses %s, with a reason that a user understands', async (_, cfg, type) => {
    const refused = await verify.call(context, cfg).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(type);
    expect(String(refused)).not.toMatch(/not-the-secret|revoked-token/);
  });

  it('does not take a failure of CleverReach for an answer', async () => {
    const { id, secret } = sandbox.client;
    sandbox.faults.add({
      path: '/v3/debug/whoami',
      times: 99,
      kind: 'status',
      status: 429,
      headers: { 'Retry-After': '600' },
    });
    await expect(verify.call(context, { client_id: id, client_secret: secret })).rejects.toMatchObject({
      temporary: true,
    });
  });

  it('is reached through the file in the root that elastic.io loads, which loads even without a build', async () => {
    const file = path.join(__dirname, '../verifyCredentials.js');
    const shim = jest.requireActual<(this: unknown, cfg: unknown) => Promise<unknown>>(file);
    const { id, secret } = sandbox.client;
    expect(await shim.call(context, { client_id: id, client_secret: secret })).toMatchObject({ verified: true });
  });
});
