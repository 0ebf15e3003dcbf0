import nock from 'nock';
import { TemporaryError } from '../../lib/utils/errors';
import { platformSecrets } from '../../lib/utils/oauth/platformSecrets';
import type { RuntimeContext } from '../../lib/utils/runtime/context';
import { onTheWire, recordingLogger, thrownBy, visibleIn } from '../support/http';

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
  it("are read through the runtime's own client where it has one", async () => {
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

  it('that cannot be had are a temporary matter, without the key in the error', async () => {
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

describe("elastic.io's older credentials", () => {
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

  it('are not stored when the runtime counts an error, although its emit resolves', async () => {
    const context = contextWith();
    context.emit = () => {
      context.errorCount = 1;
      return Promise.resolve();
    };
    const platform = platformSecrets({ context, cfg: { _account: 'acc' } }, env);
    expect(await thrownBy(platform.storeKeys?.(keys) ?? Promise.resolve())).toBeInstanceOf(TemporaryError);
  });

  it('are stored through the API where nobody listens, as while a credential is being checked', async () => {
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

  it('are not taken for stored where nobody listens and there is no API either', async () => {
    const context = contextWith({ emit: () => Promise.resolve(false) });
    const platform = platformSecrets({ context, cfg: { _account: 'acc' } }, env);
    expect(await thrownBy(platform.storeKeys?.(keys) ?? Promise.resolve())).toBeInstanceOf(TemporaryError);
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

describe("OIH's secrets", () => {
  const tokenData = { secretId: 's1', apiKey: 'key-of-the-flow' };
  const context = contextWith({ getConfig: () => ({ SECRET_SERVICE_BASE_URL: 'http://secrets.example/api/v1' }) });

  it('are read with the key of the flow', async () => {
    nock('http://secrets.example', { reqheaders: { authorization: 'Bearer key-of-the-flow' } })
      .get('/api/v1/secrets/s1')
      .reply(200, { data: { type: 'OA2_AUTHORIZATION_CODE', value: { accessToken: 'b' } } });
    await expect(platformSecrets({ context, cfg: {}, tokenData }, {}).readOihSecret?.()).resolves.toEqual({
      accessToken: 'b',
    });
  });

  it.each([
    [500, { message: 'refresh failed' }],
    [200, { data: {} }],
    [200, 'text'],
  ])('that cannot be had are a temporary matter (%i)', async (status, body) => {
    nock('http://secrets.example').get('/api/v1/secrets/s1').reply(status, body);
    const read = platformSecrets({ context, cfg: {}, tokenData }, {}).readOihSecret?.();
    const error = await thrownBy(read ?? Promise.resolve());
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error.message).toContain("OIH's secret service");
    expect(visibleIn(error)).not.toContain('key-of-the-flow');
  });

  it('are not looked for where the runtime does not say where they are', () => {
    expect(platformSecrets({ context: contextWith(), cfg: {}, tokenData }, env)).toEqual({});
    expect(platformSecrets({ context, cfg: {}, tokenData: { apiKey: 'x' } }, env)).toEqual({});
  });
});
