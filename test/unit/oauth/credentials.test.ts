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
  it('are, in this order: a secret, a token pair, an OIH token, a client, a fixed token', () => {
    const order = ['secretId', 'oauth', 'accessToken', 'client_id', 'key'];
    const kinds = order.map((_name, index) => stepCredentials(without(...order.slice(0, index)), {}).kind);
    expect(kinds).toEqual(['secret', 'pair', 'accessToken', 'client', 'bearer']);
  });

  it.each([
    [{ client_id: 'id', client_secret: 's' }],
    [{ clientId: 'id', clientSecret: 's' }],
    [{ username: 'id', passphrase: 's' }],
    [{ client_id: ' ', client_secret: '', clientId: ' id ', clientSecret: 's\n' }],
  ])('are a client in %j', (cfg) => {
    expect(stepCredentials(cfg, {})).toEqual({ kind: 'client', client: { id: 'id', secret: 's' } });
  });

  it('with a pair take the client from the credential, else from the environment', () => {
    const env = { CLEVERREACH_CLIENT_ID: 'env-id', CLEVERREACH_CLIENT_SECRET: 'env-secret' };
    const oauth = { access_token: 'a', refresh_token: 'r' };
    expect(stepCredentials({ oauth, client_id: 'id', client_secret: 's', _account: 'acc' }, env)).toMatchObject({
      client: { id: 'id', secret: 's' },
      accountId: 'acc',
    });
    expect(stepCredentials({ oauth }, env)).toMatchObject({ client: { id: 'env-id', secret: 'env-secret' } });
    expect(stepCredentials({ oauth }, {})).not.toHaveProperty('client');
  });

  it('with a fixed token are missing if nothing follows the word Bearer', () => {
    for (const key of ['Bearer', ' bearer '])
      expect(() => stepCredentials({ key }, {})).toThrow('No CleverReach credentials were found');
  });

  it('with a fixed token may be pasted with "Bearer"', () => {
    expect(stepCredentials({ key: 'Bearer abc' }, {})).toEqual({ kind: 'bearer', token: 'abc' });
  });

  it.each([
    [{}],
    [{ secretId: '  ', oauth: {}, accessToken: '', key: ' ' }],
    [{ oauth: { access_token: ' ' } }],
    [{ oauth: null, accessToken: null, client_id: null }],
  ])('that are missing or blank throw one ConfigurationError: %j', (cfg) => {
    const resolve = (): unknown => stepCredentials(cfg, {});
    expect(resolve).toThrow(ConfigurationError);
    expect(resolve).toThrow(
      /^No CleverReach credentials were found\. .*Choose a credential.*secret service.*may have failed/,
    );
  });

  it('with only one of id and secret throw an error that names the empty field', () => {
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
  ])('with an empty field throw an error that names the field and what to do: %j', (cfg, found) => {
    const advice =
      'Fill it in. You find the client id and client secret in CleverReach under My account › Extras › REST API.';
    expect(() => stepCredentials(cfg, {})).toThrow(
      new ConfigurationError(`No CleverReach credentials were found: ${found}. ${advice}`),
    );
  });

  it('that are completely missing throw an error that names the secret service as a possible cause', () => {
    expect(() => stepCredentials({}, {})).toThrow(
      new ConfigurationError(`No CleverReach credentials were found. ${ADVICE}`),
    );
  });

  it('in a secret with an unreadable payload throw an error that does not repeat it', () => {
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
  ])('accept an OIH access token that is a number or has surrounding whitespace: %j', (accessToken, token) => {
    expect(stepCredentials({ accessToken }, {})).toStrictEqual({ kind: 'accessToken', token });
  });

  it.each([[true], [['a']], [{ a: 1 }], [null]])('cannot have another type: %j', (accessToken) => {
    expect(() => stepCredentials({ accessToken }, {})).toThrow(ConfigurationError);
  });

  it.each([
    ['bearer a', 'a'],
    ['BEARER \t a', 'a'],
    ['a bearer b', 'a bearer b'],
    ['bearera', 'bearera'],
  ])('with a fixed token lose only a leading "Bearer": %j', (key, token) => {
    expect(stepCredentials({ key }, {})).toStrictEqual({ kind: 'bearer', token });
  });

  it('with a pair have no property for unknown values', () => {
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
  ])('with a pair have another key when %s differs', (_what, change) => {
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
