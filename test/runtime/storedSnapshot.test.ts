import nock from 'nock';
import { TemporaryError } from '../../lib/utils/errors';
import { onTheWire } from '../support/http';
import type { Invocation } from '../../lib/utils/runtime/context';
import { incomingSnapshot } from '../../lib/utils/runtime/storedSnapshot';

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

  it('is taken as it came when it holds anything', async () => {
    expect(await incomingSnapshot(call({ lastUpdated: 5 }))).toEqual({ lastUpdated: 5 });
  });

  it('is asked for a second time when it came empty, and found', async () => {
    service().reply(200, { data: { lastUpdated: 7 } });
    expect(await incomingSnapshot(call({}))).toEqual({ lastUpdated: 7 });
  });

  it.each([
    [404, {}],
    [200, {}],
    [200, { data: null }],
    [200, { data: {} }],
  ])('is empty where the service says so (%i %j)', async (status, body) => {
    service().reply(status, body);
    expect(await incomingSnapshot(call({}))).toEqual({});
  });

  it.each([401, 403, 500, 503])(
    'is an error, never a silent full read, when the service answers %i',
    async (status) => {
      service().times(2).reply(status, {});
      await expect(incomingSnapshot(call({}))).rejects.toBeInstanceOf(TemporaryError);
      await expect(incomingSnapshot(call({}))).rejects.toThrow(`status ${status}`);
    },
  );

  it('is an error when the service answers a page', async () => {
    service().reply(200, '<html>');
    await expect(incomingSnapshot(call({}))).rejects.toThrow(/not JSON.*next poll/);
  });
});

describe('the snapshot of a call on elastic.io', () => {
  it('is taken as it came, empty or not', async () => {
    expect(await incomingSnapshot(call({}, null))).toEqual({});
    expect(await incomingSnapshot(call(undefined, null))).toBeUndefined();
  });
});
