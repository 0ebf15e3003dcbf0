/** An opt-out deactivates the receiver in its group and nowhere else, only on request, and nothing is ever activated. */

import type { IncomingRecord } from '../../../lib/upsert/record';
import { RecordError, RejectedError, TemporaryError } from '../../../lib/utils/errors';
import { DAY, errorOf, kinds, linking, NOW, receiverOf, useBench, type Bench } from '../../support/upsert/bench';
import { record } from '../../support/upsert/records';

const start = useBench();
const EMAIL = 'mia@example.org';
const obeying = { optOuts: true } as const;
const DEACTIVATE = /\/deactivate$/;

const add = ({ sandbox, group }: Bench, email = EMAIL, members: Record<string, unknown> = {}): string =>
  sandbox.account.addReceiver(group, { email, registered: NOW - 9 * DAY, tags: ['theirs'], ...members });

/** A person who has opted out, with the receiver that the default mapping makes of it. */
const optOut = (receiver: Record<string, unknown> = {}, group?: unknown): IncomingRecord =>
  record(
    { email: EMAIL, ...receiver },
    {},
    {
      contactData: [{ type: 'email', value: EMAIL }],
      subscription: { status: 'unsubscribed', ...(group !== undefined && { group }) },
    },
  );

const writes = ({ sandbox }: Bench): string[] =>
  sandbox.requests.filter(({ method }) => method !== 'GET').map(({ method, route }) => `${method} ${route ?? '?'}`);

describe('a record that has unsubscribed', () => {
  it('deactivates its receiver, keeps everything else, and is answered with the stored receiver', async () => {
    const bench = await start();
    const id = add(bench);
    const before = bench.stored(EMAIL);
    const result = await bench.one(optOut(), obeying);
    expect(result).toMatchObject({ kind: 'unsubscribed', groupId: bench.group });
    expect(receiverOf(result)).toMatchObject({ id, active: false, deactivated: NOW, tags: ['theirs'] });
    expect(bench.stored(EMAIL)).toMatchObject({
      ...before,
      active: false,
      deactivated: NOW,
      events: expect.any(Array) as [],
    });
    expect(writes(bench)).toEqual(['PUT /v3/groups/:gid/receivers/:rid/deactivate']);
    expect(bench.lines.info).toEqual([`Wrote to group ${bench.group}, 1 record: 1 unsubscribed.`]);
  });

  it('writes nothing the second time', async () => {
    const bench = await start();
    add(bench);
    await bench.one(optOut(), obeying);
    const before = bench.stored(EMAIL);
    bench.later(60);
    bench.sandbox.forgetRequests();
    expect((await bench.one(optOut(), obeying)).kind).toBe('unchanged');
    expect([writes(bench), bench.stored(EMAIL)]).toEqual([[], before]);
  });

  it('leaves an active receiver as it is if the step does not carry out opt-outs', async () => {
    const bench = await start();
    add(bench);
    expect((await bench.one(optOut())).kind).toBe('unchanged');
    expect(bench.stored(EMAIL)).toMatchObject({ active: true });
  });

  it('is counted in one line of the log for a batch if the step does not carry out opt-outs', async () => {
    const bench = await start();
    for (const email of [EMAIL, 'left@example.org', 'here@example.org']) add(bench, email);
    bench.sandbox.account.unsubscribe(bench.group, 'left@example.org');
    const records = [optOut(), optOut({ email: 'left@example.org' }), record({ email: 'here@example.org' }), optOut()];
    await bench.write(records, { dryRun: true });
    await bench.write(records);
    await bench.write(records, obeying);
    expect(bench.lines.info.filter((line) => line.includes('opted out'))).toEqual([
      `Group ${bench.group}: 2 of 4 records have opted out, but their receivers stay active, because "optOuts" of the step is not set.`,
    ]);
  });

  it.each(['bounce', 'unsubscribe'] as const)('does not touch a receiver after its %s', async (happened) => {
    const bench = await start();
    add(bench);
    bench.sandbox.account[happened](bench.group, EMAIL);
    const before = bench.stored(EMAIL);
    expect((await bench.one(optOut(), obeying)).kind).toBe('unchanged');
    expect(bench.stored(EMAIL)).toEqual(before);
  });

  it.each(['active', 'unconfirmed'] as const)(
    'creates a waiting receiver without a mail if it is not in the group (%s)',
    async (newReceivers) => {
      const bench = await start();
      const result = await bench.one(optOut(), { ...obeying, newReceivers });
      expect(result.kind).toBe('created');
      expect(bench.stored(EMAIL)).toMatchObject({ active: false, activated: 0, deactivated: 0 });
      expect(bench.sandbox.account.mails).toEqual([]);
    },
  );

  it('creates no receiver if new ones are skipped', async () => {
    const bench = await start();
    expect((await bench.one(optOut(), { ...obeying, newReceivers: 'skip' })).kind).toBe('skipped');
  });

  it('still writes its other differences, after the deactivation', async () => {
    const bench = await start();
    add(bench);
    const result = await bench.one(optOut({ global_attributes: { firstname: 'Mia' }, tags: ['crm'] }), obeying);
    expect(result.kind).toBe('unsubscribed');
    expect(receiverOf(result)).toMatchObject({ active: false, global_attributes: { firstname: 'Mia' } });
    expect(writes(bench)).toEqual([
      'PUT /v3/groups/:gid/receivers/:rid/deactivate',
      'POST /v3/groups/:gid/receivers/upsertplus',
    ]);
    expect(bench.stored(EMAIL)).toMatchObject({ active: false, tags: ['theirs', 'crm'] });
  });

  it('still changes the address', async () => {
    const bench = await start();
    const id = add(bench, 'old@example.org');
    const { receiver, entry } = optOut();
    const result = await bench.one(record(receiver, { recordUid: id, oihUid: 'u' }, entry), { ...obeying, ...linking });
    expect(result).toMatchObject({ kind: 'unsubscribed', receiver: { id, email: EMAIL, active: false } });
  });

  it('deactivates its receiver even if its address is taken, and the error says so', async () => {
    const bench = await start();
    const id = add(bench, 'old@example.org');
    add(bench);
    const { receiver, entry } = optOut();
    const error = errorOf(
      await bench.one(record(receiver, { recordUid: id, oihUid: 'u' }, entry), { ...obeying, ...linking }),
    );
    expect(error).toBeInstanceOf(RecordError);
    expect(error.message).toContain(
      `The opt-out of the record was carried out: receiver ${id} of group ${bench.group} is deactivated.`,
    );
    expect(bench.stored(id)).toMatchObject({ active: false, email: 'old@example.org' });
    expect(bench.stored(EMAIL)).toMatchObject({ active: true });
  });

  it('deactivates its receiver even if CleverReach refuses its values, and the error says so', async () => {
    const bench = await start();
    add(bench);
    bench.sandbox.faults.add({
      method: 'POST',
      path: /upsertplus$/,
      kind: 'status',
      status: 400,
      body: { error: { code: 400, message: 'no' } },
      times: 9,
    });
    const error = errorOf(await bench.one(optOut({ global_attributes: { firstname: 'Mia' } }), obeying));
    expect(error).toBeInstanceOf(RejectedError);
    expect(error.message).toContain('The opt-out of the record was carried out');
    expect(bench.stored(EMAIL)).toMatchObject({ active: false });
  });

  it('from another group deactivates nothing, and the log says so once', async () => {
    const bench = await start();
    add(bench);
    const other = optOut({}, { id: bench.sandbox.account.addGroup('Others') });
    expect(kinds(await bench.write([other], obeying))).toEqual(['unchanged']);
    expect(kinds(await bench.write([other], obeying))).toEqual(['unchanged']);
    expect(bench.stored(EMAIL)).toMatchObject({ active: true });
    expect(bench.lines.warn).toEqual([
      `Group ${bench.group}: The record is an opt-out from another group ("subscription.group", or "group_id" of a receiver), so no receiver of this group is deactivated.`,
    ]);
  });

  it('from a group that the account does not have deactivates nothing, and the log says so once', async () => {
    const bench = await start();
    add(bench);
    for (const group of [{ id: '99', name: 'Others' }, 'Others', { id: 'foo' }])
      expect(kinds(await bench.write([optOut({}, group)], obeying))).toEqual(['unchanged']);
    expect(bench.stored(EMAIL)).toMatchObject({ active: true });
    expect(bench.lines.warn).toEqual([
      `Group ${bench.group}: The record is an opt-out from a group that cannot be identified: its "subscription.group", or "group_id" of a receiver, is neither the id nor the name of exactly one group that CleverReach lists. So no receiver of this group is deactivated.`,
    ]);
  });

  it('of this group by its name deactivates its receiver', async () => {
    const bench = await start();
    add(bench);
    bench.sandbox.account.addGroup('Others');
    const { name } = (await bench.api.groups()).find(({ id }) => id === bench.group) ?? { name: '' };
    await bench.one(optOut({}, 'Others'), obeying);
    expect(bench.stored(EMAIL)).toMatchObject({ active: true });
    await bench.one(optOut({}, `${name.toUpperCase()} `), obeying);
    expect(bench.stored(EMAIL)).toMatchObject({ active: false });
  });

  it('of this group deactivates its receiver in this group only', async () => {
    const bench = await start();
    add(bench);
    const second = bench.sandbox.account.addGroup('Second');
    bench.sandbox.account.addReceiver(second, { email: EMAIL });
    await bench.one(optOut({}, { id: bench.group }), obeying);
    expect(bench.stored(EMAIL)).toMatchObject({ active: false });
    expect(bench.stored(EMAIL, second)).toMatchObject({ active: true });
  });

  it('is in the result of a dry run even if the new address of the record is taken', async () => {
    const bench = await start();
    const id = add(bench);
    add(bench, 'taken@example.org');
    const moved = record(
      { email: 'taken@example.org' },
      { recordUid: id, oihUid: 'oih-1' },
      { subscription: { status: 'unsubscribed' } },
    );
    const settings = { ...obeying, ...linking };
    expect(await bench.one(moved, { ...settings, dryRun: true })).toMatchObject({
      preview: { wouldDo: 'unsubscribe' },
    });
    expect(bench.stored(EMAIL)).toMatchObject({ active: true });
    const { message } = errorOf(await bench.one(moved, settings));
    expect(message).toContain('The opt-out of the record was carried out');
    expect(message).not.toContain('nothing was written');
    expect(bench.stored(EMAIL)).toMatchObject({ active: false });
  });

  it.each([
    ['a value', { global_attributes: { lastname: ['a', 'b'] } }],
    ['the attributes', { attributes: 'none' }],
    ['a tag', { tags: [{}] }],
  ])(
    'deactivates its receiver even if %s of the record is invalid, and names both in the error',
    async (_, invalid) => {
      const bench = await start();
      const id = add(bench);
      expect(await bench.one(optOut(invalid), { ...obeying, dryRun: true })).toMatchObject({
        preview: {
          wouldDo: 'unsubscribe',
          receiver: { id },
          reasons: [expect.stringMatching(/is an opt-out/), expect.stringMatching(/nothing else would be written/)],
        },
      });
      expect(writes(bench)).toEqual([]);

      const error = errorOf(await bench.one(optOut(invalid), obeying));
      expect(error).toBeInstanceOf(RecordError);
      expect(error.message).toMatch(/of record no\. 1.*The opt-out of the record was carried out/);
      expect(error.message).not.toContain('nothing was written');
      expect(writes(bench)).toEqual(['PUT /v3/groups/:gid/receivers/:rid/deactivate']);
      expect(bench.stored(EMAIL)).toMatchObject({ active: false, tags: ['theirs'] });

      // carried out already: only the values remain to be corrected
      expect(errorOf(await bench.one(optOut(invalid), obeying)).message).toContain('nothing was written');
    },
  );

  it('is in the result of a dry run, which writes nothing', async () => {
    const bench = await start();
    const id = add(bench);
    const foreseen = await bench.one(optOut({ global_attributes: { firstname: 'Mia' } }), { ...obeying, dryRun: true });
    expect(foreseen).toMatchObject({
      preview: {
        wouldDo: 'unsubscribe',
        receiver: { id },
        changes: { global_attributes: { firstname: { from: '', to: 'Mia' } } },
        reasons: ['The record is an opt-out; the receiver would be deactivated in this group.'],
      },
    });
    expect(await bench.one(optOut(), { dryRun: true })).toMatchObject({
      preview: {
        wouldDo: 'nothing',
        reasons: [
          'Nothing differs.',
          'The record is an opt-out, but the receiver stays active, because "optOuts" of the step is not set.',
        ],
      },
    });
    expect(writes(bench)).toEqual([]);
  });

  it('is written together with others, each with its own result', async () => {
    const bench = await start();
    for (const name of ['a', 'b', 'c']) add(bench, `${name}@example.org`);
    const of = (name: string, status: string): IncomingRecord =>
      record(
        { email: `${name}@example.org`, global_attributes: { firstname: name } },
        {},
        { subscription: { status } },
      );
    const records = [of('a', 'unsubscribed'), of('b', 'subscribed'), of('c', 'bounced'), of('new', 'unsubscribed')];
    expect(kinds(await bench.write(records, obeying))).toEqual(['unsubscribed', 'updated', 'updated', 'created']);
    expect(bench.batches().map((rows) => rows.length)).toEqual([3]);
    const isActive = (name: string): unknown => bench.stored(`${name}@example.org`)?.['active'];
    expect(['a', 'b', 'c', 'new'].map(isActive)).toEqual([false, true, true, false]);
  });

  it('wins over an earlier record of the same batch, and no later record activates its receiver', async () => {
    const bench = await start();
    const subscribed = record({ email: EMAIL }, {}, { subscription: { status: 'subscribed' } });
    const results = await bench.write([subscribed, optOut(), subscribed], obeying);
    expect(kinds(results)).toEqual(['created', 'unsubscribed', 'unchanged']);
    expect(bench.stored(EMAIL)).toMatchObject({ active: false, deactivated: NOW });
  });
});

describe('a record that is not active, but not an opt-out', () => {
  const inactive = (email = EMAIL): IncomingRecord => record({ email }, {}, { newsletter: 'no' });
  const advice = 'If it is an opt-out in your system, map it to "subscription" with a "customMapping".';

  it('leaves an active receiver as it is, and one line of the log for a batch counts such records', async () => {
    const bench = await start();
    for (const email of [EMAIL, 'left@example.org', 'here@example.org']) add(bench, email);
    bench.sandbox.account.unsubscribe(bench.group, 'left@example.org');
    const consent = record({ email: 'here@example.org' }, {}, { marketingConsent: false });
    const records = [inactive(), inactive('left@example.org'), inactive('new@example.org'), consent];
    const ofSpouse = record({ email: EMAIL }, {}, { spouse: { newsletter: 'no' } });
    await bench.write(records);
    await bench.write([optOut({ email: 'left@example.org' }), ofSpouse], obeying);
    await bench.write(records, { ...obeying, dryRun: true });
    expect(bench.lines.info.filter((line) => line.includes('count as not active'))).toEqual([]);
    expect(kinds(await bench.write(records, obeying))).toEqual(['unchanged', 'unchanged', 'unchanged', 'unchanged']);
    expect(bench.stored(EMAIL)).toMatchObject({ active: true });
    expect(bench.lines.info.filter((line) => line.includes('count as not active'))).toEqual([
      `Group ${bench.group}: 2 of 4 records count as not active (marketingConsent, newsletter), but not as opt-outs, so their receivers stay active. ${advice}`,
    ]);
  });

  it.each([
    [{ status: 'customer' }, 'status'],
    [{ 'Opt-In/Opt-Out': true }, 'Opt-In/Opt-Out'],
    [{ subscription: { status: 'pending' } }, 'subscription'],
    [{ subscription: { status: 'bounced' } }, 'subscription'],
    [{ bounced: 1 }, 'bounced'],
  ])('is in the log and in a dry run, whatever its state: %j', async (entry, field) => {
    const bench = await start();
    add(bench);
    const one = record({ email: EMAIL }, {}, entry);
    const said = `(field "${field}"), but not as an opt-out, so the receiver stays active`;
    expect(await bench.one(one, { ...obeying, dryRun: true })).toMatchObject({
      preview: { reasons: ['Nothing differs.', expect.stringContaining(said)] },
    });
    expect((await bench.one(one, obeying)).kind).toBe('unchanged');
    expect(bench.lines.info.join(' ')).toContain(`1 of 1 records count as not active (${field}), but not as opt-outs`);
  });

  it('has a reason in a dry run', async () => {
    const bench = await start();
    add(bench);
    const foreseen = (settings: object): Promise<unknown> => bench.one(inactive(), { dryRun: true, ...settings });
    expect(await foreseen(obeying)).toMatchObject({
      preview: {
        wouldDo: 'nothing',
        reasons: [
          'Nothing differs.',
          `The record counts as not active (field "newsletter"), but not as an opt-out, so the receiver stays active. ${advice}`,
        ],
      },
    });
    expect(await foreseen({})).toMatchObject({ preview: { wouldDo: 'nothing', reasons: ['Nothing differs.'] } });
  });
});

describe('the deactivation', () => {
  it('is repeated if its answer was lost, and counts once', async () => {
    const bench = await start();
    add(bench);
    bench.sandbox.faults.add({ method: 'PUT', path: DEACTIVATE, kind: 'drop', applied: true, times: 1 });
    expect((await bench.one(optOut(), obeying)).kind).toBe('unsubscribed');
    expect(bench.stored(EMAIL)).toMatchObject({ active: false });
  });

  it('that fails for a moment hands the record back, and nothing else is written', async () => {
    const bench = await start();
    add(bench);
    bench.sandbox.faults.add({ method: 'PUT', path: DEACTIVATE, kind: 'status', status: 503, times: 50 });
    const error = errorOf(await bench.one(optOut({ global_attributes: { firstname: 'Mia' } }), obeying));
    expect([error.temporary, bench.batches()]).toEqual([true, []]);
    bench.sandbox.faults.clear();
    expect((await bench.one(optOut({ global_attributes: { firstname: 'Mia' } }), obeying)).kind).toBe('unsubscribed');
  });

  it('of a receiver that has gone in the meantime hands the record back', async () => {
    const bench = await start();
    add(bench);
    bench.sandbox.faults.add({ method: 'PUT', path: DEACTIVATE, kind: 'status', status: 404, times: 1 });
    expect(errorOf(await bench.one(optOut(), obeying))).toBeInstanceOf(TemporaryError);
  });

  it('that has no effect is an error, and the record comes again', async () => {
    const bench = await start();
    const id = add(bench);
    bench.sandbox.faults.add({ method: 'PUT', path: DEACTIVATE, kind: 'body', body: true, times: 1 });
    const error = errorOf(await bench.one(optOut(), obeying));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error.message).toContain(
      `Receiver ${id} was deactivated in group ${bench.group}, but CleverReach still shows it as active.`,
    );
  });

  it('that CleverReach refuses is an error that says who is still active and what to do', async () => {
    const bench = await start();
    const id = add(bench);
    const body = { error: { code: 400, message: 'Bad Request' } };
    bench.sandbox.faults.add({ method: 'PUT', path: DEACTIVATE, kind: 'status', status: 400, body });
    const error = errorOf(await bench.one(optOut(), obeying));
    expect(error).toBeInstanceOf(RejectedError);
    expect(error.message).toContain(
      `Receiver ${id} was not deactivated in group ${bench.group} and is still active, although it has opted out: deactivate it in CleverReach. CleverReach refused`,
    );
  });

  it('fails the record if CleverReach refuses it', async () => {
    const bench = await start();
    add(bench);
    bench.sandbox.faults.add({ method: 'PUT', path: DEACTIVATE, kind: 'body', body: false, times: 50 });
    expect(errorOf(await bench.one(optOut(), obeying)).temporary).toBe(false);
    expect(bench.stored(EMAIL)).toMatchObject({ active: true });
  });
});

it.each([
  { subscription: { status: 'unsubscribed' } },
  { subscription: { status: 'pending' } },
  { subscription: { status: 'BOUNCED' } },
  { subscription: { status: 'inactive' } },
  { subscription: { status: 'gold' } },
  { subscription: { status: '' } },
  { subscription: { status: null } },
  { subscription: {} },
  { subscription: 'unsubscribed' },
  { subscription: 'premium' },
  { subscription: [{ status: 'subscribed' }, { status: 'pending' }] },
])('a record with %j makes no active receiver and sends no mail, alone and together with others', async (entry) => {
  const bench = await start();
  bench.sandbox.account.addForm({ groupId: bench.group, id: '7' });
  const settings = { newReceivers: 'unconfirmed', doiFormId: '7' } as const;
  await bench.one(record({ email: EMAIL }, {}, entry));
  await bench.write(['a', 'b'].map((name) => record({ email: `${name}@example.org` }, {}, entry)));
  await bench.one(record({ email: 'mail@example.org' }, {}, entry), settings);
  const states = bench.sandbox.account.receivers(bench.group).map(({ active }) => active);
  expect(states).toEqual([false, false, false, false]);
  expect(bench.sandbox.account.mails).toEqual([]);
});

describe('if the group has an address in several spellings', () => {
  const ASCII = 'jo@xn--mller-kva.de';
  const UNICODE = 'jo@m\u00fcller.de';
  const PAIRS: readonly [string, string][] = [
    [UNICODE, ASCII],
    [ASCII, UNICODE],
    ['zo\u00eb@example.org', 'zoe\u0308@example.org'],
    ['zoe\u0308@example.org', 'zo\u00eb@example.org'],
  ];
  const states = ({ sandbox, group }: Bench): unknown[] => sandbox.account.receivers(group).map(({ active }) => active);
  const reasonsOf = async (bench: Bench, one: IncomingRecord): Promise<string> => {
    const said = await bench.one(one, { ...obeying, dryRun: true });
    return said.kind === 'dryRun' ? `${said.preview.wouldDo}: ${said.preview.reasons.join(' ')}` : said.kind;
  };

  it.each(PAIRS)(
    'an opt-out of %j deactivates the active one, even if %j is deactivated already',
    async (email, other) => {
      for (const inactive of [email, other]) {
        const bench = await start();
        const ids = [email, other].map((one) => add(bench, one));
        bench.sandbox.account.unsubscribe(bench.group, inactive);
        const who = inactive === email ? `receiver ${ids[1]}, which has the same address` : 'the receiver would be';
        expect(await reasonsOf(bench, optOut({ email }))).toContain(`unsubscribe: The record is an opt-out; ${who}`);
        // what is not carried out is not hidden either
        await bench.one(optOut({ email }));
        expect(bench.lines.info.join(' ')).toContain('1 of 1 records have opted out, but their receivers stay active');
        const result = await bench.one(optOut({ email }), obeying);
        expect(result).toMatchObject({ kind: 'unsubscribed', receiver: { id: ids[0], active: false } });
        expect(states(bench)).toEqual([false, false]);
        expect((await bench.one(optOut({ email }), obeying)).kind).toBe('unchanged');
      }
    },
  );

  it.each(PAIRS)('an opt-out of %j deactivates both if both are active, by address and by id', async (email, other) => {
    for (const byId of [false, true]) {
      const bench = await start();
      const ids = [email, other].map((one) => add(bench, one));
      const { receiver, entry } = optOut({ email, global_attributes: { firstname: 'Jo' } });
      const metadata = byId ? { recordUid: ids[0], oihUid: 'u' } : {};
      const one = record(receiver, metadata, entry);
      expect(await reasonsOf(bench, one)).toContain(`the receivers ${ids.join(', ')}, which have the same address`);
      const result = await bench.one(one, { ...obeying, ...linking });
      expect(result).toMatchObject({ kind: 'unsubscribed', receiver: { id: ids[0] } });
      expect(states(bench)).toEqual([false, false]);
      expect(bench.stored(ids[0] ?? '')).toMatchObject({ global_attributes: { firstname: 'Jo' } });
      expect(bench.stored(ids[1] ?? '')).toMatchObject({ global_attributes: { firstname: '' } });
    }
  });

  it('an opt-out fails as long as one of them is active, and the next delivery deactivates the rest', async () => {
    const bench = await start();
    for (const email of [UNICODE, ASCII]) add(bench, email);
    bench.sandbox.faults.add({ method: 'PUT', path: DEACTIVATE, kind: 'status', status: 403 });
    expect(errorOf(await bench.one(optOut({ email: UNICODE }), obeying)).name).toBe('AuthorisationError');
    expect(states(bench)).toEqual([true, false]);
    expect((await bench.one(optOut({ email: UNICODE }), obeying)).kind).toBe('unsubscribed');
    expect(states(bench)).toEqual([false, false]);
  });

  it.each(PAIRS)(
    'an update of %j is written to the receiver with this spelling, and none becomes active',
    async (email, other) => {
      for (const inOrder of [
        [email, other],
        [other, email],
      ]) {
        const bench = await start();
        for (const one of inOrder) add(bench, one);
        bench.sandbox.account.unsubscribe(bench.group, email);
        const one = record({ email, global_attributes: { firstname: 'Zoe' } });
        expect(await bench.one(one)).toMatchObject({ kind: 'updated', receiver: { email, active: false } });
        expect(bench.stored(other)).toMatchObject({ active: true, global_attributes: { firstname: '' } });
      }
    },
  );

  it('a new member gets the spelling of its record, if another group has several', async () => {
    for (const [email, other] of PAIRS) {
      const bench = await start();
      const elsewhere = bench.sandbox.account.addGroup('Other');
      for (const one of [other, email]) bench.sandbox.account.addReceiver(elsewhere, { email: one });
      expect(await bench.one(record({ email }))).toMatchObject({ kind: 'created', receiver: { email } });
    }
  });

  it('a dry run of a deletion names all of them', async () => {
    const bench = await start();
    const ids = [UNICODE, ASCII].map((email) => add(bench, email));
    const request = record({}, {}, { deleteRequested: true, email: ASCII });
    expect(await bench.one(request, { deletes: true, dryRun: true })).toMatchObject({
      preview: { wouldDo: 'delete', reasons: [expect.stringMatching(new RegExp(ids.toSorted().join('.*|.*')))] },
    });
  });
});

describe('if look-ups ignore case and the group has an address in two spellings', () => {
  const SPELLINGS = ['jo@example.org', 'JO@example.org', 'Jo@example.org'];
  const addSpellings = ({ sandbox, group }: Bench): string[] =>
    SPELLINGS.map((email) => sandbox.account.addSpelling(group, { email }));
  const active = ({ sandbox, group }: Bench): unknown[] =>
    sandbox.account
      .receivers(group)
      .filter((one) => one['active'])
      .map(({ email }) => email)
      .toSorted();

  it.each(SPELLINGS)('an opt-out of %s deactivates all of them, by address and by id', async (email) => {
    for (const byId of [false, true]) {
      const bench = await start();
      const [first] = addSpellings(bench);
      const { receiver, entry } = optOut({ email });
      const one = record(receiver, byId ? { recordUid: first, oihUid: 'u' } : {}, entry);
      expect((await bench.one(one, { ...obeying, ...linking })).kind).toBe('unsubscribed');
      expect(active(bench)).toEqual([]);
    }
  });

  it('carries out the opt-out of another receiver in the same batch', async () => {
    const bench = await start();
    addSpellings(bench);
    add(bench, 'zoe@example.org');
    const value = record({ email: 'jo@example.org', global_attributes: { firstname: 'Jo' } });
    const results = await bench.write([value, optOut({ email: 'zoe@example.org' })], {
      ...obeying,
      newReceivers: 'skip',
    });
    expect(kinds(results)).toEqual(['updated', 'unsubscribed']);
    expect(active(bench)).toEqual(SPELLINGS.toSorted());
  });

  it.each(SPELLINGS)('a delete request for %s deletes all of them, from the group and the account', async (email) => {
    for (const groupId of [undefined, null]) {
      const bench = await start();
      addSpellings(bench);
      const zoe = add(bench, 'zoe@example.org');
      const request = record({}, {}, { deleteRequested: true, email });
      const settings = { deletes: true, ...(groupId === null && { groupId }) };
      expect(await bench.one(request, settings)).toMatchObject({ outcome: 'confirmed' });
      expect(bench.sandbox.account.receivers(bench.group).map(({ id }) => id)).toEqual([zoe]);
    }
  });
});
