import type { Switches } from '../../../sandbox';
import { SeededHistory } from '../../../sandbox/seededHistory';
import { closeAll, column, connect, rowsOf, start, type Answer, type Client } from '../../support/sandbox/client';

afterEach(closeAll);

const email = 'jo@example.org';
const day = 86_400;
type Field = 'registered' | 'activated' | 'deactivated' | 'bounced';
const fields: readonly Field[] = ['registered', 'activated', 'deactivated', 'bounced'];

const bigger = (field: string, limit: number, operator = '') => ({
  operator,
  field,
  logic: 'bg',
  condition: String(limit),
});

interface Setting extends Client {
  group: string;
  filter: (rules: object[], more?: object) => Promise<Answer>;
}

async function setting(switches: Partial<Switches> = {}): Promise<Setting> {
  const client = await connect(switches);
  const group = client.sandbox.account.addGroup('A');
  const filter = (rules: object[], more: object = {}) =>
    client.call('POST', '/receivers/filter', { groups: [group], rules, pagesize: 5000, ...more });
  return { ...client, group, filter };
}

/** An account with seeded receivers, of which some have changed in each way. */
async function changed(receivers: number): Promise<Setting> {
  const client = await setting();
  const { sandbox, filter } = client;
  const [group = ''] = sandbox.seed({ receivers }).groups;
  const rows = sandbox.account.receivers(group);
  const at = (index: number) => String(rows[index]?.['email']);
  sandbox.clock.advance(10);
  sandbox.account.unsubscribe(group, at(1));
  sandbox.account.bounce(group, at(3));
  sandbox.account.edit(group, at(5), { tags: ['edited'] });
  sandbox.account.remove(group, at(7));
  sandbox.account.changeEmail(at(9), 'zz@example.org');
  sandbox.account.addReceiver(group, { email });
  return { ...client, group, filter: (rules, more) => filter(rules, { groups: [group], ...more }) };
}

describe('a filter on timestamps of seeded receivers', () => {
  test.each(fields.flatMap((field) => [0, 3, 7, 200].map((days) => [field, days] as const)))(
    'finds the same as a look at each receiver: %s in the last %d days',
    async (field, days) => {
      const { sandbox, group, filter } = await changed(300);
      const expected = sandbox.account
        .receivers(group)
        .filter((row) => Number(row[field]) > start - days * day)
        .map((row) => row['email']);
      const answer = await filter([bigger(field, start - days * day)], { orderby: 'email asc' });
      expect(column(answer, 'email')).toEqual(expected);
    },
  );

  test.each([
    ['strict', 0],
    ['inclusive', 1],
  ] as const)('regards the limit itself as the switch says: %s', async (filterBigger, more) => {
    const { sandbox, group, filter } = await changed(300);
    sandbox.switches.filterBigger = filterBigger;
    const newest = Math.max(...sandbox.account.receivers(group).map((row) => Number(row['registered'])));
    const seeded = sandbox.account.receivers(group).map((row) => Number(row['registered']));
    const second = Math.max(...seeded.filter((stamp) => stamp < newest));
    expect(rowsOf(await filter([bigger('registered', second)]))).toHaveLength(1 + more);
  });

  test('joined by OR finds also those that only the other rule selects', async () => {
    const { filter } = await changed(300);
    const recent = bigger('deactivated', start);
    const any = { field: 'email', logic: 'contains', condition: '@' };
    expect(rowsOf(await filter([recent]))).toHaveLength(1);
    expect(rowsOf(await filter([recent, { ...any, operator: 'OR' }]))).toHaveLength(300);
    expect(rowsOf(await filter([any, { ...recent, operator: 'OR' }]))).toHaveLength(300);
    expect(rowsOf(await filter([any, { ...any, operator: 'OR' }, { ...recent, operator: 'AND' }]))).toHaveLength(1);
  });

  test('looks at changed receivers only where no other can match', async () => {
    const { filter } = await changed(100_000);
    const looks = jest.spyOn(SeededHistory.prototype, 'timestampsAt');
    for (const field of fields) await filter([bigger(field, start)], { orderby: 'activated desc' });
    expect(looks.mock.calls.length).toBeLessThan(100);
    looks.mockRestore();
  });

  test('comes in pages across groups, in order', async () => {
    const { sandbox, call } = await connect();
    const { groups } = sandbox.seed({ groups: 3, receivers: 40 });
    const expected = groups.flatMap((group) => sandbox.account.receivers(group).map((row) => [group, row['id']]));
    const found: unknown[] = [];
    for (let page = 0; page < 5; page += 1) {
      const body = { rules: [bigger('registered', 0)], orderby: 'email asc', pagesize: 25, page };
      found.push(...rowsOf(await call('POST', '/receivers/filter', body)).map((row) => [row['group_id'], row['id']]));
    }
    expect(found).toEqual(expected);
  });
});

describe('a filter by a switch', () => {
  test('may be missing', async () => {
    const { filter } = await setting({ filterEndpoint: 'missing' });
    expect(await filter([])).toMatchObject({ status: 404, body: { error: { code: 404 } } });
  });

  test('may ignore its rules and return every receiver in pages', async () => {
    const { sandbox, filter } = await setting({ filterRules: 'ignored' });
    const [group = ''] = sandbox.seed({ receivers: 30 }).groups;
    const page = (number: number) =>
      filter([bigger('no', start)], { groups: [group], activeonly: true, pagesize: 20, page: number });
    const ids = [...column(await page(0), 'id'), ...column(await page(1), 'id')];
    expect(new Set(ids).size).toBe(30);
    expect((await page(2)).body).toEqual([]);
  });

  test('may ignore its groups', async () => {
    const { sandbox, filter, group } = await setting();
    const other = sandbox.account.addGroup('B');
    for (const one of [group, other]) sandbox.account.addReceiver(one, { email });
    const groups = async () => column(await filter([bigger('registered', 0)]), 'group_id');
    expect(await groups()).toEqual([group]);
    sandbox.switches.filterGroups = 'ignored';
    expect(await groups()).toEqual([group, other]);
  });

  test('may leave out attributes of the group and tags', async () => {
    const { sandbox, filter, group } = await setting();
    sandbox.account.addReceiver(group, { email, tags: ['vip'] });
    const row = async () => rowsOf(await filter([], { detail: 4 }))[0];
    expect(await row()).toMatchObject({ attributes: {}, tags: ['vip'] });
    sandbox.switches.filterAttributes = 'missing';
    expect(Object.keys((await row()) ?? {})).not.toEqual(expect.arrayContaining(['attributes']));
    expect(await row()).toMatchObject({ email, global_attributes: {}, registered: start });
    expect(await row()).not.toHaveProperty('tags');
  });

  test.each(['honoured', 'ignored'] as const)(
    'may never return a share of the receivers (rules: %s)',
    async (rules) => {
      const { sandbox, filter } = await setting({ filterRules: rules });
      const [group = ''] = sandbox.seed({ receivers: 1000 }).groups;
      const ids = async () => column(await filter([bigger('registered', 0)], { groups: [group] }), 'id');
      const all = await ids();
      sandbox.switches.filterDrops = 20;
      const some = await ids();
      expect(some.length).toBeGreaterThan(700);
      expect(some.length).toBeLessThan(900);
      expect(await ids()).toEqual(some);
      expect(all).toEqual(expect.arrayContaining(some));
      sandbox.switches.filterDrops = 100;
      expect(await ids()).toEqual([]);
    },
  );
});

describe('a filter that sees changes late', () => {
  test('knows a change of state after the seconds of the switch, and shows the present values', async () => {
    const { sandbox, filter, group } = await setting({ filterLagSeconds: 60 });
    sandbox.account.addReceiver(group, { email });
    const left = async () => rowsOf(await filter([bigger('deactivated', 0)]));
    const isNew = async () => rowsOf(await filter([bigger('registered', start - 1)]));
    expect(await isNew()).toEqual([]);
    sandbox.clock.advance(60);
    expect(await isNew()).toHaveLength(1);
    sandbox.account.unsubscribe(group, email);
    sandbox.clock.advance(59);
    expect(await left()).toEqual([]);
    expect(await isNew()).toMatchObject([{ deactivated: start + 60, active: false }]);
    expect(rowsOf(await filter([], { activeonly: true }))).toHaveLength(1);
    sandbox.clock.advance(1);
    expect(await left()).toHaveLength(1);
    expect(rowsOf(await filter([], { activeonly: true }))).toHaveLength(0);
  });

  test('sees several changes one after the other', async () => {
    const { sandbox, filter } = await setting({ filterLagSeconds: 60 });
    const [group = ''] = sandbox.seed({ receivers: 20 }).groups;
    const id = String(sandbox.account.receivers(group).find((row) => row['active'] === true)?.['id']);
    const found = async (field: string) =>
      rowsOf(await filter([bigger(field, start - 1)], { groups: [group] })).map((row) => row['id']);
    sandbox.account.bounce(group, id);
    sandbox.clock.advance(30);
    sandbox.account.unsubscribe(group, id);
    sandbox.account.edit(group, id, { tags: ['a'] });
    expect([await found('bounced'), await found('deactivated')]).toEqual([[], []]);
    sandbox.clock.advance(30);
    expect([await found('bounced'), await found('deactivated')]).toEqual([[id], []]);
    sandbox.clock.advance(30);
    expect([await found('bounced'), await found('deactivated')]).toEqual([[id], [id]]);
  });

  test('does not return a receiver that was deleted', async () => {
    const { sandbox, filter, group } = await setting({ filterLagSeconds: 60 });
    sandbox.account.addReceiver(group, { email });
    sandbox.clock.advance(100);
    sandbox.account.remove(group, email);
    expect(rowsOf(await filter([bigger('registered', 0)]))).toEqual([]);
  });
});
