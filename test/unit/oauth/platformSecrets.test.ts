import nock from 'nock';
import { TemporaryError } from '../../../lib/utils/errors';
import { platformSecrets } from '../../../lib/oauth/platformSecrets';
import type { RuntimeContext } from '../../../lib/platform/runtimeContext';
import type { PlatformSecretsPort } from '../../../lib/oauth/platformSecretsPort';
import { onTheWire, recordingLogger, thrownBy, visibleIn } from '../../support/http';
import { tokenAnswer, tokensFor, unique } from '../../support/oauth';

onTheWire();

const env = {
  ELASTICIO_API_URI: 'https://api.elastic.example/',
  ELASTICIO_API_USERNAME: 'task-user',
  ELASTICIO_API_KEY: 'key-of-the-platform',
  ELASTICIO_WORKSPACE_ID: 'ws',
  ELASTICIO_FLOW_ID: 'flow',
  ELASTICIO_STEP_ID: 'step_1',
};
const authorization = `Basic ${Buffer.from('task-user:key-of-the-platform').toString('base64')}`;

function contextWith(members: Partial<RuntimeContext> = {}): RuntimeContext {
  return { emit: () => Promise.resolve(undefined), logger: recordingLogger(), errorCount: 0, ...members };
}

describe("elastic.io's secrets", () => {
  it('are read through the client of the runtime if it has one', async () => {
    const asked: unknown[] = [];
    const secrets = {
      answer: { data: {} },
      retrieve(workspace: string, id: string) {
        asked.push(workspace, id);
        return Promise.resolve(this.answer);
      },
    };
    const platform = platformSecrets({ context: contextWith({ getApiClient: () => ({ secrets }) }), cfg: {} }, env);
    await expect(platform.readSecret?.('s/1')).resolves.toEqual({ data: {} });
    expect(asked).toEqual(['ws', 's%2F1']);
  });

  it('are read and renewed over HTTP with the key of the platform', async () => {
    nock('https://api.elastic.example', { reqheaders: { authorization } })
      .get('/v2/workspaces/ws/secrets/s1')
      .reply(200, { data: { a: 1 } })
      .post('/v2/workspaces/ws/secrets/s1/refresh')
      .reply(200, { data: [{ b: 1 }] });
    const platform = platformSecrets({ context: contextWith(), cfg: {} }, env);
    await expect(platform.readSecret?.('s1')).resolves.toEqual({ data: { a: 1 } });
    await expect(platform.refreshSecret?.('s1')).resolves.toEqual({ data: [{ b: 1 }] });
  });

  it('that cannot be read are a temporary error that does not contain the key', async () => {
    nock('https://api.elastic.example').post(/.*/).reply(503, { secret: 'x' });
    const fail = Object.assign(new Error('getaddrinfo key-of-the-platform'), {
      code: 'ENOTFOUND',
      config: { auth: 'key-of-the-platform' },
    });
    const getApiClient = (): unknown => ({ secrets: { retrieve: () => Promise.reject(fail) } });
    const platform = platformSecrets({ context: contextWith({ getApiClient }), cfg: {} }, env);
    const read = await thrownBy(platform.readSecret?.('s1') ?? Promise.resolve());
    const renewed = await thrownBy(platform.refreshSecret?.('s1') ?? Promise.resolve());
    for (const error of [read, renewed]) expect(error).toBeInstanceOf(TemporaryError);
    expect(read.message).toContain('ENOTFOUND');
    expect(renewed.message).toContain('secrets service of elastic.io');
    expect(visibleIn(read, renewed)).not.toContain('key-of-the-platform');
  });
});

describe("elastic.io's settings", () => {
  it.each(['https://api.elastic.example', 'https://api.elastic.example/', 'https://api.elastic.example//'])(
    'may end with slashes: %s',
    async (uri) => {
      nock('https://api.elastic.example').get('/v2/workspaces/w%2F1/secrets/s%2F1').reply(200, { a: 1 });
      const settings = { ...env, ELASTICIO_API_URI: uri, ELASTICIO_WORKSPACE_ID: 'w/1' };
      const platform = platformSecrets({ context: contextWith(), cfg: {} }, settings);
      await expect(platform.readSecret?.('s/1')).resolves.toEqual({ a: 1 });
    },
  );

  it('may be missing except for the URL of the API', async () => {
    nock('https://api.elastic.example', { reqheaders: { authorization: 'Basic Og==' } })
      .get('/v2/workspaces//secrets/s1')
      .reply(200, { a: 1 });
    const settings = { ELASTICIO_API_URI: 'https://api.elastic.example' };
    const platform = platformSecrets({ context: contextWith(), cfg: {} }, settings);
    await expect(platform.readSecret?.('s1')).resolves.toEqual({ a: 1 });
    expect(platform).not.toHaveProperty('readConfig');
  });

  it('without a URL of the API are a temporary failure of its service', async () => {
    const platform = platformSecrets({ context: contextWith(), cfg: {} }, {});
    const error = await thrownBy(platform.readSecret?.('s1') ?? Promise.resolve());
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error.message).toBe(
      'The secrets service of elastic.io could not be reached (no response). This is temporary: the request is retried. If the error persists, the operator of the platform must check the service.',
    );
  });

  it.each([
    ['ELASTICIO_FLOW_ID', ''],
    ['ELASTICIO_STEP_ID', ''],
    ['ELASTICIO_FLOW_ID', undefined],
    ['ELASTICIO_STEP_ID', undefined],
  ])('without %s (%j) do not allow reading the config of the step', (name, value) => {
    expect(platformSecrets({ context: contextWith(), cfg: {} }, { ...env, [name]: value })).not.toHaveProperty(
      'readConfig',
    );
  });
});

describe("the client of elastic.io's API", () => {
  const readingWith = (retrieve: unknown): PlatformSecretsPort =>
    platformSecrets({ context: contextWith({ getApiClient: () => ({ secrets: { retrieve } }) }), cfg: {} }, env);

  it.each([
    [{ statusCode: 404, code: 'X' }, 'status 404'],
    [{ statusCode: '404', code: 'ECONNRESET' }, 'ECONNRESET'],
    [{ code: ' ' }, 'no response'],
    [{}, 'no response'],
    ['key-of-the-platform', 'no response'],
  ])('that fails with %j is reported with only a status or code', async (thrown, why) => {
    const advice =
      why === 'status 404'
        ? 'The request is retried. If the error persists, check that the secret or credential of the step still exists and that the flow may read it, and select it again.'
        : 'This is temporary: the request is retried. If the error persists, the operator of the platform must check the service.';
    const read = readingWith(jest.fn().mockRejectedValue(thrown)).readSecret?.('s1');
    expect(await thrownBy(read ?? Promise.resolve())).toEqual(
      new TemporaryError(`The API of elastic.io (secrets) failed: ${why}. ${advice}`),
    );
  });

  it.each([
    ['no client', undefined],
    ['no part for secrets', {}],
    ['no method', { secrets: {} }],
    ['no function as the method', { secrets: { retrieve: 'x' } }],
  ])('is not used if there is %s', async (_what, client) => {
    nock('https://api.elastic.example').get('/v2/workspaces/ws/secrets/s1').reply(200, { a: 1 });
    const platform = platformSecrets({ context: contextWith({ getApiClient: () => client }), cfg: {} }, env);
    await expect(platform.readSecret?.('s1')).resolves.toEqual({ a: 1 });
  });

  it.each([
    ['no method', {}],
    ['nothing', { tasks: { retrieveStep: () => Promise.resolve(undefined) } }],
    ['no config', { tasks: { retrieveStep: () => Promise.resolve({}) } }],
    ['a config of another kind', { tasks: { retrieveStep: () => Promise.resolve({ config: ['x'] }) } }],
  ])('returns an empty config of the step if it has %s', async (_what, client) => {
    const platform = platformSecrets({ context: contextWith({ getApiClient: () => client }), cfg: {} }, env);
    await expect(platform.readConfig?.()).resolves.toEqual({});
  });
});

describe("elastic.io's classic credentials", () => {
  const keys = { oauth: { access_token: 'a' } };

  it('are stored by updateKeys', async () => {
    const emitted: unknown[] = [];
    const emit = (event: string, payload: unknown): Promise<void> => {
      emitted.push([event, payload]);
      return Promise.resolve();
    };
    await platformSecrets({ context: contextWith({ emit }), cfg: { _account: 'acc' } }, env).storeKeys?.(keys);
    expect(emitted).toEqual([['updateKeys', keys]]);
  });

  it('are not considered stored when the runtime counts an error, although its emit resolves', async () => {
    const context = contextWith();
    context.emit = () => {
      context.errorCount = 1;
      return Promise.resolve();
    };
    const platform = platformSecrets({ context, cfg: { _account: 'acc' } }, env);
    expect(await thrownBy(platform.storeKeys?.(keys) ?? Promise.resolve())).toEqual(
      new TemporaryError('elastic.io did not store the renewed token.'),
    );
  });

  it('are stored through the API if updateKeys has no listener, as during a credential check', async () => {
    const asked: unknown[] = [];
    const update = (...args: unknown[]): Promise<void> => {
      asked.push(...args);
      return Promise.resolve();
    };
    const emit = (): Promise<boolean> => Promise.resolve(false);
    const context = contextWith({ emit, getApiClient: () => ({ accounts: { update } }) });
    await platformSecrets({ context, cfg: { _account: 'acc' } }, env).storeKeys?.(keys);
    expect(asked).toEqual(['acc', { keys }]);
  });

  it('are not considered stored if there is neither a listener nor an API', async () => {
    const context = contextWith({ emit: () => Promise.resolve(false) });
    const platform = platformSecrets({ context, cfg: { _account: 'acc' } }, env);
    expect(await thrownBy(platform.storeKeys?.(keys) ?? Promise.resolve())).toEqual(
      new TemporaryError('The platform offers no way to store the renewed token.'),
    );
  });

  it('cannot be stored without the id of the account', () => {
    expect(platformSecrets({ context: contextWith(), cfg: {} }, env)).not.toHaveProperty('storeKeys');
  });

  it("are read again from the step's config", async () => {
    const asked: string[] = [];
    const retrieveStep = (...ids: string[]): Promise<unknown> => {
      asked.push(...ids);
      return Promise.resolve({ config: { oauth: { access_token: 'b' } }, snapshot: {} });
    };
    const context = contextWith({ getApiClient: () => ({ tasks: { retrieveStep } }) });
    const platform = platformSecrets({ context, cfg: {} }, env);
    await expect(platform.readConfig?.()).resolves.toEqual({ oauth: { access_token: 'b' } });
    expect(asked).toEqual(['flow', 'step_1']);
  });
});

describe('a platform that does not answer', () => {
  const never = (): Promise<never> => new Promise(() => undefined);
  const limitMs = 20;
  const platformOf = (members: Partial<RuntimeContext>): PlatformSecretsPort =>
    platformSecrets({ context: contextWith(members), cfg: { _account: 'acc' } }, env, limitMs);
  const late = new TemporaryError(
    'elastic.io has not answered within 0.02 seconds. This is temporary: the request is retried. If the error persists, the operator of the platform must check the service.',
  );

  it.each<[string, Partial<RuntimeContext>, (platform: PlatformSecretsPort) => Promise<unknown> | undefined]>([
    ['updateKeys', { emit: never }, (platform) => platform.storeKeys?.({ oauth: {} })],
    [
      'its API, which stores a pair',
      { emit: () => Promise.resolve(false), getApiClient: () => ({ accounts: { update: never } }) },
      (platform) => platform.storeKeys?.({ oauth: {} }),
    ],
    ['a secret', { getApiClient: () => ({ secrets: { retrieve: never } }) }, (platform) => platform.readSecret?.('s1')],
    ['the config', { getApiClient: () => ({ tasks: { retrieveStep: never } }) }, (platform) => platform.readConfig?.()],
  ])('does not block forever: %s', async (_, members, ask) => {
    expect(await thrownBy(ask(platformOf(members)) ?? Promise.resolve())).toEqual(late);
  });

  it('fails one message but loses no renewed pair: the next message stores it before it is used', async () => {
    const [old, next] = [unique('access'), unique('access')];
    tokenAnswer(200, { access_token: next, refresh_token: 'r2', expires_in: 2_592_000 });
    const cfg = {
      oauth: { access_token: old, refresh_token: 'r1' },
      client_id: 'i',
      client_secret: 's',
      _account: 'a',
    };
    const failing = tokensFor(cfg, platformOf({ emit: never })).tokens;
    await expect(failing.renew(old)).rejects.toThrow(
      /renewed, but could not be stored.*within 0.02 seconds.*next request/,
    );
    await expect(failing.current()).rejects.toBeInstanceOf(TemporaryError);

    const stored: unknown[] = [];
    const emit = (event: string, keys: unknown): Promise<void> => Promise.resolve(void stored.push(event, keys));
    await expect(tokensFor(cfg, platformOf({ emit })).tokens.current()).resolves.toBe(next);
    expect(stored).toMatchObject(['updateKeys', { oauth: { access_token: next, refresh_token: 'r2' } }]);
  });

  it('does not block a secret permanently: the next message reads it', async () => {
    const cfg = { secretId: unique('s') };
    const hanging = platformOf({ getApiClient: () => ({ secrets: { retrieve: never } }) });
    await expect(tokensFor(cfg, hanging).tokens.current()).rejects.toBeInstanceOf(TemporaryError);
    const secret = { data: { attributes: { type: 'api_key', credentials: { headerValue: 'Bearer t' } } } };
    const answering = platformOf({ getApiClient: () => ({ secrets: { retrieve: () => Promise.resolve(secret) } }) });
    await expect(tokensFor(cfg, answering).tokens.current()).resolves.toBe('t');
  });
});

describe("OIH's secrets", () => {
  const tokenData = { secretId: 's1', apiKey: 'key-of-the-flow' };
  const context = contextWith({ getConfig: () => ({ SECRET_SERVICE_BASE_URL: 'http://secrets.example/api/v1' }) });

  it('are read with the key of the flow', async () => {
    nock('http://secrets.example', { reqheaders: { authorization: 'Bearer key-of-the-flow' } })
      .get('/api/v1/secrets/s1')
      .reply(200, { data: { type: 'OA2_AUTHORIZATION_CODE', value: { accessToken: 'b' } } });
    await expect(platformSecrets({ context, cfg: {}, tokenData }, {}).readOihToken?.()).resolves.toBe('b');
  });

  it.each(['http://secrets.example', 'http://secrets.example/', 'http://secrets.example//'])(
    'may have a URL that ends with slashes, and ids with special characters: %s',
    async (url) => {
      nock('http://secrets.example')
        .get('/secrets/s%2F1')
        .reply(200, { data: { value: { accessToken: 'b' } } });
      const found = contextWith({ getConfig: () => ({ SECRET_SERVICE_BASE_URL: url }) });
      const data = { ...tokenData, secretId: 's/1' };
      const platform = platformSecrets({ context: found, cfg: {}, tokenData: data }, {});
      await expect(platform.readOihToken?.()).resolves.toBe('b');
    },
  );

  it.each([
    ['no address', {}, tokenData],
    ['a blank address', { SECRET_SERVICE_BASE_URL: ' ' }, tokenData],
    ['settings of another kind', ['x'], tokenData],
    ['no id', { SECRET_SERVICE_BASE_URL: 'http://x' }, { apiKey: 'k' }],
    ['no key', { SECRET_SERVICE_BASE_URL: 'http://x' }, { secretId: 's' }],
    ['a blank key', { SECRET_SERVICE_BASE_URL: 'http://x' }, { secretId: 's', apiKey: ' ' }],
  ])('are not requested with %s', (_what, settings, data) => {
    const found = contextWith({ getConfig: () => settings });
    expect(platformSecrets({ context: found, cfg: {}, tokenData: data }, env)).toEqual({});
  });

  it.each([{}, { accessToken: ' ' }, { accessToken: null }])('may have no token: %j', async (value) => {
    nock('http://secrets.example').get('/api/v1/secrets/s1').reply(200, { data: { value } });
    const platform = platformSecrets({ context, cfg: {}, tokenData }, {});
    await expect(platform.readOihToken?.()).resolves.toBeUndefined();
  });

  it.each([[{ data: {} }], [{ data: { value: 'x' } }], [{ data: [{ value: {} }] }], ['text'], [null]])(
    'are distinguished from other values: %j',
    async (body) => {
      nock('http://secrets.example').get('/api/v1/secrets/s1').reply(200, JSON.stringify(body));
      const read = platformSecrets({ context, cfg: {}, tokenData }, {}).readOihToken?.();
      expect(await thrownBy(read ?? Promise.resolve())).toEqual(
        new TemporaryError(
          "OIH's secret service returned an invalid response: not a secret. The request is retried. If the error persists, check that the secret or credential of the step still exists and that the flow may read it, and select it again.",
        ),
      );
    },
  );

  it.each([
    [
      500,
      { message: 'refresh failed' },
      'failed: status 500. This is temporary: the request is retried. If the error persists, the operator',
    ],
    [
      403,
      'no',
      'failed: status 403. The request is retried. If the error persists, check that the secret or credential of the',
    ],
    [
      404,
      {},
      'failed: status 404. The request is retried. If the error persists, check that the secret or credential of the',
    ],
    [200, { data: {} }, 'returned an invalid response: not a secret'],
    [200, 'text', 'returned an invalid response: not a secret'],
  ])('that cannot be read are a temporary error (%i)', async (status, body, said) => {
    nock('http://secrets.example').get('/api/v1/secrets/s1').reply(status, body);
    const read = platformSecrets({ context, cfg: {}, tokenData }, {}).readOihToken?.();
    const error = await thrownBy(read ?? Promise.resolve());
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error.message).toContain("OIH's secret service");
    expect(error.message).toContain(said);
    expect(visibleIn(error)).not.toContain('key-of-the-flow');
  });

  it('are not requested if the runtime does not provide their location', () => {
    expect(platformSecrets({ context: contextWith(), cfg: {}, tokenData }, env)).toEqual({});
    expect(platformSecrets({ context, cfg: {}, tokenData: { apiKey: 'x' } }, env)).toEqual({});
  });
});
