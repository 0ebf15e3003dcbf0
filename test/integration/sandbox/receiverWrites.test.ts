import type { Switches } from '../../../sandbox';
import { closeAll, column, connect, rowsOf, start, type Client } from '../../support/sandbox/client';

afterEach(closeAll);

async function group(switches: Partial<Switches> = {}): Promise<Client & { id: string; path: string }> {
  const client = await connect(switches);
  client.sandbox.account.addAttribute({ name: 'firstname' });
  client.sandbox.account.addAttribute({ name: 'visits', type: 'number' });
  const id = client.sandbox.account.addGroup('News');
  client.sandbox.account.addAttribute({ name: 'store', groupId: id });
  return { ...client, id, path: `/groups/${id}/receivers` };
}

const email = 'jo@example.org';

describe('create', () => {
  test('answers with the full receiver, active immediately without a timestamp', async () => {
    const { call, path } = await group();
    const answer = await call('POST', path, { email, attributes: { store: 'Köln' }, tags: ['OIH.customer'] });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        email,
        active: true,
        registered: start,
        activated: start,
        source: 'RESTful API',
        attributes: { store: 'Köln' },
        tags: ['OIH.customer'],
        events: [{ type: 'api', type_id: 'REST insert' }],
      },
    });
  });

  test.each([
    [{}, true],
    [{ registered: start, activated: 0 }, false],
    [{ registered: start, activated: String(start) }, true],
    [{ deactivated: 1 }, false],
  ])('with the timestamps %j sets active to %s', async (stamps, active) => {
    const { call, path } = await group();
    expect((await call('POST', path, { email, ...stamps })).body).toMatchObject({ active, ...numbers(stamps) });
  });

  test('waits for a double opt-in if omitted timestamps mean that, and can answer 201', async () => {
    const { call, path } = await group({ stampsOmitted: 'waiting', createdStatus: 201 });
    expect(await call('POST', path, { email })).toMatchObject({ status: 201, body: { active: false, activated: 0 } });
  });

  test.each([400, 409] as const)('refuses an address that exists with %d', async (duplicateStatus) => {
    const { call, path, sandbox, id } = await group({ duplicateStatus });
    await call('POST', path, { email });
    const answer = await call('POST', path, { email: 'JO@example.org', attributes: { store: 'x' } });
    expect(answer.status).toBe(duplicateStatus);
    expect(JSON.stringify(answer.body)).toMatch(/duplicate address/);
    expect(sandbox.account.size(id)).toBe(1);
  });

  test('refuses an invalid address and a body that is not an object', async () => {
    const { call, path } = await group();
    expect((await call('POST', path, { email: 'nope' })).body).toEqual({
      error: { code: 400, message: 'Bad Request: invalid address' },
    });
    expect((await call('POST', path, [])).status).toBe(400);
  });

  test('stores the address as sent or in lower case', async () => {
    const { call, path, get, sandbox } = await group();
    expect((await call('POST', path, { email: ' Jo@Example.org ' })).body).toMatchObject({ email: 'Jo@Example.org' });
    sandbox.switches.emailCase = 'lowered';
    expect((await call('POST', path, { email: 'Mia@Example.org' })).body).toMatchObject({ email: 'mia@example.org' });
    sandbox.switches.emailLookup = 'sensitive';
    expect((await get(`${path}/jo@example.org`)).status).toBe(404);
    expect((await get(`${path}/Jo@Example.org`)).status).toBe(200);
  });

  test.each([
    ['kept', 'jo@Müller.example', 200],
    ['ascii', 'jo@xn--mller-kva.example', 400],
    ['unicode', 'jo@müller.example', 400],
  ] as const)('stores a domain as the switch says, and recognises it in that form: %s', async (how, stored, again) => {
    const { call, path, sandbox } = await group();
    sandbox.switches.emailDomain = how;
    expect((await call('POST', path, { email: 'jo@Müller.example' })).body).toMatchObject({ email: stored });
    expect((await call('POST', path, { email: 'jo@xn--mller-kva.example' })).status).toBe(again);
  });
});

describe('attributes', () => {
  test('are merged, cleared with an empty string and incremented with +n', async () => {
    const { call, path, sandbox, id } = await group();
    await call('POST', path, { email, global_attributes: { firstname: 'Jo', visits: 4 }, attributes: { store: 'A' } });
    await call('POST', `${path}/upsertplus`, [
      { email, attributes: { store: '' }, global_attributes: { visits: '+5' } },
    ]);
    expect(sandbox.account.receiver(id, email)).toMatchObject({
      attributes: { store: '' },
      global_attributes: { firstname: 'Jo', visits: '9' },
    });
    await call('POST', `${path}/upsertplus`, [
      { email, global_attributes: { firstname: '+49' }, attributes: 'store:B' },
    ]);
    expect(sandbox.account.receiver(id, email)).toMatchObject({
      attributes: { store: 'B' },
      global_attributes: { firstname: '+49' },
    });
  });

  test('that are not defined, or belong to the other map, are dropped silently or refused', async () => {
    const { call, path, sandbox, id } = await group();
    const row = { email, attributes: { firstname: 'Jo' }, global_attributes: { shoe_size: '40' } };
    expect((await call('POST', path, row)).body).toMatchObject({
      global_attributes: { firstname: '' },
      attributes: { store: '' },
    });
    sandbox.switches.unknownAttributes = 'rejected';
    expect((await call('POST', path, { ...row, email: 'b@example.org' })).status).toBe(400);
    expect(sandbox.account.size(id)).toBe(1);
  });

  test('with upper case in their names are converted to lower case or dropped', async () => {
    const { call, path, sandbox } = await group();
    const row = { email, attributes: { Store: 'A' } };
    expect((await call('POST', path, row)).body).toMatchObject({ attributes: { store: 'A' } });
    sandbox.switches.attributeNames = 'dropped';
    expect((await call('POST', path, { ...row, email: 'b@example.org' })).body).toMatchObject({
      attributes: { store: '' },
    });
  });
});

describe('upsertplus', () => {
  test('answers with full receivers; refused rows are missing, and a duplicate address is returned twice', async () => {
    const { call, path } = await group();
    const answer = await call('POST', `${path}/upsertplus`, [
      { email },
      { email: 'nope' },
      { email: 'B@example.org' },
      { email },
    ]);
    expect(column(answer, 'email')).toEqual([email, 'B@example.org', email]);
    expect(rowsOf(answer)[0]).toMatchObject({ active: true, tags: [] });
  });

  test('may omit tags and unwrap an array of one', async () => {
    const { call, path } = await group({ upsertplusTags: false, arrayOfOne: 'unwrapped' });
    const { body } = await call('POST', `${path}/upsertplus`, [{ email }]);
    expect(body).toMatchObject({ email });
    expect(body).not.toHaveProperty('tags');
  });

  test('that fails as a whole is an error or 200 false', async () => {
    const { call, path, sandbox } = await group();
    expect((await call('POST', '/groups/4/receivers/upsertplus', [{ email }])).status).toBe(404);
    expect((await call('POST', `${path}/upsertplus`, [{ email: 'nope' }])).body).toEqual([]);
    expect((await call('POST', `${path}/upsertplus`, [])).status).toBe(400);
    sandbox.switches.wholeFailure = 'false';
    for (const [where, rows] of [
      ['/groups/4/receivers', [{ email }]],
      [path, [{ email: 'nope' }]],
      [path, []],
    ] as const) {
      expect(await call('POST', `${where}/upsertplus`, rows)).toMatchObject({ status: 200, body: false });
    }
  });

  test('refuses more rows than allowed with 413 and writes none', async () => {
    const { call, path, sandbox, id } = await group({ maxBatch: 2 });
    const rows = ['a', 'b', 'c'].map((name) => ({ email: `${name}@example.org` }));
    expect((await call('POST', `${path}/upsertplus`, rows)).status).toBe(413);
    expect(sandbox.account.size(id)).toBe(0);
    expect((await call('POST', `${path}/upsertplus`, rows.slice(1))).status).toBe(200);
  });

  test('omits a blocked address, or fails with 403', async () => {
    const { call, path, sandbox } = await group();
    sandbox.account.block('*@spam.example.org');
    const rows = [{ email }, { email: 'x@spam.example.org' }];
    expect(column(await call('POST', `${path}/upsertplus`, rows), 'email')).toEqual([email]);
    sandbox.switches.blockedRow = '403';
    expect((await call('POST', `${path}/upsertplus`, rows)).status).toBe(403);
    expect((await call('POST', path, rows[1])).status).toBe(403);
  });

  test('accepts the id instead of the address, and adds orders', async () => {
    const { call, path, sandbox, id } = await group();
    const receiver = sandbox.account.addReceiver(id, { email });
    await call('POST', `${path}/upsertplus`, [
      { id: receiver, orders: [{ order_id: '7', product: 'Book', quantity: 2 }] },
    ]);
    expect(sandbox.account.receiver(id, email)).toMatchObject({ orders: [{ order_id: '7', amount: 2, stamp: start }] });
  });
});

describe('upsert, insert and update', () => {
  test.each([
    ['string', ["invalid address 'nope'; "]],
    ['object', [{ status: 'invalid address' }]],
    ['missing', []],
  ] as const)('upsert answers row by row; a bad one as %s', async (invalidRow, bad) => {
    const { call, path, sandbox, id } = await group({ invalidRow });
    const known = sandbox.account.addReceiver(id, { email });
    const answer = await call('POST', `${path}/upsert`, [{ email: 'new@example.org' }, { email: 'nope' }, { email }]);
    expect(answer.body).toEqual([
      { status: 'insert success', id: sandbox.account.receiver(id, 'new@example.org')?.['id'] },
      ...bad,
      { status: 'update success', id: known },
    ]);
  });

  test('upsert of one object answers with the full receiver or an error', async () => {
    const { call, path } = await group();
    expect((await call('POST', `${path}/upsert`, { email })).body).toMatchObject({
      email,
      activated: start,
      events: [{}],
    });
    expect((await call('POST', `${path}/upsert`, { email: 'nope' })).status).toBe(400);
  });

  test('insert refuses known rows, update and updateplus unknown ones', async () => {
    const { call, path, sandbox, id } = await group();
    const known = sandbox.account.addReceiver(id, { email });
    const rows = [{ email }, { email: 'new@example.org' }];
    expect((await call('PUT', `${path}/update`, rows)).body).toEqual([
      { status: 'update success', id: known },
      "invalid receiver 'new@example.org'; ",
    ]);
    expect(column(await call('PUT', `${path}/updateplus`, rows), 'email')).toEqual([email]);
    expect((await call('POST', `${path}/insert`, rows)).body).toMatchObject([
      'duplicate address',
      { status: 'insert success' },
    ]);
  });

  test('insert may merge with known rows, or be unknown', async () => {
    const { call, path, sandbox, id } = await group({ bulkInsert: 'merges' });
    const known = sandbox.account.addReceiver(id, { email });
    expect((await call('POST', `${path}/insert`, [{ email }])).body).toEqual([{ status: 'update success', id: known }]);
    sandbox.switches.bulkInsert = 'missing';
    expect(await call('POST', `${path}/insert`, [{ email }])).toMatchObject({
      status: 404,
      body: { error: { code: 404, message: 'Not Found' } },
    });
  });
});

describe('timestamps of an existing receiver', () => {
  test('are no hazard if they are those that it has', async () => {
    const { call, path, sandbox, id } = await group();
    await call('POST', path, { email, registered: start, activated: 0 });
    await call('POST', `${path}/upsertplus`, [{ email, registered: start, activated: 0 }]);
    expect(sandbox.hazards).toEqual([]);
    expect(sandbox.account.receiver(id, email)).toMatchObject({ activated: 0 });
    await call('POST', `${path}/upsertplus`, [{ email, registered: start - 1, activated: 0 }]);
    expect(sandbox.hazards).toMatchObject([{ kind: 'stamps-of-existing' }]);
  });

  test('are optional and then leave the state unchanged', async () => {
    const { call, path, sandbox, id } = await group();
    sandbox.account.addReceiver(id, { email });
    sandbox.account.unsubscribe(id, email);
    await call('POST', `${path}/upsertplus`, [{ email, attributes: { store: 'A' } }]);
    expect(sandbox.account.receiver(id, email)).toMatchObject({
      active: false,
      deactivated: start,
      attributes: { store: 'A' },
    });
    expect(sandbox.hazards).toEqual([]);
  });

  test.each(['reactivates', 'ignored'] as const)(
    'with deactivated: 0 for an unsubscribed receiver: %s',
    async (deactivatedZero) => {
      const { call, path, sandbox, id } = await group({ deactivatedZero });
      sandbox.account.addReceiver(id, { email });
      sandbox.account.unsubscribe(id, email);
      await call('POST', `${path}/upsertplus`, [{ email, deactivated: 0 }]);
      const reactivated = deactivatedZero === 'reactivates';
      expect(sandbox.account.receiver(id, email)).toMatchObject({ active: reactivated });
      expect(sandbox.hazards.map((one) => one.kind)).toEqual([
        'stamps-of-existing',
        ...(reactivated ? ['reactivated'] : []),
      ]);
    },
  );

  test.each([true, false])(
    'with activated for an unsubscribed receiver take effect: %s',
    async (activatedOverridesUnsubscribe) => {
      const { call, path, sandbox, id } = await group({ activatedOverridesUnsubscribe });
      sandbox.account.addReceiver(id, { email });
      sandbox.account.unsubscribe(id, email);
      await call('POST', `${path}/upsertplus`, [{ email, activated: start }]);
      expect(sandbox.account.receiver(id, email)).toMatchObject({ active: activatedOverridesUnsubscribe });
      await call('PUT', `${path}/${email}/activate`);
      expect(sandbox.account.receiver(id, email)).toMatchObject({ active: activatedOverridesUnsubscribe });
    },
  );

  test('deactivate with activated: 0, and activate again with activated', async () => {
    const { call, path, sandbox, id } = await group();
    sandbox.account.addReceiver(id, { email });
    await call('POST', `${path}/upsertplus`, [{ email, activated: '0' }]);
    expect(sandbox.account.receiver(id, email)).toMatchObject({ active: false });
    await call('POST', `${path}/upsertplus`, [{ email, activated: start, registered: 1 }]);
    expect(sandbox.account.receiver(id, email)).toMatchObject({ active: true, registered: 1 });
  });
});

describe('one receiver', () => {
  test('PUT answers with the receiver or true, and does not change the address', async () => {
    const { call, path, sandbox, id } = await group();
    sandbox.account.addReceiver(id, { email });
    const row = { email: 'other@example.org', attributes: { store: 'A' } };
    expect((await call('PUT', `${path}/${email}`, row)).body).toMatchObject({ email, attributes: { store: 'A' } });
    sandbox.switches.putAnswer = 'true';
    expect((await call('PUT', `${path}/${email}`, {})).body).toBe(true);
    expect((await call('PUT', `${path}/no@example.org`, {})).status).toBe(404);
  });

  test('can be deactivated, activated, and changed in a single value', async () => {
    const { call, path, sandbox, id, get } = await group();
    sandbox.account.addReceiver(id, { email });
    expect((await call('PUT', `${path}/${email}/deactivate`)).body).toBe(true);
    expect(sandbox.account.receiver(id, email)).toMatchObject({ active: false, deactivated: start });
    expect((await call('PUT', `${path}/${email}/activate`)).body).toBe(true);
    expect(sandbox.account.receiver(id, email)).toMatchObject({ active: true, deactivated: 0 });
    const [firstname] = column(await get('/attributes'), 'id');
    const [store] = column(await get(`/groups/${id}/attributes`), 'id');
    expect((await call('PUT', `${path}/${email}/attributes/${String(store)}`, { value: 'B' })).body).toEqual({
      value: 'B',
    });
    expect((await call('PUT', `${path}/${email}/attributes/${String(firstname)}`, { value: 'Jo' })).body).toEqual({
      value: 'Jo',
    });
    expect((await call('PUT', `/receivers/${email}/attributes/${String(firstname)}`, { value: 'Al' })).body).toEqual({
      value: 'Al',
    });
    expect((await call('PUT', `${path}/${email}/attributes/1`, { value: 'B' })).status).toBe(404);
    expect(sandbox.account.receiver(id, email)).toMatchObject({
      attributes: { store: 'B' },
      global_attributes: { firstname: 'Al' },
    });
  });

  test('gets another address in all groups, unless that is taken or invalid', async () => {
    const { call, path, sandbox, id, get } = await group();
    const second = sandbox.account.addGroup('B');
    const receiver = sandbox.account.addReceiver(id, { email });
    sandbox.account.addReceiver(second, { email });
    sandbox.account.addReceiver(id, { email: 'taken@example.org' });
    expect((await call('PUT', `/receivers/${email}/email`, { email: 'new@example.org' })).body).toMatchObject({
      id: receiver,
    });
    expect((await get(`/groups/${second}/receivers/new@example.org`)).body).toMatchObject({
      id: receiver,
      events: [{}, {}],
    });
    expect((await get(`${path}/${email}`)).status).toBe(404);
    expect((await call('PUT', `/receivers/${receiver}/email`, { email: 'taken@example.org' })).status).toBe(400);
    expect((await call('PUT', `/receivers/${receiver}/email`, { email: 'nope' })).status).toBe(400);
    expect((await call('PUT', `/receivers/${receiver}/email`, { email: 'NEW@example.org' })).status).toBe(200);
  });

  test('takes events that are written to it and is copied to another group', async () => {
    const { call, path, sandbox, id, get } = await group();
    const second = sandbox.account.addGroup('B');
    sandbox.account.addReceiver(id, { email });
    await call('POST', `${path}/${email}/events`, { type: 'visit', value: 'shop' });
    expect(column(await get(`${path}/${email}/events`), 'type')).toEqual(['visit', 'log']);
    expect(column(await get(`/receivers/${email}/events`), 'type')).toEqual(['visit', 'log']);
    expect((await call('POST', `/receivers/${email}/clone`, { group_id: second })).body).toBe(true);
    expect(sandbox.account.size(second)).toBe(1);
  });
});

describe('deleting', () => {
  test('a receiver of a group does not affect the other groups', async () => {
    const { call, path, sandbox, id } = await group();
    const second = sandbox.account.addGroup('B');
    const receiver = sandbox.account.addReceiver(id, { email });
    sandbox.account.addReceiver(second, { email });
    expect((await call('DELETE', `${path}/${receiver}`)).body).toBe(true);
    expect((await call('DELETE', `${path}/${receiver}`)).body).toEqual({
      error: { code: 404, message: 'Not Found: invalid receiver' },
    });
    expect([sandbox.account.size(id), sandbox.account.size(second)]).toEqual([0, 1]);
    expect((await call('DELETE', `/receivers/${receiver}`)).body).toBe(true);
    expect(sandbox.account.size(second)).toBe(0);
  });

  test.each([
    ['group', 1],
    ['everywhere', 0],
  ] as const)('a person with group_id means: %s', async (deleteWithGroupId, left) => {
    const { call, sandbox, id } = await group({ deleteWithGroupId });
    const second = sandbox.account.addGroup('B');
    sandbox.account.addReceiver(id, { email });
    sandbox.account.addReceiver(second, { email });
    expect((await call('DELETE', `/receivers/${email}?group_id=${id}`)).body).toBe(true);
    expect([sandbox.account.size(id), sandbox.account.size(second)]).toEqual([0, left]);
  });

  test('several at once reports each result', async () => {
    const { call, path, sandbox, id } = await group();
    const second = sandbox.account.addGroup('B');
    for (const one of [id, second]) sandbox.account.addReceiver(one, { email });
    expect((await call('POST', `${path}/delete`, [email, 'no@example.org'])).body).toEqual([
      { status: 'success' },
      { status: 'invalid receiver' },
    ]);
    expect((await call('POST', '/receivers/delete', { receivers: [email] })).body).toEqual([{ status: 'success' }]);
    expect(sandbox.account.size(second)).toBe(0);
  });

  test.each(['', '/', '.json'])('without an id (%j at the end) deletes nothing and is a hazard', async (end) => {
    const { call, path, sandbox, id } = await group();
    sandbox.account.addReceiver(id, { email });
    expect((await call('DELETE', `${path}${end}`)).status).toBe(405);
    expect(sandbox.account.size(id)).toBe(1);
    expect(sandbox.hazards).toMatchObject([{ kind: 'delete-without-id', time: start }]);
  });
});

describe('history', () => {
  test.each([
    ['eventForTags', { tags: ['x'] }],
    ['eventForAttributes', { attributes: { store: 'x' } }],
  ] as const)('%s decides whether that alone leaves an event', async (name, content) => {
    for (const value of [true, false]) {
      const { call, path, sandbox, id } = await group({ [name]: value });
      sandbox.account.addReceiver(id, { email });
      await call('POST', `${path}/upsertplus`, [{ email, ...content }]);
      expect(sandbox.account.receiver(id, email)?.['events']).toHaveLength(value ? 2 : 1);
    }
  });

  test.each([true, false])('an import sets imported and leaves an event: %s', async (eventForImport) => {
    const { sandbox, id } = await group({ eventForImport });
    sandbox.account.importReceivers(id, [{ email, attributes: { store: 'A' } }], { registered: 1000 });
    expect(sandbox.account.receiver(id, email)).toMatchObject({ registered: 1000, activated: 1000, imported: start });
    expect(sandbox.account.receiver(id, email)?.['events']).toHaveLength(eventForImport ? 1 : 0);
  });
});

function numbers(stamps: object): Record<string, number> {
  return Object.fromEntries(Object.entries(stamps).map(([name, value]) => [name, Number(value)]));
}
