import type { Switches } from '../../../sandbox';
import { closeAll, column, connect, rowsOf, start, type Client } from '../../support/sandbox/client';

afterEach(closeAll);

async function group(count: number, switches: Partial<Switches> = {}): Promise<Client & { id: string; path: string }> {
  const client = await connect(switches);
  const id = client.sandbox.account.addGroup('News', { id: 17 });
  for (let index = 0; index < count; index += 1) {
    client.sandbox.account.addReceiver(id, { email: `p${(index * 7) % count}@example.org`, registered: start - index });
  }
  return { ...client, id, path: `/groups/${id}/receivers` };
}

describe('paging', () => {
  test('starts at 0, has 50 rows by default and ends with a short page', async () => {
    const { get, path } = await group(60);
    expect(rowsOf(await get(path))).toHaveLength(50);
    expect(rowsOf(await get(`${path}?page=1`))).toHaveLength(10);
    const pages = await Promise.all(
      [0, 1, 2].map((page) => get(`${path}?page=${page}&pagesize=20&order_by=email%20asc`)),
    );
    expect(new Set(pages.flatMap((one) => column(one, 'id'))).size).toBe(60);
  });

  test.each([
    ['empty', 200, []],
    ['404', 404, { error: { code: 404, message: 'Not Found' } }],
    ['204', 204, undefined],
  ] as const)('answers a page past the last one with %s', async (pageOutOfRange, status, body) => {
    const { get, path } = await group(2, { pageOutOfRange });
    expect(await get(`${path}?page=1&pagesize=2`)).toMatchObject({ status, ...(body === undefined ? {} : { body }) });
    expect((await get(`${path}?page=0&pagesize=2`)).status).toBe(200);
  });

  test.each([
    ['empty', 200],
    ['204', 204],
  ] as const)('answers an empty group with %s', async (emptyGroup, status) => {
    const { get, path } = await group(0, { emptyGroup, pageOutOfRange: '404' });
    expect((await get(path)).status).toBe(status);
  });

  test('cuts a page size above 5000 down, or refuses it', async () => {
    const clamped = await group(1);
    clamped.sandbox.seed({ receivers: 5001, groups: ['big'] });
    expect(rowsOf(await clamped.get('/groups/1046/receivers?pagesize=6000'))).toHaveLength(5000);
    clamped.sandbox.switches.pageSizeTooLarge = '400';
    expect((await clamped.get('/groups/1046/receivers?pagesize=5001')).status).toBe(400);
    expect((await clamped.get(`${clamped.path}?page=-1`)).status).toBe(400);
  });
});

describe('order', () => {
  test('is by address without regard to case, and stays so when receivers are added, deleted and changed', async () => {
    const { get, path, sandbox, id } = await group(20);
    sandbox.account.addReceiver(id, { email: 'P10A@example.org' });
    sandbox.account.remove(id, 'p5@example.org');
    sandbox.account.changeEmail('p7@example.org', 'a7@example.org');
    sandbox.account.changeEmail('p8@example.org', 'z8@example.org');
    const emails = column(await get(`${path}?order_by=EMAIL%20ASC`), 'email').map((one) => String(one).toLowerCase());
    expect(emails).toEqual([...emails].sort());
    expect(emails).toHaveLength(20);
    expect(emails).toEqual(expect.arrayContaining(['p10a@example.org', 'a7@example.org', 'z8@example.org']));
    const descending = column(await get(`${path}?order_by=email%20desc`), 'email').map((one) =>
      String(one).toLowerCase(),
    );
    expect(descending).toEqual(emails.reverse());
  });

  test('follows a timestamp that changes between two pages', async () => {
    const { get, path, sandbox, id } = await group(3);
    const first = await get(`${path}?order_by=registered%20desc&pagesize=1`);
    expect(column(first, 'registered')).toEqual([start]);
    sandbox.clock.advance(10);
    sandbox.account.addReceiver(id, { email: 'new@example.org' });
    expect(column(await get(`${path}?order_by=registered%20desc&pagesize=1`), 'email')).toEqual(['new@example.org']);
  });

  test('is by id without order_by or if it has no effect, and can be refused', async () => {
    const { get, path, sandbox } = await group(5, { orderBy: 'ignored' });
    const ids = column(await get(`${path}?order_by=email%20desc`), 'id').map(Number);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    sandbox.switches.orderBy = 'rejected';
    expect((await get(`${path}?order_by=email%20asc`)).status).toBe(400);
    expect((await get(path)).status).toBe(200);
    sandbox.switches.orderBy = 'honoured';
    expect((await get(`${path}?order_by=shoe_size`)).status).toBe(400);
  });
});

describe('selection', () => {
  test('type distinguishes active, inactive and bounced receivers', async () => {
    const { get, path, sandbox, id } = await group(4);
    sandbox.account.unsubscribe(id, 'p0@example.org');
    sandbox.account.bounce(id, 'p1@example.org');
    sandbox.account.addReceiver(id, { email: 'waiting@example.org', activated: 0 });
    const emails = async (type: string) => column(await get(`${path}?order_by=email%20asc&type=${type}`), 'email');
    expect(await emails('active')).toEqual(['p2@example.org', 'p3@example.org']);
    expect(await emails('inactive')).toEqual(['p0@example.org', 'waiting@example.org']);
    expect(await emails('bounce')).toEqual(['p1@example.org']);
    expect(await emails('all')).toHaveLength(5);
    expect((await get(`${path}?type=bounced`)).status).toBe(400);
    expect((await get(`/groups/${id}/stats`)).body).toMatchObject({
      total_count: 5,
      active_count: 2,
      inactive_count: 2,
      bounce_count: 1,
    });
  });

  test('email_list and id_list name receivers, still in pages of 50', async () => {
    const { get, path, sandbox, id } = await group(60);
    const all = column(await get(`${path}?pagesize=60`), 'id').join(',');
    expect(rowsOf(await get(`${path}?id_list=${all}`))).toHaveLength(50);
    expect(rowsOf(await get(`${path}?id_list=${all}&pagesize=60`))).toHaveLength(60);
    sandbox.account.unsubscribe(id, 'p1@example.org');
    const list = `email_list=${encodeURIComponent('p1@example.org,P2@Example.org,nobody@example.org')}`;
    expect(column(await get(`${path}?${list}`), 'email')).toEqual(['p1@example.org', 'p2@example.org']);
    expect(column(await get(`${path}?${list}&type=active`), 'email')).toEqual(['p2@example.org']);
    sandbox.switches.emailLookup = 'sensitive';
    expect(column(await get(`${path}?${list}`), 'email')).toEqual(['p1@example.org']);
    expect(rowsOf(await get(`${path}?email_list=`))).toEqual([]);
  });

  test('an address may be stored in two spellings, and a list shows both', async () => {
    const { get, path, sandbox, id } = await group(1);
    const second = sandbox.account.addSpelling(id, { email: 'P0@example.org' });
    const asked = async (email: string) => column(await get(`${path}?email_list=${email}`), 'email');
    expect(await asked('P0@Example.org')).toEqual(['p0@example.org', 'P0@example.org']);
    expect((await get(`${path}/P0@example.org`)).body).toMatchObject({ id: second });
    sandbox.switches.emailLookup = 'sensitive';
    expect(await asked('P0@example.org')).toEqual(['P0@example.org']);
    sandbox.account.remove(id, second);
    sandbox.switches.emailLookup = 'insensitive';
    expect(await asked('P0@example.org')).toEqual(['p0@example.org']);
  });

  test('detail is a bit mask of events, orders and tags', async () => {
    const { get, path } = await group(1);
    const members = async (detail: string) => {
      const row = rowsOf(await get(`${path}?detail=${detail}`))[0] ?? {};
      return ['events', 'orders', 'tags'].filter((name) => name in row);
    };
    expect(await members('')).toEqual([]);
    expect(await members('1')).toEqual(['events']);
    expect(await members('2')).toEqual(['orders']);
    expect(await members('4')).toEqual(['tags']);
    expect(await members('5')).toEqual(['events', 'tags']);
  });

  test.each([
    ['404', 404],
    ['400', 400],
    ['405', 405],
    ['empty', 200],
  ] as const)('answers an unknown group with %s', async (unknownGroup, status) => {
    const { get, call } = await group(1, { unknownGroup });
    const list = await get('/groups/4/receivers');
    expect(list.status).toBe(status);
    expect(JSON.stringify(list.body)).toMatch(status === 200 ? /^\[\]$/ : /invalid group/);
    expect((await call('POST', '/groups/4/receivers', { email: 'a@example.org' })).status).toBe(
      status === 200 ? 404 : status,
    );
  });
});

describe('paths of calls', () => {
  test('work with .json on any segment, a trailing slash, an id or an address', async () => {
    const { get, id } = await group(1);
    const receiver = rowsOf(await get(`/groups/${id}/receivers`))[0];
    const path = `/groups/${id}/receivers/${String(receiver?.['id'])}`;
    const variants = [
      path,
      `${path}.json`,
      `/groups.json/${id}/receivers.json/p0@example.org/`,
      `/groups/${id}/receivers/p0%40example.org`,
    ];
    for (const variant of variants) expect((await get(variant)).body).toMatchObject({ id: receiver?.['id'] });
    expect((await get('/nowhere')).body).toEqual({ error: { code: 404, message: 'Not Found' } });
  });
});
