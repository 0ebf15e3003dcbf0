/**
 * A service of a platform as a small HTTP server on the loopback interface: it records every call in order, and can be
 * made to fail.
 */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export interface Call {
  method: string;
  path: string;
  /** Parsed if it is JSON. */
  body: unknown;
  /** The status of the response; 0 if the connection was broken. */
  status: number;
}

export interface Answer {
  status?: number;
  body: unknown;
}

/** `error` answers 500, `unreachable` breaks the connection. */
export type Failure = 'error' | 'unreachable';

export class HttpDouble {
  readonly calls: Call[] = [];
  private readonly down = new Map<RegExp, Failure>();

  private constructor(
    private readonly server: Server,
    /** Without a slash at its end. */
    readonly url: string,
  ) {}

  /**
   * @param answer returns the response of the service; undefined is a 404
   * @param onCall called for every call after its response
   */
  static async start(
    answer: (method: string, path: string, body: unknown) => Answer | undefined,
    onCall: (call: Call) => void = () => undefined,
  ): Promise<HttpDouble> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The service has no port.');
    const double = new HttpDouble(server, `http://127.0.0.1:${address.port}`);
    server.on('request', (request, response) => {
      void readBody(request).then((body) => {
        onCall(double.handle(request, response, body, answer));
      });
    });
    return double;
  }

  /** Every call whose path matches fails from now on. */
  fail(path: RegExp, failure: Failure): void {
    this.down.set(path, failure);
  }

  recover(): void {
    this.down.clear();
  }

  callsTo(method: string, path: RegExp): Call[] {
    return this.calls.filter((call) => call.method === method && path.test(call.path));
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private handle(
    request: IncomingMessage,
    response: ServerResponse,
    body: unknown,
    answer: (method: string, path: string, body: unknown) => Answer | undefined,
  ): Call {
    const { method = 'GET', url = '/' } = request;
    const call: Call = { method, path: url, body, status: 0 };
    this.calls.push(call);
    const failure = [...this.down].find(([path]) => path.test(url))?.[1];
    if (failure === 'unreachable') {
      request.socket.destroy();
      return call;
    }
    const said = failure === 'error' ? { status: 500, body: { error: 'down' } } : answer(method, url, body);
    const { status = 200, body: content } = said ?? { status: 404, body: { error: 'not found' } };
    call.status = status;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
    return call;
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part as Uint8Array));
  const text = Buffer.concat(parts).toString('utf8');
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
