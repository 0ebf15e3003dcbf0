import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import nock from 'nock';
import { createHttpClient } from '../../../lib/http/httpClient';
import { tokenEndpoint } from '../../../lib/oauth/tokenEndpoint';
import {
  bench,
  fakeClock,
  origin,
  recordingLogger,
  thrownBy,
  tokensInTurn,
  token,
  withServer,
} from '../../support/http';

// sockets are real here
nock.restore();

const VARIABLES = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]);
const before = Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]]));

beforeEach(() => {
  for (const name of VARIABLES) Reflect.deleteProperty(process.env, name);
});
afterAll(() => {
  for (const [name, value] of Object.entries(before)) if (value !== undefined) process.env[name] = value;
});

/** A forward proxy on this machine; it lets plain requests through and refuses tunnels. `seen` gets what it is asked for. */
async function withProxy<T>(seen: string[], use: (url: string) => Promise<T>): Promise<T> {
  const pass = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    seen.push(`${incoming.method} ${incoming.url}`);
    const { method, headers, url = '' } = incoming;
    const onward = forward(url, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  };
  const server = createServer(pass);
  server.on('connect', (incoming: IncomingMessage, socket) => {
    seen.push(`CONNECT ${incoming.url}`);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const endpointAt = (baseUrl: string) =>
  tokenEndpoint({ baseUrl, client: { id: 'app', secret: 'shh' }, clock: fakeClock(), logger: recordingLogger() });

const answerTo = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
  incoming.resume();
  outgoing.end(incoming.url === '/oauth/token.php' ? '{"access_token":"a1"}' : 'true');
};

describe('a proxy from the environment', () => {
  it.each(['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'])(
    'is used for token requests and all others: %s',
    async (variable) => {
      const seen: string[] = [];
      await withServer(answerTo, (baseUrl) =>
        withProxy(seen, async (proxy) => {
          process.env[variable] = proxy;
          await expect(endpointAt(baseUrl).grant()).resolves.toMatchObject({ accessToken: 'a1' });
          await bench({ baseUrl }).http.request({ method: 'GET', path: '/groups' });
          expect(seen).toEqual([`POST ${baseUrl}/oauth/token.php`, `GET ${baseUrl}/v3/groups`]);
        }),
      );
    },
  );

  it.each(['HTTPS_PROXY', 'https_proxy'])('opens a tunnel for an https URL: %s', async (variable) => {
    const seen: string[] = [];
    await withProxy(seen, async (proxy) => {
      process.env[variable] = proxy;
      const error = await thrownBy(
        endpointAt(origin).refresh({ accessToken: 'a', refreshToken: 'refresh-me', members: {} }),
      );
      expect(error.message).not.toMatch(/refresh-me|shh/);
      const [clock, logger] = [fakeClock(), recordingLogger()];
      const tokens = tokensInTurn(token);
      const http = createHttpClient({ baseUrl: origin, tokens, clock, logger, budgetSeconds: 1 });
      await thrownBy(http.request({ method: 'GET', path: '/groups' }));
    });
    expect(new Set(seen)).toEqual(new Set(['CONNECT rest.cleverreach.com:443']));
    expect(seen.length).toBeGreaterThan(1);
  });

  it.each(['NO_PROXY', 'no_proxy'])('is not used if %s names the host', async (variable) => {
    const seen: string[] = [];
    await withServer(answerTo, (baseUrl) =>
      withProxy(seen, async (proxy) => {
        process.env['HTTP_PROXY'] = proxy;
        process.env[variable] = '127.0.0.1';
        await endpointAt(baseUrl).grant();
        await bench({ baseUrl }).http.request({ method: 'GET', path: '/groups' });
      }),
    );
    expect(seen).toEqual([]);
  });
});
