import { closeAll, column, connect, start, type Client } from '../../support/sandbox/client';

afterEach(closeAll);

interface Setting extends Client {
  at: string;
  create: (rules: object[], more?: object) => Promise<string>;
}

async function setting(): Promise<Setting> {
  const client = await connect();
  const { account } = client.sandbox;
  const group = account.addGroup('A');
  account.addAttribute({ name: 'city' });
  account.addReceiver(group, { email: 'anna@example.org', tags: ['vip'], global_attributes: { city: 'Köln' } });
  account.addReceiver(group, {
    email: "o'brien@example.org",
    deactivated: start - 5,
    global_attributes: { city: 'Bonn' },
  });
  account.addReceiver(group, { email: 'cem@example.org', bounced: start, tags: ['press'] });
  const at = `/groups/${group}/filters`;
  const create = async (rules: object[], more: object = {}) => {
    const answer = await client.call('POST', at, { name: 'Mine', rules, ...more });
    expect(answer.status).toBe(200);
    return `${at}/${(answer.body as { id: string }).id}`;
  };
  return { ...client, at, create };
}

const city = (condition: string, operator = '') => ({ operator, field: 'city', logic: 'EQ', condition });

test('a filter is created, listed, read, changed and deleted', async () => {
  const { call, get, at, create } = await setting();
  const one = await create([city('Köln')], { operator: 'AND' });
  const shown = { id: one.split('/').pop(), name: 'Mine', operator: 'AND', count: '1' };
  expect((await get(at)).body).toMatchObject([shown]);
  expect((await get(`${one}.json`)).body).toMatchObject({
    ...shown,
    rules: [{ field: expect.stringMatching(/^a\d+\.value$/) as string, logic: 'EQ', condition: 'Köln' }],
  });
  const changed = await call('PUT', one, { name: 'Other', rules: [city('Bonn')] });
  expect(changed.body).toMatchObject({ name: 'Other', operator: 'AND', count: '1' });
  expect(column(await get(`${one}/receivers`), 'email')).toEqual(["o'brien@example.org"]);
  expect((await call('DELETE', one)).body).toBe(true);
  expect((await get(one)).status).toBe(404);
  expect((await get(at)).body).toEqual([]);
});

test('the receivers of a filter are paged, with the requested detail, and are counted', async () => {
  const { get, create } = await setting();
  const one = await create([]);
  expect(column(await get(`${one}/receivers?pagesize=2&order_by=email%20desc`), 'email')).toEqual([
    "o'brien@example.org",
    'cem@example.org',
  ]);
  expect(await get(`${one}/receivers?pagesize=2&page=1&detail=4&order_by=email%20desc`)).toMatchObject({
    body: [{ email: 'anna@example.org', tags: ['vip'] }],
  });
  expect((await get(`${one}/count`)).body).toBe('3');
  expect((await get(`${one}/stats`)).body).toMatchObject({
    total_count: 3,
    active_count: 1,
    inactive_count: 1,
    bounce_count: 1,
  });
});

test('rules are combined by their own operators, or by that of the filter', async () => {
  const { get, create } = await setting();
  const found = async (rules: object[], more: object = {}) =>
    column(await get(`${await create(rules, more)}/receivers`), 'email');
  expect(await found([city('Köln'), city('Bonn')], { operator: 'OR' })).toHaveLength(2);
  expect(await found([city('Köln'), city('Bonn')])).toEqual([]);
  expect(await found([city('Köln'), city('Bonn', 'or')])).toHaveLength(2);
  expect(await found([{ field: 'email', logic: 'eq', condition: "O'Brien@example.org" }])).toEqual([
    "o'brien@example.org",
  ]);
});

test('a changed receiver moves in and out, and a field read back is understood', async () => {
  const { call, get, create, sandbox } = await setting();
  const one = await create([city('Köln')]);
  const { rules } = (await get(one)).body as { rules: object[] };
  expect((await call('PUT', one, { rules })).body).toMatchObject({ count: '1' });
  sandbox.account.edit(one.split('/')[2] ?? '', 'cem@example.org', { global_attributes: { city: 'Köln' } });
  expect((await get(`${one}/count`)).body).toBe('2');
});

test.each<[string, object, number]>([
  ['without a name', { name: ' ', rules: [] }, 400],
  ['with an unknown field', { name: 'x', rules: [{ field: 'colour', logic: 'eq', condition: '' }] }, 400],
  ['with an unknown logic', { name: 'x', rules: [{ field: 'email', logic: 'like', condition: '' }] }, 400],
])('a filter is refused %s', async (_, body, status) => {
  const { call, get, at } = await setting();
  expect((await call('POST', at, body)).status).toBe(status);
  expect((await get(at)).body).toEqual([]);
});

test('a filter belongs to its group, and is deleted with it', async () => {
  const { get, create, sandbox } = await setting();
  const one = await create([]);
  const other = sandbox.account.addGroup('B');
  expect((await get(one.replace(/groups\/\d+/, `groups/${other}`))).status).toBe(404);
  sandbox.account.removeGroup(one.split('/')[2] ?? '');
  expect((await get(one)).status).toBe(404);
});
