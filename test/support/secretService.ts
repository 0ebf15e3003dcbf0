/** Records requests, and responds like OIH's secret service: with the whole document under a new `_id`. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Posted {
  path: string;
  authorization: string | undefined;
  body: unknown;
}

export interface RecordingService {
  /** With `/api/v1`. */
  url: string;
  posted: Posted[];
  /** A response to `POST` of a path in place of the usual one; gets the request. */
  refusals: Map<string, (text: string) => { status: number; body: string }>;
  close: () => Promise<void>;
}

const ids: Record<string, string> = {
  '/auth-clients': '64f0000000000000000000c1',
  '/secrets': '64f0000000000000000000e2',
};

export async function startSecretService(): Promise<RecordingService> {
  const posted: Posted[] = [];
  const refusals: RecordingService['refusals'] = new Map();
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const path = (request.url ?? '').replace('/api/v1', '');
      const sent = JSON.parse(text) as { data: object };
      posted.push({ path, authorization: request.headers.authorization, body: sent });
      const refusal = refusals.get(path)?.(text);
      response.writeHead(refusal?.status ?? (ids[path] === undefined ? 404 : 200), {
        'Content-Type': 'application/json',
      });
      response.end(refusal?.body ?? JSON.stringify({ data: { ...sent.data, _id: ids[path] } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`,
    posted,
    refusals,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
