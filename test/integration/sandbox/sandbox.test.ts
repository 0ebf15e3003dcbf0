import { startSandbox } from '../../../sandbox';
import { ask, closeAll, connect, rowsOf, start } from '../../support/sandbox/client';
import { effort } from '../../support/effort';

afterEach(closeAll);

describe('faults', () => {
  test('answer with a status, a body and headers for a number of matching requests', async () => {
    const { get, sandbox } = await connect();
    sandbox.faults.add({
      path: '/groups',
      method: 'GET',
      kind: 'status',
      status: 429,
      headers: { 'Retry-After': '7' },
      times: 2,
      after: 1,
    });
    expect((await get('/groups')).status).toBe(200);
    const limited = await get('/groups.json/');
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
    expect((await get('/attributes')).status).toBe(200);
    expect((await get('/groups')).status).toBe(429);
    expect((await get('/groups')).status).toBe(200);
    expect(sandbox.faults.pending).toBe(0);
  });

  test('match by route, by expression and on the token endpoint, and are cleared', async () => {
    const { get, sandbox } = await connect();
    const group = sandbox.account.addGroup('A');
    const body = { error: { code: 502, message: 'Bad Gateway' } };
    sandbox.faults.add({ path: '/groups/:gid/receivers', kind: 'status', status: 502, body });
    expect(await get(`/groups/${group}/receivers`)).toMatchObject({ status: 502, body });
    sandbox.faults.add({ path: /^\/groups\/\d+$/, kind: 'body', body: false });
    expect(await get(`/groups/${group}`)).toMatchObject({ status: 200, body: false });
    sandbox.faults.add({ path: '/oauth/token.php', kind: 'status', status: 503, times: Infinity });
    const token = () => fetch(`${sandbox.url}/oauth/token.php`, { method: 'POST' });
    expect((await token()).status).toBe(503);
    sandbox.faults.clear();
    expect((await token()).status).toBe(400);
  });

  test('happen before the token is checked', async () => {
    const { sandbox } = await connect();
    sandbox.faults.add({ path: '/groups', kind: 'status', status: 500 });
    expect((await ask(`${sandbox.url}/v3/groups`, 'GET', {})).status).toBe(500);
  });

  test('delay the real answer', async () => {
    const { get, sandbox } = await connect();
    sandbox.faults.add({ path: '/groups', kind: 'delay', ms: 80 });
    const before = performance.now();
    expect((await get('/groups')).body).toEqual([]);
    expect(performance.now() - before).toBeGreaterThan(70);
  });

  test.each([
    [false, 0],
    [true, 1],
  ])('drop the connection, with the write carried out: %s', async (applied, size) => {
    const { call, sandbox } = await connect();
    const group = sandbox.account.addGroup('A');
    sandbox.faults.add({ path: '/groups/:gid/receivers/upsertplus', kind: 'drop', applied });
    await expect(call('POST', `/groups/${group}/receivers/upsertplus`, [{ email: 'a@example.org' }])).rejects.toThrow(
      'fetch failed',
    );
    expect(sandbox.account.size(group)).toBe(size);
    expect(sandbox.requests).toMatchObject([{ status: 0 }]);
  });

  test('truncate a response, complete in itself or with a broken connection', async () => {
    const { get, sandbox, token } = await connect();
    sandbox.seed();
    sandbox.faults.add({ path: '/groups/1046/receivers', kind: 'truncate' });
    await expect(get('/groups/1046/receivers')).rejects.toThrow(SyntaxError);
    sandbox.faults.add({ path: '/groups/1046/receivers', kind: 'truncate', connection: 'closed' });
    const response = await fetch(`${sandbox.url}/v3/groups/1046/receivers`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
  });

  test('answer 200 with a page of HTML', async () => {
    const { sandbox, token } = await connect();
    sandbox.faults.add({ path: '/groups', kind: 'html' });
    const response = await fetch(`${sandbox.url}/v3/groups`, { headers: { authorization: `Bearer ${token}` } });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await response.text()).toContain('<html>');
  });
});

describe('the recorder', () => {
  test('keeps the requests in the order of arrival, without secrets', async () => {
    const { call, get, sandbox, token } = await connect();
    const group = sandbox.account.addGroup('A');
    await get(`/groups.json/${group}/receivers/?pagesize=7`);
    await call('POST', `/groups/${group}/receivers`, { email: 'a@example.org' });
    await ask(
      `${sandbox.url}/oauth/token.php`,
      'POST',
      {},
      { grant_type: 'refresh_token', refresh_token: 'r', client_secret: 's' },
    );
    await ask(`${sandbox.url}/v3/nowhere`, 'GET', { authorization: 'Bearer wrong' });
    expect(sandbox.requests).toEqual([
      {
        method: 'GET',
        path: `/v3/groups/${group}/receivers`,
        route: '/v3/groups/:gid/receivers',
        query: { pagesize: '7' },
        body: undefined,
        status: 200,
        time: start,
        bytes: 2,
        token: 'valid',
      },
      expect.objectContaining({ method: 'POST', body: { email: 'a@example.org' } }),
      expect.objectContaining({
        path: '/oauth/token.php',
        status: 400,
        body: { grant_type: 'refresh_token', refresh_token: '(secret)', client_secret: '(secret)' },
        token: 'none',
      }),
      expect.objectContaining({ path: '/v3/nowhere', route: undefined, status: 404, token: 'invalid' }),
    ]);
    expect(JSON.stringify(sandbox.requests)).not.toContain(token);
  });

  test('counts by method, path, route and expression, and can be cleared', async () => {
    const { get, sandbox } = await connect();
    const group = sandbox.account.addGroup('A');
    for (const page of [0, 1]) await get(`/groups/${group}/receivers?page=${page}`);
    await get('/groups');
    expect(sandbox.count()).toBe(3);
    expect(sandbox.count({ method: 'get', path: `/groups/${group}/receivers` })).toBe(2);
    expect(sandbox.count({ path: '/v3/groups/:gid/receivers' })).toBe(2);
    expect(sandbox.count({ path: /receivers$/g })).toBe(2);
    expect(sandbox.count({ method: 'POST' })).toBe(0);
    sandbox.forgetRequests();
    expect([sandbox.count(), sandbox.requests.length]).toEqual([0, 0]);
  });

  test('keeps only counts per route in a long run', async () => {
    const sandbox = await startSandbox({ record: false });
    const headers = { authorization: `Bearer ${sandbox.issueToken().access_token}` };
    const [group] = sandbox.seed().groups;
    for (let page = 0; page < 2; page += 1)
      await ask(`${sandbox.url}/v3/groups/${group ?? ''}/receivers`, 'GET', headers);
    expect(sandbox.requests).toEqual([]);
    expect(sandbox.count({ method: 'GET', path: '/groups/:gid/receivers' })).toBe(2);
    expect(sandbox.count({ path: '/groups' })).toBe(0);
    await sandbox.close();
  });

  test('a body that is not JSON is a 400 in the usual shape and is recorded', async () => {
    const { sandbox, token } = await connect();
    const response = await fetch(`${sandbox.url}/v3/groups`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{"name":',
    });
    expect(await response.json()).toEqual({ error: { code: 400, message: 'Bad Request: invalid JSON' } });
    expect(sandbox.requests).toMatchObject([{ path: '/v3/groups', status: 400 }]);
  });

  test('an empty body with the content type of JSON is accepted', async () => {
    const { sandbox, token } = await connect();
    const group = sandbox.account.addGroup('A');
    const response = await fetch(`${sandbox.url}/v3/groups/${group}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    });
    expect(await response.json()).toBe(true);
  });
});

describe('the clock', () => {
  test('follows real time until it is set, and can be resumed', async () => {
    const sandbox = await startSandbox();
    const expectAhead = (seconds: number): void => {
      const before = Math.floor(Date.now() / 1000);
      const now = sandbox.clock.now() - seconds;
      expect(now).toBeGreaterThanOrEqual(before - 1);
      expect(now).toBeLessThanOrEqual(Date.now() / 1000 + 1);
    };
    expectAhead(0);
    sandbox.clock.advance(1000);
    expectAhead(1000);
    sandbox.clock.set(5);
    sandbox.clock.advance(2);
    expect(sandbox.clock.now()).toBe(7);
    sandbox.clock.run();
    expect(sandbox.clock.now()).toBeLessThan(1_000);
    await sandbox.close();
  });
});

describe('seeded people', () => {
  test('are the same for the same options at the same time', async () => {
    const [first, second] = [await connect(), await connect()];
    for (const { sandbox } of [first, second]) sandbox.seed({ groups: 2, receivers: 40 });
    expect(first.sandbox.account.receivers('1047')).toEqual(second.sandbox.account.receivers('1047'));
  });

  test('are sorted by address but not by id, differ, have past timestamps and are partly shared between groups', async () => {
    const { sandbox } = await connect();
    const { groups } = sandbox.seed({ groups: ['A', 'B', 'C'], receivers: 500 });
    const lists = groups.map((group) => sandbox.account.receivers(group));
    const shared = new Set(lists[0]?.map((row) => row['id']));
    expect(lists[1]?.filter((row) => shared.has(row['id']))).toHaveLength(50);
    for (const list of lists) {
      const emails = list.map((row) => String(row['email']));
      const ids = list.map((row) => Number(row['id']));
      expect(new Set(ids).size).toBe(500);
      expect(emails).toEqual([...emails].sort());
      expect(ids).not.toEqual([...ids].sort((a, b) => a - b));
      expect(list.every((row) => Number(row['registered']) < start)).toBe(true);
      const active = list.filter((row) => row['active'] === true).length;
      expect(active).toBeGreaterThan(400);
      expect(active).toBeLessThan(490);
    }
  });

  test('are found, changed, moved and removed like all others, without affecting others', async () => {
    const { sandbox, call, get } = await connect();
    const { account } = sandbox;
    const { groups } = sandbox.seed({ groups: 2, receivers: 30 });
    const [first = '', second = ''] = groups;
    const before = account.receivers(first);
    const [sharedPerson, other, third] = before;
    const emailOf = (row: typeof other) => String(row?.['email']);
    expect((await get(`/groups/${first}/receivers/${emailOf(other).toUpperCase()}`)).body).toEqual(other);
    expect((await get(`/groups/${second}/receivers/${emailOf(other)}`)).status).toBe(404);
    expect((await call('POST', `/groups/${first}/receivers`, { email: emailOf(other) })).status).toBe(400);
    account.changeEmail(emailOf(other), 'zz@example.org');
    expect((await get(`/groups/${first}/receivers/${emailOf(other)}`)).status).toBe(404);
    expect(account.receivers(first).at(-1)).toMatchObject({ id: other?.['id'], email: 'zz@example.org' });
    account.removeEverywhere(emailOf(sharedPerson));
    expect([account.size(first), account.size(second)]).toEqual([29, 29]);
    expect((await get(`/receivers/${String(sharedPerson?.['id'])}`)).status).toBe(404);
    account.edit(first, emailOf(third), { tags: ['edited'] });
    expect(account.receiver(first, emailOf(third))).toMatchObject({ tags: ['edited'] });
    expect(account.receivers(first).slice(1, -1)).toEqual(before.slice(3));
    const again = account.addReceiver(first, { email: emailOf(sharedPerson) });
    expect(again).not.toBe(sharedPerson?.['id']);
    expect(account.receivers(first)[0]).toMatchObject({ id: again, email: emailOf(sharedPerson) });
  });

  test('can be a million, available immediately', async () => {
    const { sandbox, get } = await connect();
    const effortFor = async (receivers: number): Promise<number> => {
      const spent = effort();
      const [group = ''] = sandbox.seed({ receivers }).groups;
      const page = receivers / 5_000 - 1;
      const last = await get(`/groups/${group}/receivers?page=${page}&pagesize=5000&order_by=email%20asc`);
      expect(rowsOf(last)).toHaveLength(5_000);
      expect(sandbox.account.size(group)).toBe(receivers);
      return spent();
    };
    // made one after the other, a million would take a hundred times as long
    expect(await effortFor(1_000_000)).toBeLessThan(10 * (await effortFor(10_000)));
  });
});

describe('scenario actions', () => {
  test('give an error that names what does not exist', async () => {
    const { account } = (await connect()).sandbox;
    const group = account.addGroup('A');
    const id = account.addReceiver(group, { email: 'a@example.org' });
    expect(() => account.size(4)).toThrow('No group 4');
    expect(() => {
      account.edit(group, 'b@example.org', {});
    }).toThrow('No receiver b@example.org');
    expect(() => {
      account.edit(group, id, { attributes: { nope: '' } });
    }).toThrow('No attribute nope');
    expect(() => account.addReceiver(group, { email: 'A@example.org' })).toThrow('is in group');
    expect(() => account.addGroup('B', { id: group })).toThrow(`Group ${group} exists`);
    account.removeGroup(group);
    expect(() => {
      account.removeEverywhere(id);
    }).toThrow('No receiver');
  });
});
