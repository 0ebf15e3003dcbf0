import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ask, closeAll, connect, type Client } from '../../support/sandbox/client';

const verify = 'my-verify-token';

/** A client's server for hooks. */
class Listener {
  readonly got: { token: unknown; body: unknown }[] = [];
  /** How it answers deliveries. */
  answer: (response: ServerResponse) => void = (response) => response.end();
  verification = (secret: string): string => `${verify} ${secret}`;
  private readonly server: Server = createServer((request, response) => {
    const secret = new URL(request.url ?? '', 'http://x').searchParams.get('secret');
    if (request.method === 'GET') {
      response.end(this.verification(secret ?? ''));
      return;
    }
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      this.got.push({ token: request.headers['x-cr-calltoken'], body: JSON.parse(text) });
      this.answer(response);
    });
  });

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook?shop=1`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** The deliveries, once there are so many. */
  async deliveries(count: number): Promise<unknown[]> {
    while (this.got.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 30));
    return this.got.map(({ body }) => body);
  }
}

let listener: Listener;
let url: string;
let client: Client;
let group: string;

beforeEach(async () => {
  listener = new Listener();
  url = await listener.open();
  client = await connect();
  group = client.sandbox.account.addGroup('A');
});

afterEach(async () => {
  listener.close();
  await closeAll();
});

const register = (change: object = {}) =>
  client.call('POST', '/hooks/eventhook', { url, event: 'receiver', condition: group, verify, ...change });
const delivery = (kind: string, id: string) => ({
  event: `receiver.${kind}`,
  condition: group,
  payload: { pool_id: id, group_id: group },
});

test('a hook is verified, listed without its secrets, and deleted', async () => {
  const answer = await register();
  expect(answer).toMatchObject({
    status: 200,
    body: {
      success: true,
      call_token: expect.stringMatching(/^.{64}$/) as string,
      secret: expect.stringMatching(/^.{32}$/) as string,
    },
  });
  expect((await client.get('/hooks/eventhook')).body).toEqual([{ event: 'receiver', condition: group, url }]);
  expect((await register()).status).toBe(409);
  expect((await client.call('DELETE', `/hooks/eventhook/receiver?condition=${group}`)).body).toBe(true);
  expect((await client.call('DELETE', '/hooks/eventhook/receiver')).status).toBe(404);
  expect((await client.get('/hooks/eventhook.json')).body).toEqual([]);
});

test('the path without the version works too, and requires a token too', async () => {
  const at = `${client.sandbox.url}/hooks/eventhook`;
  const body = { url, event: 'receiver.created', condition: group, verify };
  expect((await ask(at, 'POST', {}, body)).status).toBe(401);
  expect((await ask(at, 'POST', { authorization: `Bearer ${client.token}` }, body)).status).toBe(200);
});

test('changes by the API, in the back end and on the page are delivered in order, with the call token', async () => {
  const { body } = await register();
  const { account, url: own } = client.sandbox;
  await client.call('POST', `/groups/${group}/receivers/upsertplus`, [{ email: 'jo@example.org' }]);
  const id = String(account.receiver(group, 'jo@example.org')?.['id']);
  await client.call('PUT', `/groups/${group}/receivers/${id}`, { tags: ['a'] });
  account.unsubscribe(group, id);
  await Promise.resolve();
  account.confirm(group, id);
  await Promise.resolve();
  account.changeEmail(id, 'joe@example.org');
  await fetch(`${own}/sandbox/groups/${group}/receivers/${id}/unsubscribe`, { method: 'POST' });
  await client.call('DELETE', `/receivers/${id}`);
  account.addReceiver(group, { email: 'mia@example.org', activated: 0 });
  const mia = String(account.receiver(group, 'mia@example.org')?.['id']);
  const kinds = [
    'created',
    'subscribed',
    'updated',
    'unsubscribed',
    'subscribed',
    'updated',
    'unsubscribed',
    'deleted',
  ];
  expect(await listener.deliveries(9)).toEqual([...kinds.map((kind) => delivery(kind, id)), delivery('created', mia)]);
  const { call_token } = body as { call_token: string };
  expect(listener.got.every(({ token }) => token === call_token)).toBe(true);
});

test('a hook receives only its own event and group, and no reads', async () => {
  await register({ event: 'receiver.unsubscribed' });
  const { account } = client.sandbox;
  const other = account.addGroup('B');
  const id = account.addReceiver(group, { email: 'jo@example.org' });
  account.addReceiver(other, { email: 'jo@example.org' });
  account.recordMail(group, id, 'mail_open');
  await client.get(`/groups/${group}/receivers`);
  account.unsubscribe(other, id);
  await Promise.resolve();
  account.unsubscribe(group, id);
  expect(await listener.deliveries(1)).toEqual([delivery('unsubscribed', id)]);
});

test('creating, changing and deleting a group is delivered, like changes of its receivers', async () => {
  await register({ event: 'group', condition: '' });
  await register({ condition: '' });
  const { account } = client.sandbox;
  const made = (await client.call('POST', '/groups', { name: 'B' })).body as { id: string };
  const jo = account.addReceiver(made.id, { email: 'jo@example.org', activated: 0 });
  await client.call('PUT', `/groups/${made.id}`, { name: 'C' });
  await client.call('DELETE', `/groups/${made.id}`);
  const of = (event: string, payload = {}) => ({
    event,
    condition: made.id,
    payload: { ...payload, group_id: made.id },
  });
  const deliveries = await listener.deliveries(5);
  expect(deliveries.filter((one) => !JSON.stringify(one).includes('pool_id'))).toEqual(
    ['created', 'updated', 'deleted'].map((kind) => of(`group.${kind}`)),
  );
  expect(deliveries.filter((one) => JSON.stringify(one).includes('pool_id'))).toEqual(
    ['created', 'deleted'].map((kind) => of(`receiver.${kind}`, { pool_id: jo })),
  );
});

test('a hook for one event of one group receives only that', async () => {
  await register({ event: 'group.deleted' });
  const { account } = client.sandbox;
  await client.call('PUT', `/groups/${group}`, { name: 'C' });
  account.removeGroup(account.addGroup('B'));
  account.removeGroup(group);
  expect(await listener.deliveries(1)).toEqual([
    { event: 'group.deleted', condition: group, payload: { group_id: group } },
  ]);
});

test('a client that does not answer, refuses or redirects delays neither the API nor other hooks', async () => {
  const silent = new Listener();
  const evil = new Listener();
  const evilUrl = await evil.open();
  let isGivenUp = false;
  silent.answer = (response) => response.on('close', () => (isGivenUp = true));
  listener.answer = (response) => response.writeHead(302, { location: evilUrl }).end();
  expect((await register({ url: await silent.open(), condition: '' })).status).toBe(200);
  await register();
  for (const name of ['a', 'b', 'c'])
    await client.call('POST', `/groups/${group}/receivers`, { email: `${name}@example.org` });
  expect(isGivenUp).toBe(false);
  expect(await listener.deliveries(6)).toHaveLength(6);
  expect([silent.got.length, evil.got.length]).toEqual([1, 0]);
  await client.sandbox.close();
  silent.close();
  evil.close();
});

describe('a registration is refused', () => {
  test.each<[string, object, string]>([
    ['with a number as condition', { condition: 1046 }, 'invalid json'],
    ['for an unknown event', { event: 'receiver.moved' }, 'invalid event'],
    ...['form', 'form.created', 'filter.updated', 'automation.activated', 'group.moved'].map(
      (event): [string, object, string] => [
        `for ${event}, which is never delivered`,
        { event },
        'the sandbox delivers only receiver, receiver.subscribed, receiver.unsubscribed, receiver.created, receiver.updated, ' +
          'receiver.deleted, group, group.created, group.updated, group.deleted',
      ],
    ),
    ['for an inherited name', { event: 'constructor' }, 'invalid event'],
    ['with a short verify token', { verify: 'short' }, 'invalid verify'],
    ['with a long verify token', { verify: 'x'.repeat(51) }, 'invalid verify'],
    ['without an address', { url: undefined }, 'invalid url'],
    ['with an address elsewhere', { url: 'http://example.org/' }, 'only 127.0.0.1'],
    ['with an address that begins like this machine', { url: 'http://127.0.0.1.example.org/' }, 'only 127.0.0.1'],
    ['with a name in front of the address', { url: 'http://127.0.0.1@example.org/' }, 'only 127.0.0.1'],
    ['with credentials in the address', { url: 'http://a:b@127.0.0.1/' }, 'only 127.0.0.1'],
    ['with an address of the network', { url: 'http://169.254.169.254/latest' }, 'only 127.0.0.1'],
    ['with any address of this machine', { url: 'http://0.0.0.0:1/' }, 'only 127.0.0.1'],
    ['with a file', { url: 'file:///etc/passwd' }, 'only 127.0.0.1'],
    ['when no server answers', { url: 'http://127.0.0.1:1/' }, 'could not be verified'],
  ])('%s', async (_, change, text) => {
    const answer = await register(change);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain(text);
    expect((await client.get('/hooks/eventhook')).body).toEqual([]);
  });

  test('when the response is not the verify token and the secret', async () => {
    listener.verification = (secret) => secret;
    expect((await register()).status).toBe(400);
  });
});
