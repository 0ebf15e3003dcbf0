/** Where a record goes, whom it means, what is written of it, and what it costs. */

import { ConfigurationError, NotFoundError, RecordError, TemporaryError } from '../../../lib/utils/errors';
import { DAY, errorOf, kinds, linking, LIST, NOW, receiverOf, UPSERT, useBench } from '../../support/upsert/bench';
import { ours, record } from '../../support/upsert/records';

const start = useBench();

const people = (count: number, more: Record<string, unknown> = {}) =>
  Array.from({ length: count }, (_, index) => record({ email: `p${index}@example.org`, ...more }));

describe('the group of a record', () => {
  const jo = { email: 'jo@example.org' };
  const noId = { groupId: null };

  it('is found by name, without regard to case and blanks', async () => {
    const bench = await start();
    const result = await bench.one(record(jo), { ...noId, groupName: ' NEWSLETTER ' });
    expect(receiverOf(result).group_id).toBe(bench.group);
  });

  it.each([
    ['no group has', 'Kunden', /no group named "Kunden".*"Newsletter"/s],
    ['two have', 'presse', /2 groups named.*"Newsletter"/s],
  ])('is a configuration error when it has a name that %s', async (_who, groupName, text) => {
    const bench = await start();
    for (const name of ['Presse', 'presse ']) bench.sandbox.account.addGroup(name);
    const results = await bench.write([record(jo), record(jo)], { ...noId, groupName });
    for (const result of results) {
      expect(errorOf(result)).toBeInstanceOf(ConfigurationError);
      expect(errorOf(result).message).toMatch(text);
    }
    expect(bench.sandbox.count({ path: '/groups' })).toBe(1);
  });

  it.each([
    ['strings', ['Unknown', 'newsletter ']],
    ['objects with a label', [{ label: 'Newsletter' }]],
    ['objects with a name', [{ name: 'Other' }, { name: 'Newsletter', label: 'x' }]],
    ['one alone', 'Newsletter'],
    ['several in one text', 'Unknown; newsletter'],
    ['an object with the keys of a list', { 0: 'Unknown', 1: { label: 'Newsletter' } }],
    ['lists in a list', [null, [{ name: 'Newsletter' }]]],
  ])('is the one of the first category that names a group: %s', async (_what, categories) => {
    const bench = await start();
    bench.sandbox.account.addGroup('Kunden');
    const result = await bench.one(record(jo, {}, { categories }), noId);
    expect(receiverOf(result).group_id).toBe(bench.group);
    // nothing was left out, so nothing is said of the group
    expect(bench.lines.info).toEqual([expect.stringMatching(/^Wrote to group /)]);
  });

  it('may have a comma in its name', async () => {
    const bench = await start();
    const id = bench.sandbox.account.addGroup('Kunden, Newsletter');
    const result = await bench.one(record(jo, {}, { categories: 'Kunden, Newsletter' }), noId);
    expect(receiverOf(result).group_id).toBe(id);
  });

  it('is missing only for the record whose categories name no group', async () => {
    const bench = await start();
    const categories = ['Newsletter'];
    const results = await bench.write(
      [record(jo, {}, { categories: ['A', { label: 'B' }] }), record(jo, {}, { categories }), record(jo)],
      noId,
    );
    expect(kinds(results)).toEqual(['failed', 'created', 'failed']);
    expect(errorOf(results[0]).message).toMatch(/"groupId" nor "groupName" is set, and no group is named "A", "B"/);
    expect(errorOf(results[2]).message).toMatch(/has no categories/);
  });

  it('is not guessed when a category names two', async () => {
    const bench = await start();
    bench.sandbox.account.addGroup('newsletter');
    expect(errorOf(await bench.one(record(jo, {}, { categories: ['NEWSLETTER'] }), noId))).toBeInstanceOf(
      ConfigurationError,
    );
  });

  it.each(['404', '400', '405', 'empty'] as const)(
    'is reported with the existing groups when it is unknown (%s)',
    async (answer) => {
      const bench = await start({ unknownGroup: answer });
      const error = errorOf(await bench.one(record(jo), { groupId: '999999' }));
      expect(error).toBeInstanceOf(NotFoundError);
      expect(error.message).toMatch(/no group with the id 999999.*"Newsletter"/s);
    },
  );

  it.each([
    [400, { code: 400, message: 'Bad Request: invalid group' }],
    [404, { code: 404, message: 'Not Found: invalid group' }],
    [405, { code: 405, message: 'Method Not Allowed: invalid group' }],
    [400, { code: 405, message: 'Method Not Allowed: invalid group' }],
    [405, { message: 'Method Not Allowed: Invalid Group' }],
    [200, { code: 405, message: 'Method Not Allowed: invalid group' }],
    [200, { message: 'invalid group' }],
    [403, { code: 403, message: 'Forbidden: invalid group' }],
    [422, { code: '422', message: "invalid group '7'" }],
  ])('causes one request for all its records when it was deleted: %i with %j', async (status, error) => {
    const bench = await start();
    const path = /\/receivers(\/upsertplus)?$/;
    bench.sandbox.faults.add({ kind: 'status', status, body: { error }, path, method: 'POST', times: Infinity });
    const people = Array.from({ length: 100 }, (_, index) => record({ email: `r${index}@example.org` }));
    const results = await bench.write(people);
    expect(new Set(results.map((result) => errorOf(result).name))).toEqual(new Set(['NotFoundError']));
    expect([...bench.creates(), ...bench.batches()]).toHaveLength(1);
  });

  it('causes one request for all receivers to update when it was deleted', async () => {
    const bench = await start();
    const people = Array.from({ length: 100 }, (_, index) => record({ email: `r${index}@example.org`, tags: ['x'] }));
    for (const { receiver } of people)
      bench.sandbox.account.addReceiver(bench.group, { email: String(receiver['email']) });
    const error = { code: 405, message: 'Method Not Allowed: invalid group' };
    bench.sandbox.faults.add({ kind: 'status', status: 405, body: { error }, path: UPSERT, times: Infinity });
    const results = await bench.write(people);
    expect(new Set(results.map((result) => errorOf(result).name))).toEqual(new Set(['NotFoundError']));
    expect(bench.batches()).toHaveLength(1);
  });

  it('is not requested when a record is refused for another reason', async () => {
    const bench = await start();
    bench.sandbox.account.block('jo@example.org');
    errorOf(await bench.one(record(jo)));
    expect(bench.sandbox.count({ path: '/groups' })).toBe(0);
  });
});

describe('the receiver of a record', () => {
  it('is matched by its id, and its address changes first', async () => {
    const bench = await start();
    const id = bench.sandbox.account.addReceiver(bench.group, { email: 'old@example.org', tags: ['theirs'] });
    const row = { email: 'New@Example.org ', global_attributes: { firstname: 'Mia' } };
    const result = await bench.one(ours(id, row), linking);
    expect(result).toMatchObject({ kind: 'moved', receiver: { id, email: 'new@example.org', tags: ['theirs'] } });
    expect(receiverOf(result).global_attributes['firstname']).toBe('Mia');
    expect(bench.sandbox.account.size(bench.group)).toBe(1);
  });

  it('is reported as stored when nothing but the address changes', async () => {
    const bench = await start();
    const id = bench.sandbox.account.addReceiver(bench.group, { email: 'old@example.org', tags: ['theirs'] });
    const result = await bench.one(ours(id, { email: 'new@example.org' }), linking);
    expect(result).toMatchObject({ kind: 'moved', receiver: { id, email: 'new@example.org', tags: ['theirs'] } });
    expect(bench.batches()).toEqual([]);
  });

  it.each([400, 409] as const)(
    'keeps its address when the new one is taken (%s), and nothing else is written',
    async (status) => {
      const bench = await start({ duplicateStatus: status });
      const id = bench.sandbox.account.addReceiver(bench.group, { email: 'old@example.org' });
      bench.sandbox.account.addReceiver(bench.sandbox.account.addGroup('Other'), { email: 'new@example.org' });
      const error = errorOf(await bench.one(ours(id, { email: 'new@example.org', tags: ['a'] }), linking));
      expect(error).toBeInstanceOf(RecordError);
      expect(error.message).toMatch(/another receiver of the account already has it/);
      expect(bench.stored(id)).toMatchObject({ email: 'old@example.org', tags: [] });
    },
  );

  it('does not exist if the record names none, and no request is sent', async () => {
    const bench = await start();
    const error = errorOf(await bench.one(record({ tags: ['a'] })));
    expect(error).toBeInstanceOf(RecordError);
    expect(error.message).toMatch(/^No receiver matches record no\. 1/);
    expect(bench.sandbox.requests).toEqual([]);
  });

  it('keeps its address when the new one is taken, in whatever words CleverReach says so', async () => {
    const bench = await start();
    const id = bench.sandbox.account.addReceiver(bench.group, { email: 'old@example.org' });
    const body = { error: { code: 409, message: 'Conflict' } };
    bench.sandbox.faults.add({ kind: 'status', status: 409, body, method: 'PUT', path: /email$/ });
    const error = errorOf(await bench.one(ours(id, { email: 'new@example.org' }), linking));
    expect(error.message).toMatch(/another receiver of the account already has it.*Conflict/);
  });

  it('keeps its address when CleverReach refuses the new one, and the error says so', async () => {
    const bench = await start();
    const id = bench.sandbox.account.addReceiver(bench.group, { email: 'old@example.org' });
    const body = { error: { code: 422, message: 'blacklisted' } };
    bench.sandbox.faults.add({ kind: 'status', status: 422, body, method: 'PUT', path: /email$/ });
    const error = errorOf(await bench.one(ours(id, { email: 'new@example.org', tags: ['a'] }), linking));
    expect(error).toMatchObject({ name: 'RejectedError', status: 422 });
    expect(error.message).toMatch(
      new RegExp(
        `The e-mail address of receiver ${id} of group ${bench.group} cannot be changed to the address of the record, because CleverReach rejects it; nothing was written\\. .*blacklisted`,
      ),
    );
    expect(bench.stored(id)).toMatchObject({ email: 'old@example.org', tags: [] });
  });

  it('fails temporarily if CleverReach temporarily cannot change the address', async () => {
    const bench = await start();
    const id = bench.sandbox.account.addReceiver(bench.group, { email: 'old@example.org' });
    bench.sandbox.faults.add({ kind: 'status', status: 503, method: 'PUT', path: /email$/, times: Infinity });
    const error = errorOf(await bench.one(ours(id, { email: 'new@example.org' }), linking));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error.message).not.toContain('cannot be changed');
  });

  it('is matched by address when the one with our id is no longer in the group', async () => {
    const bench = await start();
    const other = bench.sandbox.account.addReceiver(bench.group, { email: 'jo@example.org' });
    const results = await bench.write(
      [ours('70999', { email: 'jo@example.org', tags: ['a'] }), ours('70998', { email: 'new@example.org' })],
      linking,
    );
    expect(kinds(results)).toEqual(['updated', 'created']);
    expect(receiverOf(results[0]).id).toBe(other);
  });

  it.each([
    ['nothing shows that the id is from CleverReach', { recordUid: 'ID' }, {}],
    ['ids are not linked', { recordUid: 'ID', oihUid: 'x' }, { idLinking: false }],
    ['the hub does not know the record', { recordUid: 'ID', oihUid: false }, linking],
    ['another application sent it', { recordUid: 'ID', applicationUid: 'crm' }, { applicationUid: 'cr' }],
    ['no application is known', { recordUid: 'ID', applicationUid: undefined }, {}],
  ])('is matched by address when %s', async (_why, metadata, settings) => {
    const bench = await start();
    const id = bench.sandbox.account.addReceiver(bench.group, { email: 'victim@example.org' });
    const given = { ...metadata, recordUid: id };
    const result = await bench.one(record({ email: 'jo@example.org' }, given), settings);
    expect(result.kind).toBe('created');
    expect(bench.stored(id)).toMatchObject({ email: 'victim@example.org' });
  });

  it('is matched by id when our own application sent it, whether its id is a number or not', async () => {
    const bench = await start({ ids: 'numbers' });
    const id = bench.sandbox.account.addReceiver(bench.group, { email: 'jo@example.org' });
    const sent = record({ tags: ['a'] }, { recordUid: Number(id), applicationUid: 'cr' });
    const result = await bench.one(sent, { applicationUid: 'cr' });
    expect(result).toMatchObject({ kind: 'updated', receiver: { id, email: 'jo@example.org', tags: ['a'] } });
  });

  it('cannot be identified without an address', async () => {
    const bench = await start();
    const results = await bench.write([record({}), record({ email: ' ' }), ours('70999', {})], linking);
    for (const result of results) {
      expect(errorOf(result)).toBeInstanceOf(RecordError);
      expect(errorOf(result).message).toMatch(/no e-mail address/);
    }
    expect(bench.batches()).toEqual([]);
  });

  it('is found whatever the case of the stored address, which is not changed', async () => {
    const bench = await start();
    const id = bench.sandbox.account.addReceiver(bench.group, { email: 'Jo@Example.org' });
    const results = [
      await bench.one(record({ email: 'jo@example.ORG', tags: ['a'] })),
      await bench.one(ours(id, { email: 'jo@example.org', tags: ['b'] }), linking),
    ];
    expect(kinds(results)).toEqual(['updated', 'updated']);
    expect(bench.stored(id)).toMatchObject({ email: 'Jo@Example.org', tags: ['a', 'b'] });
  });
});

describe('the content of a write', () => {
  it('is only the difference', async () => {
    const bench = await start();
    const values = { global_attributes: { firstname: 'Mia', lastname: 'Muster' }, attributes: { visits: '7' } };
    bench.sandbox.account.addReceiver(bench.group, { email: 'mia@example.org', tags: ['a'], ...values });
    const row = {
      email: 'mia@example.org',
      attributes: { VISITS: '07.0', store: 'Hamburg' },
      global_attributes: { firstname: 'Mia', lastname: '', birthday: null },
      tags: ['a', 'b', '-c', '-o.*'],
    };
    await bench.one(record(row));
    expect(bench.batches()).toEqual([
      [
        {
          email: 'mia@example.org',
          attributes: { store: 'Hamburg' },
          global_attributes: { lastname: '' },
          tags: ['b'],
        },
      ],
    ]);
  });

  it.each(['Y-m-d', 'd.m.Y'] as const)('is empty the second time, with dates as %s', async (dateFormat) => {
    const bench = await start({ dateFormat });
    const row = {
      email: 'Mia@example.org',
      attributes: { visits: '07', store: ' Hamburg ' },
      global_attributes: { birthday: '4.3.1990', firstname: '' },
      tags: ['Just the best', 'Origin.a.b', 'Müller'],
    };
    const first = await bench.one(record(row));
    expect(first.kind).toBe('created');
    bench.sandbox.forgetRequests();
    const second = await bench.one(record(row));
    // the answer to a create holds the history as well
    const receiver = { ...receiverOf(first), events: undefined, orders: undefined };
    expect(second).toEqual({ groupId: bench.group, kind: 'unchanged', receiver });
    expect(bench.asked()).toEqual(['GET /groups/:gid/receivers']);
  });

  it.each(['ignored', 'rejected'] as const)(
    'includes only defined attributes of its scope (unknown ones %s)',
    async (how) => {
      const bench = await start({ unknownAttributes: how });
      const map = { firstname: 'Mia', store: 'Hamburg', shoesize: '37' };
      const rows = ['mia', 'jo'].map((name) =>
        record({ email: `${name}@example.org`, attributes: map, global_attributes: map }),
      );
      expect(kinds(await bench.write(rows))).toEqual(['created', 'created']);
      expect(kinds(await bench.write(rows))).toEqual(['unchanged', 'unchanged']);
      expect(bench.batches()[0]?.[0]).toEqual({
        email: 'jo@example.org',
        attributes: { store: 'Hamburg' },
        global_attributes: { firstname: 'Mia' },
      });
      const said = bench.lines.warn.filter((line) => line.includes('shoesize'));
      // the other two are written where they are defined
      expect(said).toEqual(
        ['attributes', 'global_attributes'].map(
          (scope) => `Group ${bench.group}: Not written to "${scope}", not defined there: shoesize.`,
        ),
      );
    },
  );

  it.each(['+5', ' -5'])('is never %j for a number, which would increment it', async (visits) => {
    const bench = await start();
    const row = { email: 'mia@example.org', attributes: { visits, store: '+49 40' } };
    bench.sandbox.account.addReceiver(bench.group, { email: 'mia@example.org', attributes: { visits: '10' } });
    await bench.one(record(row));
    expect(bench.stored('mia@example.org')).toMatchObject({ attributes: { visits: '10', store: '+49 40' } });
    expect(bench.lines.warn.join()).toMatch(/, record no\. 1: .*number with a sign.*visits/);
  });

  it.each([
    [403, {}],
    [404, {}],
    [400, {}],
  ])(
    'includes all values when the definitions are refused (%s), and is still empty the second time',
    async (status) => {
      const bench = await start();
      bench.sandbox.faults.add({
        kind: 'status',
        status,
        body: { error: { code: status, message: 'No' } },
        path: '/attributes',
      });
      const row = {
        email: 'mia@example.org',
        global_attributes: { firstname: 'Mia', other: 'x', birthday: '4.3.1990' },
      };
      expect(await bench.one(record(row))).toMatchObject({ kind: 'created' });
      expect(await bench.one(record(row))).toMatchObject({ kind: 'unchanged' });
      expect(bench.creates()).toEqual([{ ...row, registered: NOW, activated: NOW }]);
      expect(bench.batches()).toEqual([]);
      expect(
        bench.lines.warn.filter((line) => /values are sent even if no attribute is defined/.test(line)),
      ).toHaveLength(1);
      expect(bench.sandbox.count({ path: '/attributes' })).toBe(1);
    },
  );

  it('is postponed when the definitions fail temporarily', async () => {
    const bench = await start();
    bench.sandbox.faults.add({ kind: 'status', status: 503, path: '/attributes', times: Infinity });
    for (const result of await bench.write(people(2))) expect(errorOf(result)).toBeInstanceOf(TemporaryError);
    bench.sandbox.faults.clear();
    expect(kinds(await bench.write(people(2)))).toEqual(['created', 'created']);
  });

  it('removes existing tags and no others', async () => {
    const bench = await start();
    const tags = ['a', 'crm.x', 'crm.y', 'shop.z'];
    bench.sandbox.account.addReceiver(bench.group, { email: 'mia@example.org', tags });
    const row = { email: 'mia@example.org', tags: ['-crm.*', 'crm.y', 'crm.n', '-gone', '-gone.*'] };
    await bench.one(record(row));
    expect(bench.stored('mia@example.org')?.['tags']).toEqual(['a', 'crm.y', 'shop.z', 'crm.n']);
    expect((await bench.one(record(row))).kind).toBe('unchanged');
  });
});

describe('many records', () => {
  it('cause one look-up, one create and one write, and one request for the definitions every minute', async () => {
    const bench = await start({ upsertplusTags: true });
    expect(kinds(await bench.write(people(50, { tags: ['a'] })))).toEqual(Array(50).fill('created'));
    expect(bench.asked()).toEqual([
      'GET /groups/:gid/receivers',
      'POST /groups/:gid/receivers',
      'POST /groups/:gid/receivers/upsertplus',
    ]);
    bench.later(59);
    await bench.write(people(50, { tags: ['b'] }));
    expect(bench.sandbox.count({ path: /attributes$/ })).toBe(2);
    bench.later(2);
    await bench.write(people(50, { tags: ['b'] }));
    expect(bench.sandbox.count({ path: /attributes$/ })).toBe(4);
    expect(bench.batches()).toHaveLength(2);
  });

  it('are written 250 at a time', async () => {
    const bench = await start();
    await bench.write(people(502));
    expect(bench.batches().map((rows) => rows.length)).toEqual([250, 250, 1]);
    expect(bench.sandbox.account.size(bench.group)).toBe(502);
  });

  it('are halved until CleverReach accepts them', async () => {
    const bench = await start({ maxBatch: 70 });
    expect(kinds(await bench.write(people(251)))).toEqual(Array(251).fill('created'));
    expect(bench.batches().map((rows) => rows.length)).toEqual([250, 125, 63, 62, 125, 63, 62]);
  });

  it('fail individually when not even one is accepted', async () => {
    const bench = await start({ maxBatch: 0, wholeFailure: 'error' });
    const [, ...others] = await bench.write(people(4));
    for (const result of others) expect(errorOf(result)).toMatchObject({ status: 413 });
  });

  it.each([
    [{ blockedRow: 'missing' } as const],
    [{ blockedRow: '403' } as const],
    [{ blockedRow: '403', wholeFailure: 'false', arrayOfOne: 'unwrapped' } as const],
  ])('are not affected by one that is blocked (%j)', async (switches) => {
    const bench = await start(switches);
    bench.sandbox.account.block('p3@example.org');
    const results = await bench.write(people(20));
    expect(kinds(results)).toEqual(people(20).map((_, index) => (index === 3 ? 'failed' : 'created')));
    expect(errorOf(results[3]).temporary).toBe(false);
  });

  it('are not affected by one that cannot be sent', async () => {
    const bench = await start();
    const rows = [
      record({ email: 'no address' }, { recordUid: '77' }),
      record({ email: 'a@b' }),
      record({ email: 'jo@example.org', attributes: { store: { name: 'x' } } }),
      record({ email: 'ok@example.org' }),
    ];
    const results = await bench.write(rows);
    expect(kinds(results)).toEqual(['failed', 'failed', 'failed', 'created']);
    expect(errorOf(results[0]).message).toMatch(/recordUid "77"/);
    expect(errorOf(results[1]).message).toMatch(/record no. 2/);
    expect(errorOf(results[2]).message).toMatch(/"store" in "attributes" of record no. 3/);
    expect(bench.creates()).toEqual([{ email: 'ok@example.org', registered: NOW, activated: NOW }]);
  });

  it('are no longer split when each part is refused', async () => {
    const bench = await start();
    bench.sandbox.faults.add({ kind: 'status', status: 403, path: UPSERT, times: Infinity });
    const results = await bench.write(people(200));
    expect(kinds(results)).toEqual(['created', ...Array<string>(199).fill('failed')]);
    expect(bench.batches().length).toBeLessThan(90);
  });

  it('fail only in the group of the failed call', async () => {
    const bench = await start();
    bench.sandbox.account.addGroup('Other');
    const to = (name: string, email: string) => record({ email }, {}, { categories: [name] });
    bench.sandbox.faults.add({
      kind: 'status',
      status: 503,
      path: `/groups/${bench.group}/receivers`,
      times: Infinity,
    });
    const rows = [to('Newsletter', 'a@example.org'), to('Other', 'b@example.org')];
    const results = await bench.write(rows, { groupId: null });
    expect(kinds(results)).toEqual(['failed', 'created']);
    expect(errorOf(results[0])).toBeInstanceOf(TemporaryError);
  });

  it('fail from the failed call on, and not in the calls before it', async () => {
    const bench = await start();
    bench.sandbox.faults.add({ kind: 'status', status: 503, path: UPSERT, after: 1, times: Infinity });
    const results = await bench.write(people(301));
    expect(kinds(results)).toEqual([...Array<string>(251).fill('created'), ...Array<string>(50).fill('failed')]);
  });

  it('are read again together when the response contains no tags', async () => {
    const bench = await start({ upsertplusTags: false });
    const results = await bench.write(people(20, { tags: ['a'] }));
    for (const result of results) expect(receiverOf(result).tags).toEqual(['a']);
    expect(bench.asked()).toHaveLength(4);
  });
});

describe('records about the same receiver', () => {
  it('are written in order: the last one wins, and values that it does not contain are kept', async () => {
    const bench = await start();
    const results = await bench.write([
      record({ email: 'mia@example.org', global_attributes: { firstname: 'Mia', lastname: 'Alt' }, tags: ['a'] }),
      record({ email: 'jo@example.org' }),
      record({ email: 'MIA@example.org', global_attributes: { lastname: 'Neu' }, tags: ['b'] }),
      record({ email: 'mia@example.org', global_attributes: { lastname: 'Neu' } }),
    ]);
    expect(kinds(results)).toEqual(['created', 'created', 'updated', 'unchanged']);
    expect(bench.stored('mia@example.org')).toMatchObject({
      global_attributes: { firstname: 'Mia', lastname: 'Neu' },
      tags: ['a', 'b'],
    });
  });

  it('are recognised even if one has an id and one an address', async () => {
    const bench = await start();
    const id = bench.sandbox.account.addReceiver(bench.group, { email: 'mia@example.org' });
    const rows = [
      ours(id, { global_attributes: { firstname: 'First', lastname: 'Kept' } }),
      record({ email: 'mia@example.org', global_attributes: { firstname: 'Second' } }),
    ];
    expect(kinds(await bench.write(rows, linking))).toEqual(['updated', 'updated']);
    expect(bench.stored(id)).toMatchObject({ global_attributes: { firstname: 'Second', lastname: 'Kept' } });
  });

  it('keep their order when one changes to an address that the next one contains', async () => {
    const bench = await start();
    const id = bench.sandbox.account.addReceiver(bench.group, { email: 'old@example.org' });
    const rows = [
      ours(id, { email: 'new@example.org' }),
      record({ email: 'new@example.org', tags: ['a'] }),
      record({ email: 'old@example.org' }),
    ];
    const results = await bench.write(rows, linking);
    expect(kinds(results)).toEqual(['moved', 'updated', 'created']);
    expect(receiverOf(results[1])).toMatchObject({ id, tags: ['a'] });
  });

  it('keep their order across groups, which share the data of the account', async () => {
    const bench = await start();
    const press = bench.sandbox.account.addGroup('Press');
    const to = (name: string, email: string, firstname: string) =>
      record({ email, global_attributes: { firstname } }, {}, { categories: [name] });
    const rows = [
      to('Newsletter', 'mia@example.org', 'First'),
      to('Press', 'mia@example.org', 'Second'),
      to('Newsletter', 'jo@example.org', 'Jo'),
      to('Newsletter', 'MIA@example.org', 'Third'),
    ];
    expect(kinds(await bench.write(rows, { groupId: null }))).toEqual(['created', 'created', 'created', 'updated']);
    for (const group of [bench.group, press]) {
      expect(bench.stored('mia@example.org', group)).toMatchObject({ global_attributes: { firstname: 'Third' } });
    }
  });

  it('keep their order with deletions between them', async () => {
    const bench = await start();
    const gone = record({}, {}, { deleteRequested: true, email: 'mia@example.org' });
    const mia = record({ email: 'mia@example.org' });
    const results = await bench.write([mia, gone, mia, gone, gone], { deletes: true });
    expect(kinds(results)).toEqual(['created', 'deleted', 'created', 'deleted', 'deleted']);
    expect(bench.sandbox.account.size(bench.group)).toBe(0);
  });
});

describe('new active receivers', () => {
  const batchOf = (name: string) =>
    Array.from({ length: 4 }, (_, index) => record({ email: `${name}${index}@example.org` }));

  it('are tried with one receiver per group and minute, and otherwise created together', async () => {
    const bench = await start();
    const created: number[] = [];
    for (const [name, seconds] of [
      ['a', 0],
      ['b', 59],
      ['c', 2],
    ] as const) {
      bench.later(seconds);
      bench.sandbox.forgetRequests();
      for (const result of await bench.write(batchOf(name))) expect(receiverOf(result).active).toBe(true);
      created.push(bench.creates().length);
    }
    expect(created).toEqual([1, 0, 1]);
  });

  it('are tried in each batch of a group that lets them wait', async () => {
    const bench = await start({ stampsOmitted: 'waiting' });
    for (const name of ['a', 'b'])
      for (const result of await bench.write(batchOf(name))) expect(receiverOf(result).active).toBe(true);
    expect(bench.creates()).toHaveLength(8);
  });
});

it('a look-up that fails temporarily fails its records temporarily', async () => {
  const bench = await start();
  bench.sandbox.account.addReceiver(bench.group, { email: 'p0@example.org', registered: NOW - DAY });
  bench.sandbox.faults.add({ kind: 'status', status: 502, path: LIST, times: Infinity });
  for (const result of await bench.write(people(3))) expect(errorOf(result).temporary).toBe(true);
  expect(bench.batches()).toEqual([]);
});
