import { closeAll, column, connect, rowsOf, start } from '../../support/sandbox/client';

afterEach(closeAll);

describe('a receiver', () => {
  test('has every defined attribute as a string, the timestamps as numbers and the ids as numeric strings', async () => {
    const { sandbox, get } = await connect();
    const { account } = sandbox;
    const group = account.addGroup('News');
    account.addAttribute({ name: 'firstname' });
    account.addAttribute({ name: 'birthday', type: 'date' });
    account.addAttribute({ name: 'Store Name', groupId: group });
    const id = account.addReceiver(group, {
      email: 'Jö@example.org',
      global_attributes: { firstname: 'Jö' },
      tags: ['a b'],
    });
    expect((await get(`/groups/${group}/receivers/${id}`)).body).toEqual({
      id,
      email: 'Jö@example.org',
      imported: 0,
      bounced: 0,
      group_id: group,
      activated: start,
      registered: start,
      deactivated: 0,
      last_ip: '',
      last_location: '',
      last_client: '',
      points: 0,
      stars: 0,
      source: 'Backend (sandbox)',
      attributes: { store_name: '' },
      global_attributes: { firstname: 'Jö', birthday: '' },
      active: true,
      conversion_rate: 0,
      open_rate: 0,
      click_rate: 0,
      tags: ['a_b'],
      events: [
        { stamp: start, type: 'log', type_id: '', value: 'created by sandbox', mailing_id: '0', groups_id: group },
      ],
      orders: [],
    });
    expect(account.receiver(group, id)).toEqual((await get(`/groups/${group}/receivers/${id}`)).body);
  });

  test('has the other shapes that the switches name', async () => {
    const { sandbox, get } = await connect({
      ids: 'numbers',
      emptyMaps: 'array',
      activeAs: 'digit',
      singleAnswer: 'list',
    });
    const group = sandbox.account.addGroup('News');
    const id = sandbox.account.addReceiver(group, { email: 'a@example.org' });
    const path = `/groups/${group}/receivers/${id}`;
    expect((await get(path)).body).toMatchObject([
      { id: Number(id), group_id: Number(group), active: '1', attributes: [], global_attributes: [] },
    ]);
    expect((await get(`/groups/${group}`)).body).toMatchObject([{ id: Number(group) }]);
    sandbox.switches.activeAs = 'boolean';
    sandbox.switches.emptyMaps = 'object';
    sandbox.switches.singleAnswer = 'object';
    expect((await get(path)).body).toMatchObject({ active: true, attributes: {}, global_attributes: {} });
  });

  test.each(['escaped', 'utf8'] as const)('has its letters %s', async (unicode) => {
    const { sandbox, token } = await connect({ unicode });
    sandbox.account.addGroup('Grüße');
    const response = await fetch(`${sandbox.url}/v3/groups`, { headers: { authorization: `Bearer ${token}` } });
    const text = await response.text();
    expect(text.includes('ü')).toBe(unicode === 'utf8');
    expect(JSON.parse(text)).toMatchObject([{ name: 'Grüße' }]);
  });

  test('shows at most 250 events, the newest first', async () => {
    const { sandbox } = await connect();
    const group = sandbox.account.addGroup('News');
    const id = sandbox.account.addReceiver(group, { email: 'a@example.org' });
    for (let index = 0; index < 300; index += 1) {
      sandbox.clock.advance(1);
      sandbox.account.recordMail(group, id, 'mail_open');
    }
    const events = sandbox.account.receiver(group, id)?.['events'];
    expect(events).toHaveLength(250);
    expect(events).toMatchObject({ 0: { stamp: start + 300 }, 249: { stamp: start + 51 } });
  });

  test.each([
    ['absent', undefined],
    ['everything', start + 20],
    ['attributes', start + 10],
    ['never', start],
  ] as const)('has last_changed: %s', async (lastChanged, expected) => {
    const { sandbox } = await connect({ lastChanged });
    const { account, clock } = sandbox;
    account.addAttribute({ name: 'firstname' });
    const group = account.addGroup('News');
    const id = account.addReceiver(group, { email: 'a@example.org' });
    clock.advance(10);
    account.edit(group, id, { global_attributes: { firstname: 'A' } });
    clock.advance(10);
    account.edit(group, id, { tags: ['x'] });
    expect(account.receiver(group, id)?.['last_changed']).toBe(expected);
  });

  test.each([
    ['affectedGroups', 1, 2],
    ['groupOfTheWrite', 1, 1],
    ['everyGroup', 3, 4],
  ] as const)('shows what happened in another group: %s', async (eventsShownIn, afterTags, afterName) => {
    const { sandbox } = await connect({ eventsShownIn });
    const { account } = sandbox;
    account.addAttribute({ name: 'firstname' });
    const [first, second] = [account.addGroup('A'), account.addGroup('B')];
    const id = account.addReceiver(first, { email: 'a@example.org' });
    expect(account.addReceiver(second, { email: 'a@example.org' })).toBe(id);
    account.edit(first, id, { tags: ['x'] });
    expect(account.receiver(second, id)?.['events']).toHaveLength(afterTags);
    account.edit(first, id, { global_attributes: { firstname: 'A' } });
    expect(account.receiver(second, id)?.['events']).toHaveLength(afterName);
  });

  test('shows dates in the format of the switch', async () => {
    const { sandbox } = await connect();
    const { account } = sandbox;
    account.addAttribute({ name: 'birthday', type: 'date' });
    const group = account.addGroup('A');
    const id = account.addReceiver(group, { email: 'a@example.org', global_attributes: { birthday: '3.11.1990' } });
    expect(account.receiver(group, id)).toMatchObject({ global_attributes: { birthday: '1990-11-03' } });
    sandbox.switches.dateFormat = 'd.m.Y';
    expect(account.receiver(group, id)).toMatchObject({ global_attributes: { birthday: '03.11.1990' } });
  });
});

describe('a person across groups', () => {
  test('has one id, one address and one set of global attributes, but timestamps, tags and attributes per group', async () => {
    const { sandbox, get } = await connect();
    const { account } = sandbox;
    account.addAttribute({ name: 'firstname' });
    const [first, second] = [account.addGroup('A'), account.addGroup('B')];
    const id = account.addReceiver(first, {
      email: 'a@example.org',
      tags: ['x'],
      global_attributes: { firstname: 'Jo' },
    });
    account.addReceiver(second, { email: 'A@example.org', activated: 0 });
    expect(account.receiver(second, id)).toMatchObject({
      active: false,
      tags: [],
      global_attributes: { firstname: 'Jo' },
    });
    expect(column(await get('/receivers/a@example.org/groups'), 'id')).toEqual([first, second]);
    expect((await get(`/receivers/${id}`)).body).toMatchObject({ id, registered: 0, attributes: {}, tags: [] });
    expect((await get(`/receivers/${id}?group_id=${first}`)).body).toMatchObject({ group_id: first, tags: ['x'] });
    expect(rowsOf(await get(`/receivers/${id}/attributes`))).toMatchObject([{ name: 'firstname', value: 'Jo' }]);
    account.remove(first, id);
    expect((await get(`/receivers/${id}?group_id=${first}`)).status).toBe(404);
    account.remove(second, id);
    expect((await get(`/receivers/${id}`)).status).toBe(404);
  });

  test('that does not exist is a 404, or an empty list', async () => {
    const { sandbox, get } = await connect({ missingReceiver: 'empty' });
    const group = sandbox.account.addGroup('A');
    const paths = [
      `/groups/${group}/receivers/1`,
      '/receivers/no@example.org',
      `/receivers/no@example.org?group_id=${group}`,
    ];
    for (const path of paths) expect(await get(path)).toMatchObject({ status: 200, body: [] });
    sandbox.switches.missingReceiver = '404';
    for (const path of paths) {
      expect((await get(path)).body).toEqual({ error: { code: 404, message: 'Not Found: invalid receiver' } });
    }
  });
});
