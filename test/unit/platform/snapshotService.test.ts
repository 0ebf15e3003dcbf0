import nock from 'nock';
import { TemporaryError } from '../../../lib/utils/errors';
import { onTheWire, thrownBy } from '../../support/http';
import type { Invocation } from '../../../lib/platform/runtimeContext';
import { storedSnapshot } from '../../../lib/platform/snapshotService';

const SERVICE = 'http://snapshots.example.org:2345';
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

function call(snapshot: unknown, tokenData: unknown = { flowId: 'f1', stepId: 's1', apiKey: 'iam-token' }): Invocation {
  const context = {
    logger: quiet,
    emit: () => Promise.resolve(true),
    getConfig: () => ({ SNAPSHOTS_SERVICE_BASE_URL: SERVICE }),
  };
  return { context, message: {}, cfg: {}, snapshot, tokenData };
}

const service = (): nock.Interceptor =>
  nock(SERVICE, { reqheaders: { authorization: 'Bearer iam-token' } }).get('/snapshots/flows/f1/steps/s1');

describe('the snapshot of a call on OIH', () => {
  onTheWire();

  it('is used unchanged if it is not empty', async () => {
    expect(await storedSnapshot(call({ lastUpdated: 5 }))).toEqual({ lastUpdated: 5 });
  });

  it('is requested a second time if it is empty, and found', async () => {
    service().reply(200, { data: { lastUpdated: 7 } });
    expect(await storedSnapshot(call({}))).toEqual({ lastUpdated: 7 });
  });

  it.each([
    [404, {}],
    [200, {}],
    [200, { data: null }],
    [200, { data: {} }],
  ])('is empty if the service says so (%i %j)', async (status, body) => {
    service().reply(status, body);
    expect(await storedSnapshot(call({}))).toEqual({});
  });

  it.each([401, 403, 500, 503])(
    'is an error, never a silent full read, when the service answers %i',
    async (status) => {
      service().times(2).reply(status, {});
      await expect(storedSnapshot(call({}))).rejects.toBeInstanceOf(TemporaryError);
      await expect(storedSnapshot(call({}))).rejects.toThrow(`status ${status}`);
    },
  );

  it('is requested from no other server, wherever the service redirects', async () => {
    service().reply(302, '', { Location: 'http://elsewhere.example.org/' });
    await expect(storedSnapshot(call({}))).rejects.toThrow('status 302');
  });

  it.each([
    [{ code: 'ETIMEDOUT' }, 'ETIMEDOUT'],
    [{}, 'no response'],
  ])('is an error when the service cannot be reached: %j', async (members, why) => {
    service().replyWithError(Object.assign(new Error('it broke'), members));
    const error = await thrownBy(storedSnapshot(call({})));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error.message).toBe(
      `The snapshots service gave no clear response (${why}), so it is unknown where the last poll ended. ` +
        'No receivers were read; the next poll tries again.',
    );
  });

  it('is an error when the service returns an HTML page', async () => {
    service().reply(200, '<html>');
    await expect(storedSnapshot(call({}))).rejects.toThrow(/not a JSON object.*next poll/);
  });
});

describe('the snapshot of a call without a snapshots service', () => {
  onTheWire();
  const known = { flowId: 'f1', stepId: 's1', apiKey: 'iam-token' };

  it.each([
    ['flow', { ...known, flowId: undefined }],
    ['step', { ...known, stepId: undefined }],
  ])('is empty if the %s is unknown', async (_, tokenData) => {
    expect(await storedSnapshot(call({}, tokenData))).toEqual({});
  });

  it.each([
    ['no address of the service', { getConfig: () => ({}) }],
    ['no settings', { getConfig: () => undefined }],
    ['no getConfig function', {}],
  ])('is empty if the runtime has %s', async (_, settings) => {
    const context = { logger: quiet, emit: () => Promise.resolve(true), ...settings };
    expect(await storedSnapshot({ ...call({}, known), context })).toEqual({});
  });
});

describe('the snapshot of a call on elastic.io', () => {
  it('is used unchanged, empty or not', async () => {
    expect(await storedSnapshot(call({}, null))).toEqual({});
    expect(await storedSnapshot(call(undefined, null))).toBeUndefined();
  });
});

describe('a response that does not show whether a snapshot is stored', () => {
  onTheWire();

  it.each([
    [404, '<html><title>404 Not Found</title></html>'],
    [404, 'default backend - 404'],
    [404, ''],
    [404, '[]'],
    [200, '{"error": "mongo is down"}'],
    [200, '{"errors": [{"code": 500}]}'],
    [200, '{"data": []}'],
    [200, '{"data": "{}"}'],
    [200, '[]'],
    [200, 'null'],
  ])('is an error, never a silent full read: %i %s', async (status, body) => {
    service().reply(status, body);
    await expect(storedSnapshot(call({}))).rejects.toThrow(/^The snapshots service gave no clear response/);
  });
});
