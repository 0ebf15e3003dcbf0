import { closeAll, connect, start, type Client } from '../../support/sandbox/client';

afterEach(closeAll);

interface Setting extends Client {
  group: string;
  other: string;
  id: string;
}

/** A receiver in two groups. */
async function setting(switches = {}): Promise<Setting> {
  const client = await connect(switches);
  const { account } = client.sandbox;
  const group = account.addGroup('A');
  const other = account.addGroup('B');
  const id = account.addReceiver(group, { email: "o'brien@example.org", registered: start - 100 });
  account.addReceiver(other, { email: "o'brien@example.org", registered: start - 100 });
  return { ...client, group, other, id };
}

/** The list of events or orders of a receiver in a list with every bit but one, and with that one alone. */
async function masked({ get }: Client, group: string, name: 'events' | 'orders'): Promise<unknown[]> {
  const bit = name === 'events' ? 1 : 2;
  const [without] = (await get(`/groups/${group}/receivers?detail=${7 - bit}`)).body as Record<string, unknown>[];
  expect(without).not.toHaveProperty(name);
  const [row] = (await get(`/groups/${group}/receivers?detail=${bit}`)).body as Record<string, unknown[]>[];
  return row?.[name] ?? [];
}

const purchase = { type: 'shop', type_id: 'basket', value: '3', mailing_id: 4711 };

describe.each([
  ['of a group', ({ group, id }: Setting) => `/groups/${group}/receivers/${id}`],
  ['by address', ({ group }: Setting) => `/groups/${group}/receivers/o'brien@example.org`],
])('a receiver %s', (_, pathOf) => {
  test('gets an event, alone or in a list, which shows in the detail mask of this group', async () => {
    const at = await setting();
    expect(await at.call('POST', `${pathOf(at)}/events`, purchase)).toMatchObject({ status: 200, body: true });
    await at.call('POST', `${pathOf(at)}/events`, [
      { type: 'a', stamp: start - 10 },
      { type: 'b', stamp: start + 10 },
    ]);
    const events = await masked(at, at.group, 'events');
    expect(events).toMatchObject([
      { type: 'b', stamp: start + 10, groups_id: at.group },
      { type: 'shop', type_id: 'basket', value: '3', mailing_id: '4711', stamp: start },
      { type: 'a', stamp: start - 10 },
      { type: 'log' },
    ]);
    expect((await at.get(`${pathOf(at)}/events`)).body).toEqual(events);
    expect((await at.get(pathOf(at))).body).toMatchObject({ events });
    expect(await masked(at, at.other, 'events')).toHaveLength(1);
  });

  test('gets an order, alone or in a list, which shows in the detail mask of this group', async () => {
    const at = await setting();
    const line = { order_id: 'A-1', product: 'Book', price: 9.5, quantity: 2, currency: 'EUR', mailing_id: '4711' };
    expect(await at.call('POST', `${pathOf(at)}/orders`, line)).toMatchObject({ status: 200, body: true });
    await at.call('POST', `${pathOf(at)}/orders`, [
      { order_id: 'A-1', product: 'Pen' },
      { order_id: 7, product: 'Cup' },
    ]);
    const orders = await masked(at, at.group, 'orders');
    expect(orders).toEqual([
      { order_id: 'A-1', product: 'Book', price: 9.5, amount: 2, currency: 'EUR', mailing_id: '4711', stamp: start },
      { order_id: 'A-1', product: 'Pen', amount: 1, stamp: start },
      { order_id: 7, product: 'Cup', amount: 1, stamp: start },
    ]);
    expect((await at.get(`${pathOf(at)}/orders`)).body).toEqual(orders);
    expect((await at.get(`${pathOf(at)}/orders/A-1`)).body).toEqual(orders.slice(0, 2));
    expect(await masked(at, at.other, 'orders')).toEqual([]);
  });

  test('has an order changed and deleted by its id', async () => {
    const at = await setting();
    const lines = [
      { order_id: 'A-1', product: 'Book', quantity: 2 },
      { order_id: 'A-2', product: 'Pen' },
    ];
    await at.call('POST', `${pathOf(at)}/orders`, lines);
    expect((await at.call('PUT', `${pathOf(at)}/orders/A-1`, { price: 5, order_id: 'A-9' })).status).toBe(200);
    expect((await at.get(`${pathOf(at)}/orders/A-1`)).body).toMatchObject([{ order_id: 'A-1', price: 5, amount: 2 }]);
    expect(await at.call('DELETE', `${pathOf(at)}/orders/A-1`)).toMatchObject({ status: 200, body: true });
    expect((await at.get(`${pathOf(at)}/orders`)).body).toMatchObject([{ order_id: 'A-2' }]);
    for (const method of ['GET', 'DELETE']) {
      expect((await at.call(method, `${pathOf(at)}/orders/A-1`)).status).toBe(404);
    }
    expect((await at.call('PUT', `${pathOf(at)}/orders/A-1`, {})).status).toBe(404);
  });
});

describe('a person across all groups', () => {
  test('gets events and orders that show in every group', async () => {
    const at = await setting();
    await at.call('POST', `/receivers/${at.id}/events`, [purchase, { type: 'b' }]);
    await at.call('POST', `/receivers/${at.id}/orders`, { order_id: 'A-1', product: 'Book' });
    for (const group of [at.group, at.other]) {
      expect(await masked(at, group, 'events')).toMatchObject([
        { type: 'b', groups_id: '0' },
        { type: 'shop' },
        { type: 'log' },
      ]);
      expect(await masked(at, group, 'orders')).toMatchObject([{ order_id: 'A-1' }]);
    }
    expect((await at.get(`/receivers/${at.id}/orders`)).body).toMatchObject([{ order_id: 'A-1' }]);
    expect((await at.get(`/receivers/${at.id}/events`)).body).toHaveLength(4);
    expect((await at.call('DELETE', `/groups/${at.other}/receivers/${at.id}/orders/A-1`)).status).toBe(200);
    expect((await at.get(`/receivers/${at.id}/orders`)).body).toEqual([]);
  });

  test('gets them in one group if the row or the query names it', async () => {
    const at = await setting();
    await at.call('POST', `/receivers/${at.id}/events`, [{ type: 'b', group_id: Number(at.other) }]);
    await at.call('POST', `/receivers/${at.id}/orders?group_id=${at.other}`, [{ order_id: 'A-1', product: 'Book' }]);
    expect(await masked(at, at.group, 'events')).toHaveLength(1);
    expect(await masked(at, at.group, 'orders')).toEqual([]);
    expect(await masked(at, at.other, 'events')).toMatchObject([{ type: 'b', groups_id: at.other }, { type: 'log' }]);
    expect(await masked(at, at.other, 'orders')).toMatchObject([{ order_id: 'A-1', stamp: start }]);
  });

  test('shows the newest 250 events', async () => {
    const at = await setting();
    const many = Array.from({ length: 300 }, (_, index) => ({ type: 'shop', stamp: start + index }));
    await at.call('POST', `/receivers/${at.id}/events`, many);
    const events = await masked(at, at.group, 'events');
    expect(events).toHaveLength(250);
    expect([events[0], events[249]]).toMatchObject([{ stamp: start + 299 }, { stamp: start + 50 }]);
    expect((await at.get(`/receivers/${at.id}/events`)).body).toHaveLength(250);
  });
});

describe('invalid input is refused, and none of it is stored:', () => {
  test.each<[string, unknown, number]>([
    ['an event without a type', { value: 'x' }, 400],
    ['an event that is a string', '"x"', 400],
    ['no events', [], 400],
    ['no body', undefined, 400],
    ['one bad event among good ones', [purchase, {}], 400],
    ['an unknown group', { ...purchase, group_id: '9' }, 404],
    ['more than a bulk write may hold', Array.from({ length: 6 }, () => purchase), 413],
  ])('%s', async (_, body, status) => {
    const at = await setting({ maxBatch: 5 });
    expect((await at.call('POST', `/receivers/${at.id}/events`, body)).status).toBe(status);
    expect(await masked(at, at.group, 'events')).toHaveLength(1);
  });

  test.each<[string, unknown, number]>([
    ['an order without an id', { product: 'Book' }, 400],
    ['an order without a product', { order_id: 'A-1' }, 400],
    ['one bad order among good ones', [{ order_id: 'A-1', product: 'Book' }, {}], 400],
    ['more than a bulk write may hold', Array.from({ length: 6 }, () => ({ order_id: 'A-1', product: 'x' })), 413],
  ])('%s', async (_, body, status) => {
    const at = await setting({ maxBatch: 5 });
    for (const path of [`/receivers/${at.id}/orders`, `/groups/${at.group}/receivers/${at.id}/orders`]) {
      expect((await at.call('POST', path, body)).status).toBe(status);
    }
    expect(await masked(at, at.group, 'orders')).toEqual([]);
  });

  test('a receiver that does not exist or is not in the group', async () => {
    const at = await setting();
    const group = at.sandbox.account.addGroup('C');
    for (const path of [`/receivers/9`, `/groups/${group}/receivers/${at.id}`, `/groups/9/receivers/${at.id}`]) {
      for (const what of ['events', 'orders']) {
        const answers = [
          await at.call('POST', `${path}/${what}`, { type: 'x', order_id: 'A-1', product: 'x' }),
          await at.get(`${path}/${what}`),
        ];
        expect(answers.map(({ status }) => status)).toEqual([404, 404]);
      }
    }
  });
});
