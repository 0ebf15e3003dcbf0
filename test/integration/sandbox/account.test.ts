import type { Switches } from '../../../sandbox';
import { ask, closeAll, column, connect, rowsOf, start } from '../../support/sandbox/client';

afterEach(closeAll);

const email = 'jo@example.org';

describe('groups', () => {
  test('are listed, created, changed, emptied and deleted', async () => {
    const { call, get, sandbox } = await connect();
    const created = await call('POST', '/groups', { name: 'News', receiver_info: 'info' });
    expect(created).toMatchObject({
      status: 200,
      body: { id: '1046', name: 'News', stamp: start, last_changed: start },
    });
    expect((await call('POST', '/groups', { name: ' ' })).status).toBe(400);
    sandbox.clock.advance(5);
    expect((await call('PUT', '/groups/1046', { name: 'Brief' })).body).toMatchObject({
      name: 'Brief',
      last_changed: start + 5,
    });
    sandbox.account.addReceiver('1046', { email });
    expect((await call('DELETE', '/groups/1046/clear')).body).toBe(true);
    expect(sandbox.account.size('1046')).toBe(0);
    await call('PUT', '/groups/1046', { locked: true });
    expect((await call('DELETE', '/groups/1046')).status).toBe(403);
    await call('PUT', '/groups/1046', { locked: false });
    expect((await call('DELETE', '/groups/1046')).body).toBe(true);
    expect((await get('/groups/1046')).body).toEqual({ error: { code: 404, message: 'Not Found: invalid group' } });
  });

  test('are returned in the requested order', async () => {
    const { call, get, sandbox } = await connect();
    sandbox.account.addGroup('A', { id: 9 });
    sandbox.clock.advance(1);
    sandbox.account.addGroup('B', { id: 5 });
    expect(column(await get('/groups'), 'id')).toEqual(['5', '9']);
    expect(column(await get('/groups?order=created%20DESC'), 'id')).toEqual(['5', '9']);
    expect(column(await get('/groups?order=created%20ASC'), 'id')).toEqual(['9', '5']);
    sandbox.clock.advance(1);
    await call('PUT', '/groups/9', { name: 'C' });
    expect(column(await get('/groups?order=changed%20DESC'), 'id')).toEqual(['9', '5']);
  });

  test('count their receivers, from a cache if the switch says so', async () => {
    const { get, sandbox } = await connect({ statsCacheSeconds: 60 });
    const group = sandbox.account.addGroup('A');
    await get(`/groups/${group}/stats`);
    sandbox.account.addReceiver(group, { email });
    expect((await get(`/groups/${group}/stats`)).body).toMatchObject({ total_count: 0 });
    sandbox.clock.advance(60);
    expect((await get(`/groups/${group}/stats`)).body).toMatchObject({ total_count: 1, time: start + 60 });
  });
});

describe('attributes', () => {
  test('are created with a technical name, refused twice and deleted', async () => {
    const { call, get, sandbox } = await connect();
    const group = sandbox.account.addGroup('A');
    const created = await call('POST', '/attributes', { name: 'First Name', type: 'text' });
    expect(created.body).toEqual({ id: 5120, name: 'first_name', type: 'text' });
    expect((await call('POST', `/groups/${group}/attributes`, { name: 'store', type: 'text' })).status).toBe(200);
    expect((await call('POST', '/attributes', { name: 'x', type: 'colour' })).status).toBe(400);
    for (const name of ['First_Name', 'store']) {
      expect((await call('POST', `/attributes`, { name, type: 'text', group_id: group })).status).toBe(409);
    }
    expect(rowsOf(await get('/attributes'))).toEqual([
      {
        id: 5120,
        group_id: 0,
        name: 'first_name',
        description: 'First Name',
        preview_value: '',
        value: null,
        type: 'text',
        tag: '{FIRST_NAME}',
      },
    ]);
    expect(column(await get(`/attributes?group_id=${group}`), 'name')).toEqual(['store']);
    expect((await call('PUT', '/attributes/5120', { description: 'Vorname' })).body).toMatchObject({
      description: 'Vorname',
    });
    expect((await get('/attributes/5120')).body).toMatchObject({ name: 'first_name' });
    expect((await call('DELETE', '/attributes/5120')).body).toBe(true);
    expect((await get('/attributes/5120')).status).toBe(404);
    sandbox.switches.attributeGroupKey = 'groups_id';
    expect(rowsOf(await get(`/groups/${group}/attributes`))).toMatchObject([{ groups_id: Number(group) }]);
  });

  test('do not show old values after one is deleted and created again', async () => {
    const { call, sandbox } = await connect();
    const group = sandbox.account.addGroup('A');
    const id = sandbox.account.addAttribute({ name: 'firstname' });
    sandbox.account.addReceiver(group, { email, global_attributes: { firstname: 'Jo' } });
    await call('DELETE', `/attributes/${id}`);
    sandbox.account.addAttribute({ name: 'firstname' });
    expect(sandbox.account.receiver(group, email)).toMatchObject({ global_attributes: { firstname: '' } });
  });

  test('are limited to 40', async () => {
    const { call, get } = await connect();
    for (let index = 0; index < 40; index += 1) await call('POST', '/attributes', { name: `a${index}`, type: 'text' });
    expect((await call('POST', '/attributes', { name: 'one_more', type: 'text' })).status).toBe(400);
    expect((await get('/attributes/limits')).body).toEqual({ limit: 40, used: 40 });
  });
});

describe('tags', () => {
  test('are added, removed one by one and by origin, and normalised', async () => {
    const { call, sandbox } = await connect();
    const group = sandbox.account.addGroup('A');
    const put = async (tags: string[]) => {
      const answer = await call('POST', `/groups/${group}/receivers/upsertplus`, [{ email, tags }]);
      return rowsOf(answer)[0]?.['tags'];
    };
    expect(await put(['Just the best', 'shop.a b', 'shop.c', 'x'])).toEqual([
      'Just_the_best',
      'shop.a_b',
      'shop.c',
      'x',
    ]);
    expect(await put(['y', '-x'])).toEqual(['Just_the_best', 'shop.a_b', 'shop.c', 'y']);
    expect(await put(['-shop.*', '-Just the best'])).toEqual(['y']);
  });

  test.each([
    ['replace', ['b']],
    ['add', ['a', 'b']],
  ] as const)('are set by a single PUT: %s', async (putTags, expected) => {
    const { call, sandbox } = await connect({ putTags });
    const group = sandbox.account.addGroup('A');
    sandbox.account.addReceiver(group, { email, tags: ['a'] });
    expect((await call('PUT', `/groups/${group}/receivers/${email}`, { tags: ['b'] })).body).toMatchObject({
      tags: expected,
    });
  });

  test('that are removed may still show for a minute', async () => {
    const { call, sandbox } = await connect({ tagRemoval: 'delayed' });
    const group = sandbox.account.addGroup('A');
    sandbox.account.addReceiver(group, { email, tags: ['a', 'b'] });
    await call('POST', `/groups/${group}/receivers/upsertplus`, [{ email, tags: ['-a', '-b'] }]);
    expect(sandbox.account.receiver(group, email)).toMatchObject({ tags: ['a', 'b'] });
    await call('POST', `/groups/${group}/receivers/upsertplus`, [{ email, tags: ['b'] }]);
    sandbox.clock.advance(60);
    expect(sandbox.account.receiver(group, email)).toMatchObject({ tags: ['b'] });
  });

  test.each([
    ['membership', []],
    ['person', ['a']],
  ] as const)('belong to the %s', async (tagsOn, expected) => {
    const { call, sandbox } = await connect({ tagsOn });
    const [first, second] = [sandbox.account.addGroup('A'), sandbox.account.addGroup('B')];
    for (const group of [first, second]) sandbox.account.addReceiver(group, { email });
    await call('POST', `/groups/${first}/receivers/upsertplus`, [{ email, tags: ['a'] }]);
    expect(sandbox.account.receiver(second, email)).toMatchObject({ tags: expected });
  });

  test('have their own calls, for a person and for a receiver', async () => {
    const { call, get, sandbox } = await connect();
    const [first, second] = [sandbox.account.addGroup('A'), sandbox.account.addGroup('B')];
    for (const group of [first, second]) sandbox.account.addReceiver(group, { email });
    expect((await call('POST', `/receivers/${email}/tags`, { tags: ['a'], group_id: first })).body).toEqual(['a']);
    expect((await call('POST', `/receivers/${email}/tags`, { tags: ['a', 'b'] })).body).toEqual(['b', 'a']);
    expect((await call('POST', `/groups/${first}/receivers/${email}/tags`, { tags: ['c'] })).body).toEqual(['c']);
    expect((await get(`/receivers/${email}/tags`)).body).toEqual(['a', 'b', 'c']);
    expect((await get(`/receivers/${email}/tags?group_id=${second}`)).body).toEqual(['a', 'b']);
    expect((await call('DELETE', `/receivers/${email}/tags/a,b`)).body).toBe(true);
    expect((await get(`/groups/${first}/receivers/${email}/tags`)).body).toEqual(['c']);
    expect((await call('DELETE', `/groups/${first}/receivers/${email}/tags/c`)).body).toBe(true);
    expect((await get(`/receivers/${email}/tags`)).body).toEqual([]);
    expect((await call('POST', `/receivers/${email}/tags`, {})).status).toBe(400);
    sandbox.switches.eventForTags = false;
    await call('POST', `/receivers/${email}/tags`, { tags: ['z'] });
    expect(rowsOf(await get(`/groups/${second}/receivers/${email}/events`))).toHaveLength(3);
  });

  test('of the account are counted and paged', async () => {
    const { get, sandbox } = await connect();
    const group = sandbox.account.addGroup('A');
    sandbox.account.addReceiver(group, { email, tags: ['a', 'shop.b', 'shop.c'] });
    sandbox.account.addReceiver(group, { email: 'b@example.org', tags: ['shop.b'] });
    expect((await get('/tags?order_by=count%20desc&limit=1')).body).toEqual([{ tag: 'b', origin: 'shop', count: 2 }]);
    expect(column(await get('/tags?origin=shop&limit=1&page=1&offset=0'), 'tag')).toEqual(['c']);
    expect(column(await get('/tags?origin='), 'tag')).toEqual(['a']);
    for (const query of ['limit=1&offset=2', 'limit=1&page=2', 'limit=1&page=1&offset=1'])
      expect(column(await get(`/tags?${query}`), 'tag')).toEqual(['c']);
    sandbox.switches.tagPaging = 'offset';
    expect(column(await get('/tags?limit=1&page=1&offset=2'), 'tag')).toEqual(['c']);
    sandbox.switches.tagPaging = 'page';
    expect(column(await get('/tags?limit=1&page=2&offset=1'), 'tag')).toEqual(['c']);
    expect((await get(`/tags/count?tag=shop.b&group_id=${group}`)).body).toBe(2);
    expect((await get('/tags/count')).body).toBe(3);
  });
});

describe('block lists and bounces', () => {
  test('an address is blocked for the account or for a group', async () => {
    const { call, get, sandbox } = await connect();
    const group = sandbox.account.addGroup('A');
    expect((await call('POST', '/blacklist', { email, comment: 'asked' })).body).toMatchObject({ email, stamp: start });
    expect((await call('PUT', '/blacklist', { email: '*@spam.example.org' })).status).toBe(200);
    expect((await call('POST', '/blacklist', { email: 'nope' })).status).toBe(400);
    expect(column(await get('/blacklist'), 'email')).toEqual([email, '*@spam.example.org']);
    const addresses = [email, 'a@spam.example.org', 'b@example.org'];
    expect((await call('POST', '/blacklist/validate', { emails: addresses })).body).toEqual(addresses.slice(0, 2));
    expect((await call('DELETE', `/blacklist/${email}`)).body).toBe(true);
    expect((await get(`/blacklist/${email}`)).status).toBe(404);
    expect((await call('DELETE', `/blacklist/${email}`)).status).toBe(404);
    const local = `/groups/${group}/blacklist`;
    await call('POST', local, { email });
    expect(column(await get(local), 'email')).toEqual([email]);
    expect((await get(`${local}/${email}`)).body).toMatchObject({ email });
    expect((await call('POST', `${local}/validate`, [email])).body).toEqual([email]);
    expect((await call('POST', '/blacklist/validate', [email])).body).toEqual([]);
    expect((await call('DELETE', `${local}/${email}`)).body).toBe(true);
  });

  test('isvalid distinguishes valid addresses from invalid, blocked and bounced ones', async () => {
    const { call, sandbox } = await connect();
    const group = sandbox.account.addGroup('A');
    sandbox.account.addReceiver(group, { email });
    sandbox.account.bounce(group, email);
    sandbox.account.block('blocked@example.org');
    const emails = ['good@example.org', 'nope', 'blocked@example.org', email];
    expect((await call('POST', '/receivers/isvalid', { emails, group_id: group })).body).toEqual(emails.slice(0, 1));
    expect((await call('POST', '/receivers/isvalid', { emails, invert: true })).body).toEqual(emails.slice(1));
  });

  test('a bounce shows in both lists', async () => {
    const { get, sandbox } = await connect();
    const group = sandbox.account.addGroup('A');
    sandbox.account.addReceiver(group, { email });
    sandbox.account.bounce(group, email);
    expect(rowsOf(await get('/bounces?page=0&pagesize=10'))).toMatchObject([
      { email, occurences: 1, last_update: start },
    ]);
    expect(rowsOf(await get('/receivers/bounced'))).toMatchObject([{ email, bounced: start, active: false }]);
  });

  test.each([true, false])('an unsubscribe blocks and deletes: %s', async (unsubscribeBlacklists) => {
    const { get, sandbox } = await connect({ unsubscribeBlacklists });
    const [first, second] = [sandbox.account.addGroup('A'), sandbox.account.addGroup('B')];
    for (const group of [first, second]) sandbox.account.addReceiver(group, { email });
    sandbox.account.unsubscribe(first, email);
    expect(sandbox.account.size(second)).toBe(unsubscribeBlacklists ? 0 : 1);
    expect((await get(`/blacklist/${email}`)).status).toBe(unsubscribeBlacklists ? 200 : 404);
    expect((await get(`/groups/${first}/receivers/${email}`)).status).toBe(unsubscribeBlacklists ? 404 : 200);
  });
});

describe('forms', () => {
  const doidata = { user_ip: '198.51.100.7', referer: 'https://example.org', user_agent: 'test' };

  test('are deleted with their group', async () => {
    const { call, get, sandbox } = await connect();
    const [gone, kept] = [sandbox.account.addGroup('A'), sandbox.account.addGroup('B')];
    sandbox.account.addForm({ groupId: gone, id: 33 });
    sandbox.account.addForm({ groupId: kept, id: 34 });
    expect((await call('DELETE', `/groups/${gone}`)).status).toBe(200);
    expect(column(await get('/forms'), 'id')).toEqual(['34']);
  });

  test('send the double-opt-in mail only to a waiting receiver', async () => {
    const { call, get, sandbox } = await connect();
    const { account } = sandbox;
    const group = account.addGroup('A');
    const form = account.addForm({ groupId: group, id: 33 });
    account.addForm({ groupId: account.addGroup('B'), id: 34, name: 'Other' });
    expect(rowsOf(await get(`/groups/${group}/forms`))).toMatchObject([{ id: '33', name: 'Form' }]);
    expect(rowsOf(await get('/forms'))).toEqual([
      { id: '33', name: 'Form', customer_tables_id: group },
      { id: '34', name: 'Other', customer_tables_id: expect.any(String) as unknown },
    ]);
    const id = account.addReceiver(group, { email, activated: 0 });
    const path = `/forms/${form.id}/send/activate`;
    expect((await call('POST', path, { email, doidata: { ...doidata, user_ip: '' } })).status).toBe(400);
    expect((await call('POST', path, { email: 'no@example.org', doidata })).status).toBe(404);
    expect((await call('POST', '/forms/1/send/activate', { email, doidata })).status).toBe(404);
    expect((await call('POST', path, { email, doidata })).body).toEqual({ success: true });
    expect(account.mails).toEqual([
      { kind: 'activate', formId: '33', groupId: group, receiverId: id, email, doidata, time: start },
    ]);
    account.confirm(group, id);
    expect(account.receiver(group, id)).toMatchObject({ active: true });
    expect(JSON.stringify((await call('POST', path, { email, doidata })).body)).toContain('already active');
    expect((await call('POST', '/forms/33/send/deactivate', { email, doidata })).body).toEqual({ success: true });
    expect(account.mails).toHaveLength(2);
  });
});

describe('flows', () => {
  const doidata = { user_ip: '198.51.100.7', referer: 'https://example.org', user_agent: 'test' };
  const id = '3f2b8c1e-5d4a-4e7b-9a60-1c2d3e4f5a6b';
  const connectFlows = async (switches: Partial<Switches> = {}) => {
    const client = await connect(switches);
    const { sandbox, token } = client;
    const group = sandbox.account.addGroup('A');
    sandbox.account.addFlow({ groupId: group, id, name: 'Sign-up' });
    const flow = (method: string, path: string, body?: unknown, key = token) =>
      ask(`${sandbox.url}/flow${path}`, method, { authorization: `Bearer ${key}` }, body);
    return { ...client, group, flow };
  };

  test('are listed outside of /v3, by playbook if one is given, and deleted with their group', async () => {
    const { call, flow, group, sandbox } = await connectFlows();
    const { id: other } = sandbox.account.addFlow({ groupId: group, playbook: 'unsubscribe' });
    expect(column(await flow('GET', '/flow'), 'id')).toEqual([id, other]);
    expect(column(await flow('GET', '/flow?playbook=unsubscribe'), 'id')).toEqual([other]);
    expect((await flow('GET', `/flow/${id}`)).body).toEqual({
      id,
      name: 'Sign-up',
      playbook: 'doubleoptin',
      setup: { groupid: group },
    });
    expect((await flow('GET', '/flow/301')).status).toBe(404);
    expect((await call('GET', '/flow')).status).toBe(404);
    expect((await call('DELETE', `/groups/${group}`)).status).toBe(200);
    expect((await flow('GET', '/flow')).body).toEqual([]);
  });

  test('send the mail of their playbook to the receiver_id', async () => {
    const { flow, group, sandbox } = await connectFlows();
    const { account } = sandbox;
    const receiver = account.addReceiver(group, { email, activated: 0 });
    const bye = account.addFlow({ groupId: group, playbook: 'unsubscribe' });
    expect((await flow('POST', `/flow/${id}/send`, { email, doidata })).status).toBe(404);
    expect((await flow('POST', `/flow/${id}/send`, { receiver_id: email })).status).toBe(400);
    expect((await flow('POST', `/flow/${id}/send`, { receiver_id: email, doidata })).body).toEqual({ success: true });
    account.confirm(group, receiver);
    expect((await flow('POST', `/flow/${id}/send`, { receiver_id: receiver, doidata })).status).toBe(400);
    expect((await flow('POST', `/flow/${bye.id}/send`, { receiver_id: receiver, doidata })).status).toBe(200);
    expect(account.mails).toMatchObject([
      { kind: 'activate', formId: id, groupId: group, receiverId: receiver, email, doidata, time: start },
      { kind: 'deactivate', formId: bye.id },
    ]);
  });

  test.each(['oa_flows', 'forms'] as const)('need the scope %s and a valid token', async (flowScope) => {
    const { flow, sandbox } = await connectFlows({ flowScope });
    const keyOf = (...scopes: string[]) => sandbox.issueToken({ scopes }).access_token;
    expect((await flow('GET', '/flow', undefined, 'none')).status).toBe(401);
    expect((await flow('GET', '/flow', undefined, keyOf('groups'))).status).toBe(403);
    expect((await flow('GET', '/flow', undefined, keyOf(flowScope))).status).toBe(200);
    expect((await flow('GET', '/flow', undefined, keyOf('oa_flows'))).status).toBe(flowScope === 'forms' ? 403 : 200);
  });

  test.each([
    ['both', 200, 200],
    ['forms', 200, 404],
    ['flows', 404, 200],
  ] as const)('and forms exist as the account has them: %s', async (optInForms, forms, flows) => {
    const { call, get, flow, group } = await connectFlows({ optInForms });
    expect((await get('/forms')).status).toBe(forms);
    expect((await get(`/groups/${group}/forms`)).status).toBe(forms);
    expect((await call('POST', '/forms/1/send/activate', {})).status).toBe(404);
    for (const path of ['/flow', `/flow/${id}`]) expect((await flow('GET', path)).status).toBe(flows);
  });
});

describe('the filter', () => {
  test('selects by timestamps, address, tags and attributes, combined with AND or OR', async () => {
    const { call, sandbox } = await connect();
    const { account, clock } = sandbox;
    account.addAttribute({ name: 'firstname' });
    const [first, second] = [account.addGroup('A'), account.addGroup('B')];
    account.addReceiver(first, { email: 'a@example.org', global_attributes: { firstname: 'Ann' } });
    account.addReceiver(first, { email: 'b@example.org', tags: ['vip'] });
    account.addReceiver(second, { email: 'a@example.org' });
    clock.advance(100);
    account.unsubscribe(first, 'a@example.org');
    const find = async (rules: unknown[], more: object = {}) =>
      rowsOf(await call('POST', '/receivers/filter', { groups: [], rules, orderby: 'email asc', ...more })).map(
        (row) => `${String(row['email'])}@${String(row['group_id'])}`,
      );
    const a1 = `a@example.org@${first}`;
    const b1 = `b@example.org@${first}`;
    const a2 = `a@example.org@${second}`;
    const since = { field: 'deactivated', logic: 'bg', condition: String(start) };
    expect(await find([since])).toEqual([a1]);
    expect(await find([since, { field: 'deactivated', logic: 'SM', condition: String(start + 50) }])).toEqual([]);
    expect(await find([{ field: 'email', logic: 'EQ', condition: 'A@example.org' }])).toEqual([a1, a2]);
    expect(await find([{ field: 'tags', logic: 'contains', condition: 'vip' }])).toEqual([b1]);
    expect(await find([{ field: 'tags', logic: 'nocontains', condition: 'vip' }], { groups: [first] })).toEqual([a1]);
    expect(await find([{ field: 'firstname', logic: 'notisnull', condition: '' }])).toEqual([a1, a2]);
    expect(await find([since, { field: 'tags', logic: 'eq', condition: 'vip' }], { operator: 'OR' })).toEqual([a1, b1]);
    expect(await find([], { activeonly: true })).toEqual([b1, a2]);
    expect(await find([], { groups: [first], pagesize: 1, page: 1 })).toEqual([b1]);
    expect(
      (await call('POST', '/receivers/filter', { rules: [{ field: 'no', logic: 'eq', condition: '' }] })).status,
    ).toBe(400);
    expect(
      (await call('POST', '/receivers/filter', { rules: [{ field: 'email', logic: 'no', condition: '' }] })).status,
    ).toBe(400);
  });

  test.each([
    ['strict', 0],
    ['inclusive', 1],
  ] as const)('treats bg as %s', async (filterBigger, found) => {
    const { call, sandbox } = await connect({ filterBigger });
    const group = sandbox.account.addGroup('A');
    sandbox.account.addReceiver(group, { email, deactivated: 1 });
    const rules = [{ field: 'deactivated', logic: 'bg', condition: '1' }];
    expect(rowsOf(await call('POST', '/receivers/filter', { rules }))).toHaveLength(found);
  });

  test('may not support registered and may ignore detail', async () => {
    const { call, sandbox } = await connect();
    const group = sandbox.account.addGroup('A');
    sandbox.account.addReceiver(group, { email });
    const body = { rules: [{ field: 'registered', logic: 'bg', condition: '0' }], detail: 4 };
    expect(rowsOf(await call('POST', '/receivers/filter', body))[0]).toHaveProperty('tags');
    sandbox.switches.filterDetail = 'ignored';
    expect(rowsOf(await call('POST', '/receivers/filter', body))[0]).not.toHaveProperty('tags');
    sandbox.switches.filterRegistered = 'rejected';
    expect((await call('POST', '/receivers/filter', body)).status).toBe(400);
  });
});
