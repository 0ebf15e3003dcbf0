import nock from 'nock';
import { TemporaryError } from '../../../lib/utils/errors';
import { askService } from '../../../lib/platform/platformService';
import { onTheWire, thrownBy } from '../../support/http';

onTheWire();

const host = 'http://secrets.example';
const ask = (): Promise<unknown> => askService('The service', { method: 'GET', url: `${host}/s` });

describe('a service of the platform', () => {
  it.each([200, 201, 299])('returns the body of a response with %i', async (status) => {
    nock(host).get('/s').reply(status, { a: 1 });
    await expect(ask()).resolves.toEqual({ a: 1 });
  });

  it.each([300, 304, 400, 404, 500])('that responds with %i is a temporary error', async (status) => {
    nock(host).get('/s').reply(status, { secret: 'x' });
    await expect(ask()).rejects.toMatchObject({
      name: 'TemporaryError',
      message: expect.stringMatching(
        new RegExp(`^The service failed: status ${status}\\. .*retried.*if the error persists`, 'i'),
      ) as string,
    });
  });

  it('is not followed to another server with the credentials of the platform', async () => {
    const elsewhere = nock('http://elsewhere.example').get('/').reply(200, { a: 1 });
    nock(host).get('/s').reply(302, '', { Location: 'http://elsewhere.example/' });
    await expect(ask()).rejects.toThrow(/^The service failed: status 302\. .*retried/);
    expect(elsewhere.isDone()).toBe(false);
  });

  it.each([
    [{ code: 'ECONNREFUSED', message: 'key' }, 'ECONNREFUSED'],
    [{ message: 'key' }, 'no response'],
  ])('that cannot be reached is reported with only a code: %j', async (failure, code) => {
    nock(host)
      .get('/s')
      .replyWithError(Object.assign(new Error(failure.message), failure));
    const error = await thrownBy(ask());
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error.message).toBe(
      `The service could not be reached (${code}). This is temporary: the request is retried. If the error persists, the operator of the platform must check the service.`,
    );
  });
});

describe('a connection that a service of the platform closes', () => {
  const closing = (method: 'get' | 'put', code: string): nock.Scope => {
    const requests = nock(host);
    const request = method === 'get' ? requests.get('/s') : requests.put('/s');
    return request.replyWithError(Object.assign(new Error('closed'), { code }));
  };

  it.each(['ECONNRESET', 'EPIPE'])('causes one retry of a request that changes nothing: %s', async (code) => {
    closing('get', code);
    nock(host).get('/s').reply(200, { a: 1 });
    await expect(ask()).resolves.toEqual({ a: 1 });
  });

  it('is not used a third time', async () => {
    closing('get', 'ECONNRESET');
    closing('get', 'ECONNRESET');
    const unused = nock(host).get('/s').reply(200, { a: 1 });
    await expect(ask()).rejects.toThrow('could not be reached (ECONNRESET)');
    expect(unused.isDone()).toBe(false);
    nock.cleanAll();
  });

  it('is not used again for a request that may have been carried out', async () => {
    closing('put', 'ECONNRESET');
    const unused = nock(host).put('/s').reply(200, { a: 1 });
    await expect(askService('The service', { method: 'PUT', url: `${host}/s` })).rejects.toThrow('ECONNRESET');
    expect(unused.isDone()).toBe(false);
    nock.cleanAll();
  });
});

describe('a response of a service of the platform', () => {
  it.each(['text/plain', 'application/octet-stream', 'application/json; charset=latin1'])(
    'is JSON whatever its content type: %s',
    async (type) => {
      nock(host).get('/s').reply(200, '{"a":1}', { 'Content-Type': type });
      await expect(ask()).resolves.toEqual({ a: 1 });
    },
  );

  it('may begin with a byte order mark', async () => {
    nock(host).get('/s').reply(200, '\uFEFF {"a":1}');
    await expect(ask()).resolves.toEqual({ a: 1 });
  });

  it('that is not JSON is returned as a string, and an empty one as undefined', async () => {
    nock(host).get('/s').reply(200, '<html>');
    await expect(ask()).resolves.toBe('<html>');
    nock(host).get('/s').reply(200, '');
    await expect(ask()).resolves.toBeUndefined();
  });
});
