import type { RequestListener } from 'node:http';
import axios from 'axios';
import nock from 'nock';
import { ResponseTooLargeError } from '../../../lib/http/responseTooLarge';
import { ConfigurationError, NotAcceptedError, TemporaryError } from '../../../lib/utils/errors';
import { sendRequest } from '../../../lib/http/sendRequest';
import { bench, onTheWire, origin, thrownBy, token, visibleIn, withServer } from '../../support/http';

// sockets are real here
nock.restore();

const get = { method: 'GET', path: '/groups' } as const;
const post = { method: 'POST', path: '/groups/1/receivers', body: { email: 'jo@example.org' } } as const;

/** Answers with `true` but for the first so many requests, which get the fault. */
function faulty(times: number, fault: RequestListener): RequestListener & { requests: number } {
  const listener: RequestListener & { requests: number } = (request, response) => {
    listener.requests += 1;
    request.resume();
    if (listener.requests <= times) fault(request, response);
    else response.end('true');
  };
  listener.requests = 0;
  return listener;
}

const dropped: RequestListener = (request) => {
  request.socket.destroy();
};
const cutOff: RequestListener = (_request, response) => {
  response.writeHead(200, { 'Content-Length': 100 });
  response.write('[{"id":"1"');
  setTimeout(() => response.destroy(), 5);
};

describe('a connection that breaks', () => {
  it.each([
    ['before the answer', dropped],
    ['within the answer', cutOff],
  ])('%s causes a retry of a GET', async (_when, fault) => {
    const server = faulty(2, fault);
    await withServer(server, async (baseUrl) => {
      await expect(bench({ baseUrl }).http.request(get)).resolves.toMatchObject({ body: true });
    });
    expect(server.requests).toBe(3);
  });

  it.each([
    ['before the answer', dropped],
    ['within the answer', cutOff],
  ])('%s causes no retry of a POST, which may have been carried out', async (_when, fault) => {
    const server = faulty(1, fault);
    await withServer(server, async (baseUrl) => {
      expect(await thrownBy(bench({ baseUrl }).http.request(post))).toBeInstanceOf(TemporaryError);
    });
    expect(server.requests).toBe(1);
  });

  it('leaves nothing of the request in the error or the log', async () => {
    await withServer(faulty(9, dropped), async (baseUrl) => {
      const { http, logger } = bench({ baseUrl });
      const path = '/groups/1/receivers/jo%40example.org';
      const error = await thrownBy(http.request({ method: 'GET', path, query: { email_list: 'jo@example.org' } }));
      expect(error).toBeInstanceOf(TemporaryError);
      expect(error.message).toContain('GET /v3/groups/1/receivers/<address>');
      expect(error.cause).toBeUndefined();
      expect(logger.lines).toHaveLength(5);
      expect(visibleIn(error, logger.lines)).not.toMatch(new RegExp(`${token}|Bearer|jo@|jo%40|email_list`));
    });
  });
});

describe('a server that is not reachable', () => {
  it('is retried even for a POST, since nothing was sent', async () => {
    let closed = '';
    await withServer(faulty(0, dropped), (baseUrl) => {
      closed = baseUrl;
      return Promise.resolve();
    });
    const { http } = bench({ baseUrl: closed });
    const error = await thrownBy(http.request(post));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error.message).toMatch(/ECONNREFUSED.*tried 6 times/);
  });
});

describe('a request that reached no server', () => {
  onTheWire();

  it.each([
    ['ECONNREFUSED', 'the connection was refused'],
    ['ENOTFOUND', 'the host name is unknown'],
    ['EAI_AGAIN', 'the host name could not be resolved'],
    ['ECONNRESET', 'the connection broke'],
    ['ETIMEDOUT', 'there was no response in time'],
    ['ECONNABORTED', 'the connection broke'],
    ['ERR_BAD_RESPONSE', 'the response broke off'],
    ['ERR_CANCELED', 'the response was not complete in time'],
    ['EPIPE', 'the connection failed'],
    ['EHOSTUNREACH', 'there is no route to the host'],
    ['EPROTO', 'the encrypted connection failed'],
    ['CERT_HAS_EXPIRED', 'the certificate of the server is not accepted'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'the certificate of the server is not accepted'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'the certificate of the server is not accepted'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'the certificate of the server is not accepted'],
  ])('explains what %s means', async (code, words) => {
    nock(origin)
      .post('/v3/groups/1/receivers')
      .times(6)
      .replyWithError(Object.assign(new Error('it failed'), { code }));
    const error = await thrownBy(bench().http.request(post));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error.message).toContain(
      `CleverReach could not be reached at rest.cleverreach.com for POST /v3/groups/1/receivers: ${words} (${code}) (tried `,
    );
  });

  it('says that the connection failed if the cause is unknown, and the log shows the cause', async () => {
    nock(origin).post('/v3/groups/1/receivers').replyWithError('it failed');
    const { http, logger } = bench();
    const error = await thrownBy(http.request(post));
    expect(error.message).toContain('the connection failed (no response) (tried once)');
    expect(logger.details).toEqual([
      expect.stringContaining('POST /v3/groups/1/receivers: no response, 0 bytes, 0 ms.'),
    ]);
  });
});

describe('the connections of requests', () => {
  it('are kept alive for repeatable requests, and new for all others', async () => {
    const ports: (number | undefined)[] = [];
    await withServer(
      (request, response) => {
        ports.push(request.socket.remotePort);
        request.resume();
        response.end('true');
      },
      async (baseUrl) => {
        const { http } = bench({ baseUrl });
        for (const request of [...Array<typeof get>(10).fill(get), post, post]) {
          await http.request(request);
          // a socket is free for the next request a moment after its answer has been read; how long depends on the machine
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      },
    );
    const [kept, fresh] = [new Set(ports.slice(0, 10)), new Set(ports.slice(10))];
    expect(kept.size).toBeLessThan(10);
    expect(fresh.size).toBe(2);
    expect([...fresh].filter((port) => kept.has(port))).toEqual([]);
  });
});

describe('a response that is too large', () => {
  it('is not read to its end, and the error advises a smaller page for a list of receivers, else a check of the proxy', async () => {
    const chunk = Buffer.alloc(1024 * 1024, ' ');
    const endless: RequestListener = (_request, response) => {
      const write = (): void => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', write);
      };
      write();
    };
    await withServer(endless, async (baseUrl) => {
      const { http } = bench({ baseUrl });
      const error = await thrownBy(http.request(get));
      expect(error).toBeInstanceOf(NotAcceptedError);
      expect(http.requests).toBe(1);
      expect(error.message).toBe(
        "The response to GET /v3/groups is larger than 100 MB, so it was not read. Waiting does not help: check the proxy on the way to CleverReach, since CleverReach's responses are far smaller.",
      );
      const write = await thrownBy(http.request({ ...get, method: 'POST' }));
      expect(write).toBeInstanceOf(NotAcceptedError);
      expect(write.message).toContain(
        'so it was not read, and it is unknown whether the request was carried out. Waiting does',
      );
      expect(error.message).not.toMatch(/page size/);
      const list = await thrownBy(http.request({ ...get, whenTooLarge: 'set the page size.' }));
      expect(list).toBeInstanceOf(ConfigurationError);
      expect(list).toBeInstanceOf(ResponseTooLargeError);
      expect(list.message).toMatch(
        /larger than 100 MB, so it was not read\. Waiting does not help: set the page size\.$/,
      );
    });
  });
});

describe('a request that was never sent', () => {
  it('is reported without its token', async () => {
    const broken = axios.create({ adapter: () => Promise.reject(new Error(`no way to send ${token}`)) });
    const note = { reads: true, within: 180_000, what: 'GET /groups', repeatable: true, token, now: () => 0 };
    const error = await thrownBy(sendRequest(broken, { method: 'GET', url: '/groups' }, note, () => undefined));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error.message).toBe('GET /groups could not be sent: no way to send …');
  });
});
