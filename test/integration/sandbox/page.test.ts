import { request as httpRequest } from 'node:http';
import { SeededPeople } from '../../../sandbox/seededPeople';
import { ask, closeAll, connect, start, type Client } from '../../support/sandbox/client';

afterEach(closeAll);

interface Page extends Client {
  group: string;
  at: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => ReturnType<typeof ask>;
}

/** A group with two receivers, and the page's own way of asking. */
async function open(switches = {}): Promise<Page> {
  const client = await connect(switches);
  const { account } = client.sandbox;
  const group = account.addGroup('Newsletter');
  account.addAttribute({ name: 'firstname' });
  account.addAttribute({ name: 'store', groupId: group });
  account.addReceiver(group, { email: 'anna@example.org', tags: ['vip'], registered: start - 1000 });
  account.addReceiver(group, { email: 'bob@example.org', registered: start - 1000 });
  return {
    ...client,
    group,
    at: (method, path, body, headers = {}) => ask(`${client.sandbox.url}/sandbox/${path}`, method, headers, body),
  };
}

function idOf({ sandbox, group }: Page, email: string): string {
  return String(sandbox.account.receiver(group, email)?.['id']);
}

interface Overview {
  account: string;
  groups: unknown[];
  faults: unknown[];
  requests: {
    number: number;
    method: string;
    path: string;
    time: number;
    body: string;
    status: number;
    ms: number;
  }[];
}

/** Reads the live events until one is as it is wanted; ends the stream. */
async function watch(page: Client, isWanted: (overview: Overview) => boolean): Promise<Overview> {
  const response = await fetch(`${page.sandbox.url}/sandbox/live`);
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += new TextDecoder().decode(chunk as Uint8Array);
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const overview = JSON.parse(event.replace(/^data: /, '')) as Overview;
      if (isWanted(overview)) return overview;
    }
  }
  throw new Error('The stream has ended');
}

/** A request with a Host header of its own, which fetch does not allow. */
async function statusWithHost(url: string, host: string): Promise<number | undefined> {
  return await new Promise((resolve, reject) => {
    httpRequest(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('the page', () => {
  test('needs no token, loads every file that it names, and allows no other sources', async () => {
    const { sandbox } = await open();
    const document = await fetch(sandbox.page);
    expect(document.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(document.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    const seen = new Set<string>();
    const load = async (text: string): Promise<void> => {
      for (const [, name = ''] of text.matchAll(/["'](?:\/sandbox|\.)\/(\w+\.(?:js|css))["']/g)) {
        if (seen.has(name)) continue;
        seen.add(name);
        const file = await fetch(`${sandbox.url}/sandbox/${name}`);
        expect([name, file.status]).toEqual([name, 200]);
        await load((await file.text()).replaceAll(/\/\*.*?\*\//gs, ''));
      }
    };
    await load(await document.text());
    expect([...seen].sort()).toEqual([
      'dom.js',
      'editor.js',
      'faults.js',
      'fieldError.js',
      'lists.js',
      'page.css',
      'page.js',
      'receivers.js',
      'server.js',
    ]);
  });

  test('never writes data into the document as markup', async () => {
    const { sandbox } = await open();
    for (const name of ['dom', 'editor', 'faults', 'fieldError', 'lists', 'page', 'receivers', 'server']) {
      const script = await (await fetch(`${sandbox.url}/sandbox/${name}.js`)).text();
      expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|Function\(/);
    }
  });

  test.each(['../page.ts', '..%2fguard.ts', '%2e%2e/index.ts', 'index.html', 'tsconfig.json'])(
    'serves no other file: %s',
    async (name) => {
      const { sandbox } = await open();
      expect((await fetch(`${sandbox.url}/sandbox/${name}`)).status).toBe(404);
    },
  );

  test('does not appear in the recorded requests, and is not affected by faults', async () => {
    const page = await open();
    page.sandbox.faults.add({ path: /./, kind: 'status', status: 503 });
    await fetch(page.sandbox.page);
    expect((await page.at('GET', `groups/${page.group}/receivers`)).status).toBe(200);
    expect([page.sandbox.count(), page.sandbox.faults.pending]).toEqual([0, 1]);
  });
});

describe('other pages in the same browser', () => {
  test.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'http://127.0.0.1:1' }],
    ['an origin that is hidden', { origin: 'null' }],
  ])('are refused, and change nothing: %s', async (_, headers) => {
    const page = await open();
    const receiver = `groups/${page.group}/receivers/${idOf(page, 'anna@example.org')}`;
    const tries = [
      await page.at('GET', `groups/${page.group}/receivers`, undefined, headers),
      await page.at('GET', 'live', undefined, headers),
      await page.at('POST', `groups/${page.group}/receivers`, { email: 'new@example.org' }, headers),
      await page.at('PUT', receiver, { tags: [] }, headers),
      await page.at('POST', `${receiver}/unsubscribe`, undefined, headers),
      await page.at('POST', `${receiver}/bounce`, undefined, headers),
      await page.at('DELETE', receiver, undefined, headers),
      await page.at('POST', 'faults', { text: '503 on *' }, headers),
    ];
    expect(tries.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403, 403, 403]);
    expect(page.sandbox.faults.pending).toBe(0);
    expect(page.sandbox.account.receivers(page.group)).toMatchObject([
      { email: 'anna@example.org', active: true, tags: ['vip'] },
      { email: 'bob@example.org' },
    ]);
  });

  test('cannot access it under their own name', async () => {
    const { sandbox, group } = await open();
    const data = `${sandbox.url}/sandbox/groups/${group}/receivers`;
    for (const url of [sandbox.page, data]) {
      expect(await statusWithHost(url, 'evil.example.org')).toBe(403);
      expect(await statusWithHost(url, '127.0.0.1.example.org:80')).toBe(403);
      expect(await statusWithHost(url, 'localhost:8080')).toBe(200);
    }
  });

  test('do not hinder the page itself', async () => {
    const page = await open();
    const headers = { origin: page.sandbox.url, 'sec-fetch-site': 'same-origin' };
    expect(
      (await page.at('POST', `groups/${page.group}/receivers`, { email: 'new@example.org' }, headers)).status,
    ).toBe(200);
  });
});

describe('the receivers of a group', () => {
  test('are shown with state, tags and last change', async () => {
    const page = await open();
    const { account } = page.sandbox;
    page.sandbox.clock.advance(60);
    account.bounce(page.group, 'bob@example.org');
    account.addReceiver(page.group, { email: 'cem@example.org', activated: 0 });
    account.addReceiver(page.group, { email: 'dora@example.org' });
    account.unsubscribe(page.group, 'dora@example.org');
    account.addReceiver(page.group, { email: 'eva@example.org', deactivated: start });
    const { body } = await page.at('GET', `groups/${page.group}/receivers`);
    expect(body).toMatchObject({
      match: 'contains',
      total: 5,
      offset: 0,
      receivers: [
        { email: 'anna@example.org', state: 'active', tags: ['vip'], changed: start },
        { email: 'bob@example.org', state: 'bounced', tags: [], changed: start + 60 },
        { email: 'cem@example.org', state: 'unconfirmed' },
        { email: 'dora@example.org', state: 'unsubscribed' },
        { email: 'eva@example.org', state: 'inactive' },
      ],
    });
  });

  test('are searched by any part of the address, without regard to case', async () => {
    const page = await open();
    const { body } = await page.at('GET', `groups/${page.group}/receivers?address=NNA@`);
    expect(body).toMatchObject({ total: 1, receivers: [{ email: 'anna@example.org' }] });
  });

  test('of a million are shown in a window of fifty, and only those are read', async () => {
    const client = await connect();
    const [group = ''] = client.sandbox.seed({ receivers: 1_000_000 }).groups;
    const looks = jest.spyOn(SeededPeople.prototype, 'person');
    const windowAt = async (query: string) =>
      (await ask(`${client.sandbox.url}/sandbox/groups/${group}/receivers?${query}`, 'GET', {})).body as {
        match: string;
        total: number;
        offset: number;
        receivers: { email: string }[];
      };
    const first = await windowAt('offset=0');
    const last = await windowAt('offset=5000000');
    const found = await windowAt('address=Zoe.zimmermann.');
    const nobody = await windowAt('address=zzz');
    expect([first.total, first.receivers.length]).toEqual([1_000_000, 50]);
    expect([last.offset, last.receivers.length]).toEqual([999_950, 50]);
    expect(found.match).toBe('beginsWith');
    expect(found.total).toBeGreaterThan(1000);
    expect(found.receivers).toHaveLength(50);
    expect(found.receivers.every(({ email }) => email.startsWith('zoe.zimmermann.'))).toBe(true);
    expect(nobody).toMatchObject({ total: 0, offset: 0, receivers: [] });
    expect(looks.mock.calls.length).toBeLessThan(1000);
    looks.mockRestore();
  });
});

describe('manual changes', () => {
  test('include an edit with values, complete tags and a log event, as in the back end', async () => {
    const page = await open();
    const id = idOf(page, 'anna@example.org');
    const edit = { attributes: { store: 'Köln' }, global_attributes: { firstname: 'Anna' }, tags: ['press'] };
    expect((await page.at('PUT', `groups/${page.group}/receivers/${id}`, edit)).status).toBe(204);
    expect((await page.get(`/groups/${page.group}/receivers/${id}`)).body).toMatchObject({
      attributes: { store: 'Köln' },
      global_attributes: { firstname: 'Anna' },
      tags: ['press'],
      events: [{ type: 'log', value: 'changed by sandbox', stamp: start }, { type: 'log' }],
    });
    expect((await page.at('GET', `groups/${page.group}/receivers/${id}`)).body).toMatchObject({
      attributes: [{ name: 'store', value: 'Köln' }],
      groups: [{ name: 'Newsletter', state: 'active' }],
      history: [{ stamp: start, text: 'log · changed by sandbox' }, { stamp: start - 1000 }],
    });
  });

  test('include an edit without a change, which leaves no trace', async () => {
    const page = await open();
    const id = idOf(page, 'anna@example.org');
    const before = page.sandbox.account.receiver(page.group, id);
    expect((await page.at('PUT', `groups/${page.group}/receivers/${id}`, {})).status).toBe(204);
    expect(page.sandbox.account.receiver(page.group, id)).toEqual(before);
  });

  test('include a change of the address, even of its case only, but not to one that is taken', async () => {
    const page = await open();
    const one = `groups/${page.group}/receivers/${idOf(page, 'anna@example.org')}`;
    const put = async (email: string) => (await page.at('PUT', one, { email })).status;
    expect([await put('bob@example.org'), await put('no address')]).toEqual([409, 400]);
    expect([await put('Anna@example.org'), await put('ann@example.org')]).toEqual([204, 204]);
    expect(page.sandbox.account.receivers(page.group)).toMatchObject([
      { email: 'ann@example.org' },
      { email: 'bob@example.org' },
    ]);
  });

  test('include an unsubscribe in the back end, which no integration can undo', async () => {
    const page = await open();
    const id = idOf(page, 'anna@example.org');
    expect((await page.at('POST', `groups/${page.group}/receivers/${id}/unsubscribe`)).status).toBe(204);
    await page.call('PUT', `/groups/${page.group}/receivers/${id}/activate`);
    expect(page.sandbox.account.receiver(page.group, id)).toMatchObject({
      active: false,
      deactivated: start,
      events: [{ type: 'api' }, { type: 'log', value: 'changed by sandbox' }, { type: 'log' }],
    });
  });

  test('include the confirmation of a double opt-in, and a bounce', async () => {
    const page = await open();
    const id = page.sandbox.account.addReceiver(page.group, { email: 'cem@example.org', activated: 0 });
    const at = async (change: string) =>
      (await page.at('POST', `groups/${page.group}/receivers/${id}/${change}`)).status;
    expect(await at('confirm')).toBe(204);
    expect(page.sandbox.account.receiver(page.group, id)).toMatchObject({
      active: true,
      activated: start,
      events: [{ type: 'user_subscribe' }, { type: 'log' }],
    });
    expect(await at('bounce')).toBe(204);
    expect(page.sandbox.account.receiver(page.group, id)).toMatchObject({ active: false, bounced: start });
  });

  test('include an unsubscribe that also blocks and deletes if the account is configured so', async () => {
    const page = await open({ unsubscribeBlacklists: true });
    await page.at('POST', `groups/${page.group}/receivers/${idOf(page, 'anna@example.org')}/unsubscribe`);
    expect(page.sandbox.account.size(page.group)).toBe(1);
    const again = await page.at('POST', `groups/${page.group}/receivers`, { email: 'anna@example.org' });
    expect([again.status, again.body]).toMatchObject([
      409,
      { error: { message: 'anna@example.org is on the block list' } },
    ]);
  });

  test('include adding a receiver once, and deleting it from this group only', async () => {
    const page = await open();
    const other = page.sandbox.account.addGroup('Customers');
    const body = { email: 'new@example.org', global_attributes: { firstname: 'Nele' }, tags: ['vip'] };
    for (const group of [page.group, other])
      expect((await page.at('POST', `groups/${group}/receivers`, body)).status).toBe(200);
    expect((await page.at('POST', `groups/${page.group}/receivers`, body)).status).toBe(409);
    expect(page.sandbox.account.receiver(page.group, 'new@example.org')).toMatchObject({
      active: true,
      registered: start,
      tags: ['vip'],
      global_attributes: { firstname: 'Nele' },
      events: [{ type: 'log', value: 'created by sandbox' }],
    });
    const id = idOf(page, 'new@example.org');
    expect((await page.at('DELETE', `groups/${page.group}/receivers/${id}`)).status).toBe(204);
    expect(page.sandbox.account.receiver(page.group, id)).toBeUndefined();
    expect(page.sandbox.account.receiver(other, id)).toBeDefined();
  });

  test('are refused with the field that is wrong', async () => {
    const page = await open();
    const list = `groups/${page.group}/receivers`;
    const one = `${list}/${idOf(page, 'anna@example.org')}`;
    const field = async (method: string, path: string, body: unknown) =>
      ((await page.at(method, path, body)).body as { error: { field?: string } }).error.field;
    expect(await field('POST', list, {})).toBe('email');
    expect(await field('POST', list, { email: 'bob@example.org' })).toBe('email');
    expect(await field('PUT', one, { email: 'bob@example.org' })).toBe('email');
    expect(await field('PUT', one, { email: 'bob' })).toBe('email');
    expect(await field('PUT', one, { attributes: { colour: 'red' } })).toBe('attributes.colour');
    expect(await field('PUT', one, { global_attributes: { colour: 'red' } })).toBe('global_attributes.colour');
    expect(await field('DELETE', `${list}/9`, undefined)).toBeUndefined();
  });

  test('are refused with a reason if the target does not exist or the input is invalid', async () => {
    const page = await open();
    const list = `groups/${page.group}/receivers`;
    const one = `${list}/${idOf(page, 'anna@example.org')}`;
    const reason = async (method: string, path: string, body?: unknown) => {
      const answer = await page.at(method, path, body);
      return [answer.status, (answer.body as { error: { message: string } }).error.message];
    };
    expect(await reason('GET', 'groups/9/receivers')).toEqual([404, 'Not Found: this group no longer exists']);
    expect(await reason('DELETE', `${list}/9`)).toEqual([404, 'Not Found: invalid receiver']);
    expect(await reason('POST', list, {})).toEqual([400, 'Bad Request: an address is required']);
    expect(await reason('PUT', one, { attributes: { colour: 'red' } })).toEqual([
      400,
      "Bad Request: there is no attribute 'colour'",
    ]);
    expect(await reason('PUT', one, { global_attributes: Object.fromEntries([['__proto__', 'x']]) })).toEqual([
      400,
      "Bad Request: there is no attribute '__proto__'",
    ]);
  });
});

describe('live updates', () => {
  test('include changes by the API and manual changes without polling', async () => {
    const page = await open();
    const before = await watch(page, () => true);
    expect(before.groups).toEqual([{ id: Number(page.group), name: 'Newsletter', size: 2 }]);
    const afterCall = watch(page, ({ groups }) => JSON.stringify(groups).includes('"size":3'));
    await page.call('POST', `/groups/${page.group}/receivers/upsertplus`, [{ email: 'new@example.org' }]);
    const { account } = await afterCall;
    const afterEdit = watch(page, (overview) => overview.account !== account);
    page.sandbox.account.edit(page.group, 'anna@example.org', { global_attributes: { firstname: 'Anna' } });
    await afterEdit;
  });

  test('include a bounded number of requests, newest first, without tokens and secrets', async () => {
    const page = await open();
    const secret = { grant_type: 'refresh_token', refresh_token: 'refresh-me', client_secret: 'hush' };
    await ask(`${page.sandbox.url}/oauth/token.php?client_secret=hush`, 'POST', {}, secret);
    await ask(`${page.sandbox.url}/v3/groups?token=${page.token}`, 'GET', {});
    const { requests } = await watch(page, (overview) => overview.requests.length === 2);
    expect(requests).toMatchObject([
      { number: 2, method: 'GET', path: '/v3/groups?token=(secret)', status: 200 },
      { number: 1, method: 'POST', path: '/oauth/token.php?client_secret=(secret)', status: 400 },
    ]);
    expect(requests[0]?.ms).toBeGreaterThan(0);
    expect(JSON.stringify(requests)).not.toMatch(new RegExp(`${page.token}|hush|refresh-me`));
    await page.get(`/groups?id_list=${'1,'.repeat(2000)}`);
    for (let index = 0; index < 80; index += 1) await page.get('/groups');
    const { requests: many } = await watch(page, ({ requests: all }) => all[0]?.number === 83);
    expect(many.map(({ number }) => number)).toEqual(Array.from({ length: 60 }, (_, index) => 83 - index));
    expect(Math.max(...many.map(({ path }) => path.length))).toBeLessThan(400);
  });

  test('include the time and the body of a request, of a list only the first rows', async () => {
    const page = await open();
    const rows = Array.from({ length: 5 }, (_, index) => ({ email: `new${index}@example.org` }));
    await page.call('POST', `/groups/${page.group}/receivers/upsertplus`, rows);
    await page.call('POST', '/groups', { name: 'x'.repeat(5000) });
    await page.get('/groups');
    const { requests } = await watch(page, (overview) => overview.requests.length === 3);
    expect(requests.map(({ time }) => time)).toEqual([start, start, start]);
    const [none, large, list] = requests.map(({ body }) => body);
    expect(none).toBe('');
    expect(large).toMatch(/^\{\n "name": "x{900,}…$/);
    expect(list).toBe(`${JSON.stringify(rows.slice(0, 2), undefined, 1)}\n… and 3 more`);
  });

  test('include the faults with the number of requests that they affected', async () => {
    const page = await open();
    const added = await page.at('POST', 'faults', { text: '503 on GET /groups' });
    expect([added.status, added.body]).toEqual([200, { id: 1 }]);
    await page.get('/groups');
    expect((await watch(page, ({ faults }) => faults.length > 0)).faults).toEqual([
      { id: 1, text: '503 on GET /groups', hits: 1 },
    ]);
    expect((await page.at('DELETE', 'faults/1')).status).toBe(204);
    expect((await watch(page, () => true)).faults).toEqual([]);
    expect((await page.at('DELETE', 'faults/1')).status).toBe(404);
    const refused = await page.at('POST', 'faults', { text: 'slow' });
    expect([refused.status, refused.body]).toMatchObject([
      400,
      { error: { message: expect.stringContaining('Invalid fault "slow"') as string } },
    ]);
    expect((await page.at('POST', 'faults')).status).toBe(400);
  });

  test('mark a request without a response', async () => {
    const page = await open();
    page.sandbox.faults.add({ path: '/groups', kind: 'drop' });
    await expect(page.get('/groups')).rejects.toThrow('fetch failed');
    expect((await watch(page, ({ requests }) => requests.length > 0)).requests).toMatchObject([{ status: 0, ms: 0 }]);
  });

  test('end with the sandbox and do not prevent it from closing', async () => {
    const page = await open();
    const stream = await fetch(`${page.sandbox.url}/sandbox/live`);
    const text = stream.text();
    await page.sandbox.close();
    expect(await text).toMatch(/^data: .*\n\n$/);
  });
});
