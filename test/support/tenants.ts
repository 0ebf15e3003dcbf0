/**
 * Several tenants with the same URL, as in production: each has an account of its own, selected only by the token. A
 * request with an unknown token is refused.
 */

import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSandbox, type Sandbox } from '../../sandbox';
import { NOW } from './account';

export interface Tenants {
  readonly url: string;
  of: (name: string) => Sandbox;
  /** The number of requests for a token, by client. */
  readonly grants: string[];
  close: () => Promise<void>;
}

const credentials = (name: string): { id: string; secret: string } => ({ id: name, secret: `${name}-secret` });

/** The credential of a tenant in the form of a step. */
export const credentialOf = (name: string): { client_id: string; client_secret: string } => ({
  client_id: credentials(name).id,
  client_secret: credentials(name).secret,
});

export async function startTenants(names: readonly string[]): Promise<Tenants> {
  const accounts = new Map<string, Sandbox>();
  for (const name of names) accounts.set(name, await startSandbox({ now: NOW, client: credentials(name) }));
  const owners = new Map<string, string>();
  const grants: string[] = [];

  const ownerOf = ({ headers }: IncomingMessage): string | undefined => {
    const [scheme = '', value = ''] = (headers.authorization ?? '').split(' ');
    if (scheme !== 'Basic') return owners.get(value);
    const [client = ''] = Buffer.from(value, 'base64').toString('utf8').split(':');
    grants.push(client);
    return client;
  };
  const server = createServer((request, response) => {
    const owner = ownerOf(request);
    const account = accounts.get(owner ?? '');
    if (owner === undefined || !account) response.writeHead(401).end('{}');
    else
      forward(account.url, request, response, (body) => {
        const token = /"access_token":\s*"([^"]+)"/.exec(body)?.[1];
        if (token !== undefined) owners.set(token, owner);
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    grants,
    of: (name) => {
      const account = accounts.get(name);
      if (!account) throw new Error(`No tenant ${name}`);
      return account;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      for (const account of accounts.values()) await account.close();
    },
  };
}

function forward(
  origin: string,
  request: IncomingMessage,
  response: ServerResponse,
  see: (body: string) => void,
): void {
  const { method, headers, url } = request;
  const forwarded = send(`${origin}${url ?? ''}`, { method, headers }, (answer) => {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.on('end', () => {
      const body = Buffer.concat(chunks);
      see(body.toString('utf8'));
      response.writeHead(answer.statusCode ?? 500, answer.headers).end(body);
    });
  });
  request.pipe(forwarded);
}
