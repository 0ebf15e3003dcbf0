/**
 * A sandbox account in a separate process, behind a server that generates every list of receivers once and then only
 * serves its bytes, adds latency, and counts the traffic.
 */

import { Agent, createServer, request as send, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox, type Sandbox } from '../../sandbox';
import { answerParent } from './ask';
import { Pages } from './pages';
import type { Change, Order, Served, ServerOptions, Traffic } from './protocol';

const LIST = /^\/v3\/groups\/\d+\/receivers\?.*\bpagesize=(\d+)/;
/** A smaller page is a boundary check. */
const SMALLEST_PAGE = 20;
const agent = new Agent({ keepAlive: true });
/** Lifetime of a token. The account runs for more than a day of its clock. */
const TOKEN_SECONDS = 30 * 86_400;

interface Answer {
  status: number;
  type: string;
  body: Buffer;
}

/** The account and its groups, once there are any. */
let account: { sandbox: Sandbox; groups: readonly string[]; token: string } | undefined;
let latency = 0;
let isDirect = false;

async function serve(options: ServerOptions): Promise<Served> {
  const { receivers, groups = 1, events, latencyMs = 0 } = options;
  latency = latencyMs;
  isDirect = options.isDirect ?? false;
  const sandbox = await startSandbox({ record: false });
  const seeded = sandbox.seed({
    receivers: Math.ceil(receivers / groups),
    groups,
    ...(events !== undefined && { events }),
  });
  const token = sandbox.issueToken({ expiresIn: TOKEN_SECONDS }).access_token;
  account = { sandbox, groups: seeded.groups, token };
  const url = isDirect ? sandbox.url : await startServer(sandbox);
  return { url, groupId: seeded.groups[0] ?? '', groups, token };
}

async function startServer(sandbox: Sandbox): Promise<string> {
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
      if (latency > 0) await sleep(latency);
      response.writeHead(status, { 'content-type': type, 'content-length': body.length }).end(body);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', watch);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

/** The active receivers of all groups, one of each group after the other. */
async function* receiversInTurn(): AsyncGenerator<{ groupId: string; id: string }, void, void> {
  if (!account || !isDirect) throw new Error('this account must not change, since its lists are kept');
  const { sandbox, groups, token } = account;
  const headers = { authorization: `Bearer ${token}` };
  for (let page = 0; ; page += 1) {
    const lists = groups.map(async (groupId) => {
      const query = `type=active&pagesize=5000&detail=0&order_by=id%20asc&page=${page}`;
      const answer = await fetch(`${sandbox.url}/v3/groups/${groupId}/receivers?${query}`, { headers });
      const rows = answer.ok ? ((await answer.json()) as { id: string | number }[]) : [];
      return rows.map(({ id }) => ({ groupId, id: String(id) }));
    });
    const [first = [], ...others] = await Promise.all(lists);
    if (first.length === 0) return;
    for (const [index, one] of first.entries()) {
      yield one;
      for (const other of others) if (other[index]) yield other[index];
    }
  }
}

const unchanged = receiversInTurn();

async function change(what: Change, count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) {
    const { value } = await unchanged.next();
    if (!account || !value) throw new Error('all receivers were changed');
    const { groupId, id } = value;
    if (what === 'edit') account.sandbox.account.edit(groupId, id, { attributes: { store: 'moved' } });
    else account.sandbox.account[what](groupId, id);
  }
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
const reported = { received: 0, sent: 0 };
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
  if (account && isDirect) {
    const { sandbox } = account;
    const counted = { requests: sandbox.count(), bytesReceived: 0, bytesSent: sandbox.bytes(), pages: [] };
    sandbox.forgetRequests();
    return counted;
  }
  const total = { ...closed };
  for (const { bytesRead, bytesWritten } of sockets) {
    total.received += bytesRead;
    total.sent += bytesWritten;
  }
  const since = {
    requests,
    bytesReceived: total.received - reported.received,
    bytesSent: total.sent - reported.sent,
    pages: asked,
  };
  Object.assign(reported, total);
  requests = 0;
  asked = [];
  return since;
}

async function follow(order: Order): Promise<Served | Traffic | undefined> {
  switch (order.kind) {
    case 'serve':
      return await serve(order.options);
    case 'traffic':
      return traffic();
    case 'change':
      await change(order.change, order.count);
      break;
    case 'answerAfter':
      latency = order.latencyMs;
      break;
    case 'advance':
      account?.sandbox.clock.advance(order.seconds);
  }
  return undefined;
}

answerParent((question) => follow(question as Order));
