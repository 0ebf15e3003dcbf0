/**
 * A sandbox account in a separate process, behind a server that generates every list of receivers once and then only
 * serves its bytes, adds latency, and counts the traffic.
 */

import { Agent, createServer, request as send, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox } from '../../sandbox';
import { answerParent } from './ask';
import { Pages } from './pages';
import type { Served, ServerOptions, Traffic } from './protocol';

const LIST = /^\/v3\/groups\/\d+\/receivers\?.*\bpagesize=(\d+)/;
/** A smaller page is a boundary check. */
const SMALLEST_PAGE = 20;
const agent = new Agent({ keepAlive: true });

interface Answer {
  status: number;
  type: string;
  body: Buffer;
}

async function serve({ receivers, latencyMs = 0 }: ServerOptions): Promise<Served> {
  const sandbox = await startSandbox({ record: false });
  const [groupId = ''] = sandbox.seed({ receivers }).groups;
  const pages = await Pages.create();

  const answerTo = async (request: IncomingMessage): Promise<Answer> => {
    const { method, url = '' } = request;
    const isKept = method === 'GET' && LIST.test(url) && !url.includes('_list=');
    if (!isKept) return await forward(sandbox.url, request);
    const kept = await pages.get(url);
    if (kept) return { status: 200, type: 'application/json; charset=utf-8', body: kept };
    const answer = await forward(sandbox.url, request);
    if (answer.status === 200) await pages.keep(url, answer.body);
    return answer;
  };

  const server = createServer((request, response) => {
    note(request.url ?? '');
    void answerTo(request).then(async ({ status, type, body }) => {
      if (latencyMs > 0) await sleep(latencyMs);
      response.writeHead(status, { 'content-type': type, 'content-length': body.length }).end(body);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', watch);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, groupId, token: sandbox.issueToken().access_token };
}

async function forward(origin: string, request: IncomingMessage): Promise<Answer> {
  const { method, headers, url } = request;
  return await new Promise((resolve, reject) => {
    const forwarded = send(`${origin}${url ?? ''}`, { method, headers, agent }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const type = answer.headers['content-type'] ?? '';
        resolve({ status: answer.statusCode ?? 500, type, body: Buffer.concat(chunks) });
      });
    });
    forwarded.on('error', reject);
    request.pipe(forwarded);
  });
}

const sockets = new Set<Socket>();
const closed = { received: 0, sent: 0 };
const told = { received: 0, sent: 0 };
let requests = 0;
let asked: string[] = [];

function note(url: string): void {
  requests += 1;
  if (Number(LIST.exec(url)?.[1] ?? 0) >= SMALLEST_PAGE) asked.push(url);
}

function watch(socket: Socket): void {
  sockets.add(socket);
  socket.on('close', () => {
    sockets.delete(socket);
    closed.received += socket.bytesRead;
    closed.sent += socket.bytesWritten;
  });
}

function traffic(): Traffic {
  const total = { ...closed };
  for (const { bytesRead, bytesWritten } of sockets) {
    total.received += bytesRead;
    total.sent += bytesWritten;
  }
  const since = {
    requests,
    bytesReceived: total.received - told.received,
    bytesSent: total.sent - told.sent,
    pages: asked,
  };
  Object.assign(told, total);
  requests = 0;
  asked = [];
  return since;
}

answerParent(async (question) => (question === 'traffic' ? traffic() : await serve(question as ServerOptions)));
