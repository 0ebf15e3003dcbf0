import { ConfigurationError } from '../../../lib/utils/errors';
import { credentialKey, stepCredentials, clientOf } from '../../../lib/oauth/credentials';
import { parseUpsertFields } from '../../../lib/config/stepConfig';

const everything = {
  secretId: 'secret-1',
  oauth: { access_token: 'a', refresh_token: 'r' },
  accessToken: 'oih-token',
  client_id: 'id',
  client_secret: 'secret',
  key: 'fixed',
};

function without(...names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(everything).filter(([name]) => !names.includes(name)));
}

describe('credentials', () => {
  it('are used in this order: a secret, a token pair, an OIH token, a client, a fixed token', () => {
    const order = ['secretId', 'oauth', 'accessToken', 'client_id', 'key'];
    const kinds = order.map((_name, index) => stepCredentials(without(...order.slice(0, index)), {}).kind);
    expect(kinds).toEqual(['secret', 'pair', 'accessToken', 'client', 'bearer']);
  });

  it.each([
    [{ client_id: 'id', client_secret: 's' }],
    [{ clientId: 'id', clientSecret: 's' }],
    [{ username: 'id', passphrase: 's' }],
    [{ client_id: ' ', client_secret: '', clientId: ' id ', clientSecret: 's\n' }],
  ])('are read as a client from %j', (cfg) => {
    expect(stepCredentials(cfg, {})).toEqual({ kind: 'client', client: { id: 'id', secret: 's' } });
  });

  it('of a token pair include the client of the credential, or else that of the environment', () => {
    const env = { CLEVERREACH_CLIENT_ID: 'env-id', CLEVERREACH_CLIENT_SECRET: 'env-secret' };
    const oauth = { access_token: 'a', refresh_token: 'r' };
    expect(stepCredentials({ oauth, client_id: 'id', client_secret: 's', _account: 'acc' }, env)).toMatchObject({
      client: { id: 'id', secret: 's' },
      accountId: 'acc',
    });
    expect(stepCredentials({ oauth }, env)).toMatchObject({ client: { id: 'env-id', secret: 'env-secret' } });
    expect(stepCredentials({ oauth }, {})).not.toHaveProperty('client');
  });

  it('are missing when nothing follows "Bearer" in a fixed token', () => {
    for (const key of ['Bearer', ' bearer '])
      expect(() => stepCredentials({ key }, {})).toThrow('No CleverReach credentials were found');
  });

  it('of a fixed token may begin with "Bearer"', () => {
    expect(stepCredentials({ key: 'Bearer abc' }, {})).toEqual({ kind: 'bearer', token: 'abc' });
  });

  it.each([
    [{}],
    [{ secretId: '  ', oauth: {}, accessToken: '', key: ' ' }],
    [{ oauth: { access_token: ' ' } }],
    [{ oauth: null, accessToken: null, client_id: null }],
  ])('cause one ConfigurationError when they are missing or blank: %j', (cfg) => {
    const resolve = (): unknown => stepCredentials(cfg, {});
    expect(resolve).toThrow(ConfigurationError);
    expect(resolve).toThrow(
      /^No CleverReach credentials were found\. .*Choose a credential.*secret service.*may have failed/,
    );
  });

  it('cause an error without their values when the client has no secret', () => {
    expect(() => stepCredentials({ client_id: 'my-id' }, {})).toThrow(/"client_secret" is empty/);
    expect(() => stepCredentials({ client_id: 'my-id' }, {})).not.toThrow(/my-id/);
  });

  const ADVICE =
    'Choose a credential (elastic.io) or a secret (OIH) for the step, with a client id and client secret of CleverReach ' +
    '(My account › Extras › REST API) or with tokens. If a credential is selected, ' +
    "the platform's secret service may have failed; then the next run works.";

  it.each([
    [{ client_id: 'x' }, 'the field "client_secret" is empty'],
    [{ client_secret: 'x' }, 'the field "client_id" is empty'],
    [{ clientId: 'x', clientSecret: ' ' }, 'the field "clientSecret" is empty'],
    [{ passphrase: 'x' }, 'the field "username" is empty'],
    [{ client_id: 'x', passphrase: 'y' }, 'the field "client_secret" is empty'],
  ])('cause an error that names the empty field and what to do: %j', (cfg, found) => {
    const advice =
      'Fill it in. You find the client id and client secret in CleverReach under My account › Extras › REST API.';
    expect(() => stepCredentials(cfg, {})).toThrow(
      new ConfigurationError(`No CleverReach credentials were found: ${found}. ${advice}`),
    );
  });

  it('cause an error that names the secret service as a possible cause when they are all missing', () => {
    expect(() => stepCredentials({}, {})).toThrow(
      new ConfigurationError(`No CleverReach credentials were found. ${ADVICE}`),
    );
  });

  it('cause an error that does not repeat the payload of a secret when it is unreadable', () => {
    expect(() => stepCredentials({ payload: '{"client_id": "my-id"' }, {})).toThrow(
      new ConfigurationError(
        'No CleverReach credentials were found: the "payload" of the secret is not JSON. ' +
          'It must be {"client_id": "…", "client_secret": "…"}.',
      ),
    );
  });

  it.each([
    [7, '7'],
    [0, '0'],
    [' a\n', 'a'],
  ])('include an OIH access token that is a number or has surrounding whitespace: %j', (accessToken, token) => {
    expect(stepCredentials({ accessToken }, {})).toStrictEqual({ kind: 'accessToken', token });
  });

  it.each([[true], [['a']], [{ a: 1 }], [null]])(
    'cause a ConfigurationError when the OIH access token has another type: %j',
    (accessToken) => {
      expect(() => stepCredentials({ accessToken }, {})).toThrow(ConfigurationError);
    },
  );

  it.each([
    ['bearer a', 'a'],
    ['BEARER \t a', 'a'],
    ['a bearer b', 'a bearer b'],
    ['bearera', 'bearera'],
  ])('of a fixed token lose "Bearer" only at the beginning and only as a word: %j', (key, token) => {
    expect(stepCredentials({ key }, {})).toStrictEqual({ kind: 'bearer', token });
  });

  it('of a token pair omit properties without a value', () => {
    const oauth = { access_token: 'a' };
    expect(stepCredentials({ oauth }, {})).toStrictEqual({
      kind: 'pair',
      pair: { accessToken: 'a', members: oauth },
    });
  });

  it.each([
    ['the account', { _account: 'x' }],
    ['the client id', { client_id: 'x', client_secret: 's' }],
    ['the client secret', { client_id: 'id', client_secret: 'x' }],
    ['the access token', { oauth: { access_token: 'x', refresh_token: 'r' } }],
    ['the refresh token', { oauth: { access_token: 'a', refresh_token: 'x' } }],
  ])('of a token pair have another key when %s differs', (_what, change) => {
    const cfg = {
      oauth: { access_token: 'a', refresh_token: 'r' },
      client_id: 'id',
      client_secret: 's',
      _account: 'acc',
    };
    const keys = [cfg, { ...cfg, ...change }].map((each) => credentialKey(stepCredentials(each, {}), ''));
    expect(new Set(keys).size).toBe(2);
  });

  it('have a key that differs between accounts and platforms and reveals nothing', () => {
    const cfgs = [
      everything,
      without('secretId'),
      without('secretId', 'oauth'),
      { username: 'id', passphrase: 'other' },
      { key: 'fixed' },
    ];
    const keys = cfgs.map((cfg) => credentialKey(stepCredentials(cfg, {}), 'https://rest.cleverreach.com'));
    expect(new Set(keys).size).toBe(cfgs.length);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{64}$/);
    const [first] = cfgs;
    expect(credentialKey(stepCredentials(first ?? {}, {}), 'http://127.0.0.1')).not.toBe(keys[0]);
  });
});

it('a client or a group id that is too long is refused, and the error does not repeat it', () => {
  const long = 'k'.repeat(1_001);
  expect(() => clientOf(long, 's')).toThrow(ConfigurationError);
  expect(() => clientOf('i', long)).toThrow('The client secret for CleverReach has more than 1000 characters.');
  expect(clientOf('i', long.slice(1))).toBeDefined();
  expect(() => parseUpsertFields({ groupId: '1'.repeat(101) })).toThrow(
    /"groupId" must be an id \(a string of at most 100/,
  );
  expect(parseUpsertFields({ groupId: '1'.repeat(100) }).groupId).toHaveLength(100);
});
