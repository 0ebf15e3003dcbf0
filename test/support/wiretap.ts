/**
 * A server between the component and the sandbox that records every secret in the traffic. It also provides the
 * services of the platforms.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Wiretap {
  url: string;
  /** Tokens and client secrets that were sent, unchanged. */
  secrets: ReadonlySet<string>;
  /** The number of requests that still get a failure that repeats the secrets of the request. */
  repeating: number;
  /** The responses to GET and POST below `/platform/`; none if undefined. */
  platform: (() => unknown) | undefined;
  close: () => Promise<void>;
}

export async function startWiretap(target: string): Promise<Wiretap> {
  const secrets = new Set<string>();
  const tap = { repeating: 0, platform: undefined as Wiretap['platform'] };

  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url = '/', headers } = request;
    const authorization = headers.authorization ?? '';
    const sent = await text(request);
    const form = new URLSearchParams(sent);
    const shown = [
      authorization.replace(/^\w+ /, ''),
      ...['refresh_token', 'client_secret'].map((name) => form.get(name)),
    ];
    for (const secret of shown) if (secret) secrets.add(secret);
    if (url.startsWith('/platform/')) {
      answer(response, tap.platform ? 200 : 404, JSON.stringify(tap.platform?.() ?? {}));
      return;
    }
    if (tap.repeating > 0) {
      tap.repeating -= 1;
      const isBearer = authorization.startsWith('Bearer ');
      const own = isBearer ? shown[0] : [sent, ...shown.slice(1)].join(' ');
      const what = `Failed for ${authorization} with ${own ?? ''}`;
      const isToken = url.startsWith('/oauth');
      // an HTML page, then a JSON body; for each, a status that is retried and one that is not
      const body = isToken
        ? { error: 'invalid_request', error_description: what }
        : { error: { code: 409, message: what } };
      answer(
        response,
        tap.repeating % 2 === 0 ? 500 : 400,
        tap.repeating % 3 === 0 ? `<p>${what}</p>` : JSON.stringify(body),
      );
      return;
    }
    const forwarded = await fetch(`${target}${url}`, {
      method,
      headers: { authorization, ...(headers['content-type'] && { 'content-type': headers['content-type'] }) },
      ...(method !== 'GET' && method !== 'DELETE' && { body: sent }),
    });
    const body = await forwarded.text();
    for (const [, secret] of body.matchAll(/"(?:access|refresh)_token":"([^"]+)"/g)) if (secret) secrets.add(secret);
    response.setHeader('date', forwarded.headers.get('date') ?? '');
    answer(response, forwarded.status, body);
  };

  const server = createServer((request, response) => {
    pass(request, response).catch(() => request.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the wiretap has no port');
  return Object.assign(tap, {
    url: `http://127.0.0.1:${address.port}`,
    secrets,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body);
}
