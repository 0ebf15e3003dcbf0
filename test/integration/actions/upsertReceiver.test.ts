import { process as upsert } from '../../../lib/actions/upsertReceiver';
import {
  AuthorisationError,
  ConfigurationError,
  NotFoundError,
  RecordError,
  RejectedError,
} from '../../../lib/utils/errors';
import type { Sandbox } from '../../../sandbox';
import { effort } from '../../support/effort';
import { useAccount } from '../../support/account';
import { FakeRuntime } from '../../support/runtime';

const account = useAccount();
let sandbox: Sandbox;
let group: string;

beforeEach(() => {
  ({ sandbox, group } = account);
  sandbox.account.addAttribute({ name: 'lastname' });
});

const action = (fields: Record<string, unknown> = {}, kind: 'oih' | 'elastic.io' = 'oih'): FakeRuntime =>
  new FakeRuntime(kind, upsert, { groupId: group, ...fields, ...account.credentials });

const jo = {
  firstName: 'Jo',
  lastName: 'Muster',
  contactData: [{ type: 'email', value: 'Jo@Example.org' }],
  categories: [{ name: 'vip', label: 'vip' }],
};
const writes = (): number =>
  sandbox.requests.filter(({ method }) => method !== 'GET').filter(({ path }) => !path.startsWith('/oauth')).length;

describe('a rejected record with onError "emit"', () => {
  const incoming = (data: object, recordUid = '17') => ({ body: { metadata: { oihUid: 'u1', recordUid }, data } });
  const metadata = { oihUid: 'u1', recordUid: '17' };

  it('is emitted with its error and its ids if it has no address', async () => {
    const step = action({ onError: 'emit' }, 'elastic.io');
    const { sent, emitted } = await step.run(incoming({ firstName: 'Jo' }));
    expect(emitted.map(({ event }) => event)).toEqual(['data']);
    expect(sent).toEqual([
      {
        metadata,
        data: {
          error: {
            type: 'record',
            message: expect.stringMatching(
              /the record with the recordUid "17", and it has no e-mail address/,
            ) as unknown,
            recordUid: '17',
          },
        },
      },
    ]);
    expect(step.log.join()).toMatch(/error Wrote to group \d+, 1 record: 1 rejected/);
  });

  it('is emitted if its mapping fails, or if CleverReach refuses it', async () => {
    const broken = action({ onError: 'emit', customMapping: '$error("no")' }, 'elastic.io');
    expect((await broken.run(incoming(jo))).sent).toMatchObject([{ metadata, data: { error: { type: 'record' } } }]);
    sandbox.account.block('jo@example.org');
    const refused = await action({ onError: 'emit' }, 'elastic.io').run(incoming(jo));
    expect(refused.sent).toMatchObject([{ metadata, data: { error: { type: 'rejected', recordUid: '17' } } }]);
    expect(JSON.stringify(refused.sent)).not.toContain('example.org');
  });

  it('is emitted if its receiver was created and the mail could not be sent', async () => {
    const { id } = sandbox.account.addForm({ groupId: group });
    sandbox.faults.add({ kind: 'status', status: 403, path: /\/send\/activate$/ });
    const fields = { onError: 'emit', newReceivers: 'unconfirmed', doiFormId: String(id) };
    const { sent } = await action(fields, 'elastic.io').run(incoming(jo));
    expect(sent).toMatchObject([{ metadata, data: { error: { type: 'record' } } }]);
    expect(JSON.stringify(sent)).toContain('treat it as spam');
  });

  it('is emitted on OIH too, where it would be lost otherwise', async () => {
    const { sent } = await action({ onError: 'emit' }).run({ metadata, data: { firstName: 'Jo' } });
    expect(sent).toMatchObject([{ metadata, data: { error: { type: 'record', recordUid: '17' } } }]);
  });

  it('does not stop the records that arrive with it', async () => {
    const step = (): FakeRuntime => action({ onError: 'emit' }, 'elastic.io');
    const [bad, good] = await Promise.all([step().run(incoming({ firstName: 'Jo' })), step().run(incoming(jo, '18'))]);
    expect(bad.sent[0]?.data).toHaveProperty('error');
    expect(good.sent[0]?.data).toMatchObject({ email: 'jo@example.org' });
  });

  it('is not emitted by default, and not in a dry run, where the result is "refuse"', async () => {
    await expect(action({}, 'elastic.io').run(incoming({ firstName: 'Jo' }))).rejects.toBeInstanceOf(RecordError);
    const dry = await action({ onError: 'emit', dryRun: true }, 'elastic.io').run(incoming({ firstName: 'Jo' }));
    expect(dry.sent).toMatchObject([{ data: { dryRun: true, wouldDo: 'refuse' } }]);
    sandbox.faults.add({ kind: 'status', status: 400, path: /\/groups\/\d+\/receivers/, times: 9 });
    const refused = action({ onError: 'emit', dryRun: true }, 'elastic.io');
    await expect(refused.run(incoming(jo))).rejects.toBeInstanceOf(RejectedError);
    expect(refused.emitted).toEqual([]);
  });

  it('differs from an error that may pass, which is redelivered, and from one of the step or the account', async () => {
    const step = action({ onError: 'emit' }, 'elastic.io');
    sandbox.faults.add({ kind: 'status', status: 503, path: /\/receivers$/, times: 9 });
    await step.run(incoming(jo));
    expect(step.emitted.map(({ event }) => event)).toEqual(['rebound']);
    sandbox.faults.clear();
    step.cfg['groupId'] = '424242';
    await expect(step.run(incoming(jo))).rejects.toBeInstanceOf(NotFoundError);
    expect(step.emitted).toEqual([]);
  });
});

describe('an incoming person', () => {
  it('becomes a receiver, and is emitted as CleverReach stores it, with the ids that the hub needs', async () => {
    const { sent } = await action().run({
      metadata: { oihUid: 'u1', recordUid: '77', applicationUid: 'crm' },
      data: jo,
    });
    const stored = sandbox.account.receiver(group, 'jo@example.org');
    expect(stored).toMatchObject({
      active: true,
      global_attributes: { firstname: 'Jo', lastname: 'Muster' },
      tags: ['vip'],
    });
    expect(sent).toMatchObject([
      {
        metadata: { oihUid: 'u1', recordUid: stored?.['id'] },
        data: { id: stored?.['id'], email: 'jo@example.org', tags: ['vip'] },
      },
    ]);
    expect(Object.keys(sent[0]?.metadata ?? {})).toEqual(['oihUid', 'recordUid']);
  });

  it('is read from the body on elastic.io, with or without {metadata, data} around it', async () => {
    await action({}, 'elastic.io').run({ body: { metadata: {}, data: jo } });
    await action({}, 'elastic.io').run({ body: { ...jo, contactData: [{ type: 'email', value: 'bo@example.org' }] } });
    expect(sandbox.account.receivers(group).map(({ email }) => email)).toEqual(['bo@example.org', 'jo@example.org']);
  });

  it('that equals the stored receiver causes no write, and is still emitted', async () => {
    await action().run({ data: jo });
    const before = writes();
    const { sent } = await action().run({ data: jo });
    expect(writes()).toBe(before);
    expect(sent).toHaveLength(1);
  });

  it('is written only in the fields that differ', async () => {
    await action().run({ data: jo });
    sandbox.forgetRequests();
    await action().run({ data: { ...jo, firstName: 'Joe' } });
    const body = sandbox.requests.find(({ path }) => path.endsWith('/upsertplus'))?.body;
    expect(body).toEqual([{ email: 'jo@example.org', global_attributes: { firstname: 'Joe' } }]);
  });

  it('who has unsubscribed stays unsubscribed, while the attributes are updated', async () => {
    const id = sandbox.account.addReceiver(group, { email: 'jo@example.org' });
    sandbox.account.unsubscribe(group, id);
    await action().run({ data: jo });
    expect(sandbox.account.receiver(group, id)).toMatchObject({
      active: false,
      global_attributes: { firstname: 'Jo' },
    });
  });

  it('is written to the group that a category names if the step names none', async () => {
    const press = sandbox.account.addGroup('Press');
    await action({ groupId: '' }).run({ data: { ...jo, categories: ['none such', { label: 'PRESS ' }] } });
    expect(sandbox.account.size(press)).toBe(1);
  });

  it('whose group is unknown is refused with the existing names', async () => {
    await expect(action({ groupId: '' }).run({ data: jo })).rejects.toThrow(/"groupId".*"groupName".*Newsletter/s);
    expect(writes()).toBe(0);
  });

  it('without an address is refused before anything is written', async () => {
    const step = action();
    await expect(step.run({ data: { firstName: 'Jo' } })).rejects.toBeInstanceOf(RecordError);
    await expect(step.run({ data: { firstName: 'Jo' } })).rejects.toThrow(/no e-mail address/i);
    expect(sandbox.requests.filter(({ path }) => path.includes('receivers'))).toEqual([]);
  });

  it('who is new is skipped with newReceivers "skip", and no message is emitted', async () => {
    const step = action({ newReceivers: 'skip' });
    expect((await step.run({ data: jo })).sent).toEqual([]);
    expect(sandbox.account.size(group)).toBe(0);
    expect(step.log.join('\n')).toMatch(
      /info Wrote to group \d+, 1 record: 1 skipped\. Skipped \(1; record no\. 1\): The group has no receiver for the record, and "newReceivers" is "skip"/,
    );
  });

  it('who is new waits for the confirmation with newReceivers "unconfirmed", and gets the mail of the form', async () => {
    const { id } = sandbox.account.addForm({ groupId: group });
    await action({ newReceivers: 'unconfirmed', doiFormId: String(id) }).run({ data: jo });
    expect(sandbox.account.receiver(group, 'jo@example.org')).toMatchObject({ active: false, activated: 0 });
    expect(sandbox.account.mails).toHaveLength(1);
  });

  it('is not written if the custom mapping of the record fails: nothing untransformed is ever sent', async () => {
    const step = action({ customMapping: '$error("no")' });
    await expect(step.run({ data: jo })).rejects.toBeInstanceOf(RecordError);
    expect(sandbox.requests).toEqual([]);
  });

  it('that cannot be mapped is named in the error and in the log', async () => {
    const step = action({ customMapping: '{"data": {"email": $address(data)}}' });
    const message = { metadata: { recordUid: '4711' }, data: jo };
    const why = 'the customMapping failed at character 28: there is no function $address';
    await expect(step.run(message)).rejects.toThrow(
      new RecordError(`Nothing was written for the record with the recordUid "4711": ${why}`),
    );
    expect(step.log).toContain(
      `error Wrote to no group, 1 record: 1 rejected. Rejected (1; recordUid "4711"): Nothing was written for the record: ${why}.`,
    );
  });

  it('that is a receiver instead of a person is distinguished from one without an address', async () => {
    const receiver = { data: { id: '7', email: 'jo@example.org', global_attributes: {} } };
    await expect(action().run(receiver)).rejects.toThrow(/looks like a receiver.*set "skipTransformation" to true/);
    const flat = action().run({ data: { email: 'jo@example.org', firstName: 'Jo' } });
    await expect(flat).rejects.toThrow(/looks like a flat record, not a person: map it with a "customMapping"\.$/);
    await expect(action().run({ data: { firstName: 'Jo' } })).rejects.not.toThrow(/looks like/);
    const custom = action({ customMapping: '{"data": {"mail": data.email}}' });
    await expect(custom.run(receiver)).rejects.toThrow(/the result of the customMapping, must have an "email"/);
  });
});

describe('persons that arrive together', () => {
  const person = (name: string): object => ({
    firstName: name,
    contactData: [{ type: 'email', value: `${name}@example.org` }],
  });
  const runs = async (names: string[]): Promise<FakeRuntime[]> =>
    await Promise.all(names.map((name) => action().run({ metadata: { oihUid: name }, data: person(name) })));

  it('are written with few requests, and emitted separately', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `p${index}`);
    const done = await runs(names);
    expect(done.map(({ sent }) => sent[0]?.metadata['oihUid'])).toEqual(names);
    expect(done.map(({ sent }) => sent[0]?.data['email'])).toEqual(names.map((name) => `${name}@example.org`));
    expect(sandbox.account.size(group)).toBe(60);
    expect(sandbox.count({ path: /upsertplus/ })).toBeLessThanOrEqual(3);
  });

  it('do not fail if one of them is refused', async () => {
    sandbox.account.block('p2@example.org');
    const outcomes = await Promise.allSettled(
      ['p0', 'p1', 'p2', 'p3'].map((name) => action().run({ data: person(name) })),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(sandbox.account.size(group)).toBe(3);
  });

  it('and are the same person end with the values of the last message', async () => {
    const versions = ['A', 'B', 'C', 'D'].map((firstName) => ({
      firstName,
      contactData: [{ type: 'email', value: 'jo@example.org' }],
    }));
    await Promise.all(versions.map((data) => action().run({ data })));
    expect(sandbox.account.receivers(group)).toMatchObject([{ global_attributes: { firstname: 'D' } }]);
  });
});

describe('an incoming receiver with skipTransformation', () => {
  const raw = {
    email: 'jo@example.org',
    global_attributes: { firstname: 'Jo' },
    active: true,
    activated: 1_500_000_000,
    registered: 1_500_000_000,
    id: '999',
  };

  it('is written unchanged, except for its state and timestamps', async () => {
    await action({ skipTransformation: 'true' }).run({ data: raw });
    const stored = sandbox.account.receiver(group, 'jo@example.org');
    const now = Date.now() / 1000;
    expect(stored).toMatchObject({ active: true, global_attributes: { firstname: 'Jo' }, deactivated: 0 });
    for (const time of [stored?.['registered'], stored?.['activated']]) {
      expect(Math.abs(Number(time) - now)).toBeLessThan(60);
    }
    expect(stored?.['id']).not.toBe('999');
  });

  it('that is inactive at its source is not activated here', async () => {
    await action({ skipTransformation: true }).run({ data: { ...raw, active: false, deactivated: 7 } });
    expect(sandbox.account.receiver(group, 'jo@example.org')).toMatchObject({ active: false, deactivated: 0 });
    expect(sandbox.account.mails).toEqual([]);
  });
});

describe('a message about a CleverReach receiver', () => {
  const linked = { nodeSettings: { idLinking: true, applicationUid: 'cleverreach' } };

  it('follows a change of address', async () => {
    const id = sandbox.account.addReceiver(group, { email: 'old@example.org' });
    const { sent } = await action(linked).run({ metadata: { oihUid: 'u1', recordUid: id }, data: jo });
    expect(sandbox.account.receiver(group, id)).toMatchObject({
      email: 'jo@example.org',
      global_attributes: { firstname: 'Jo' },
    });
    expect(sent[0]?.metadata).toEqual({ oihUid: 'u1', recordUid: id });
    expect(sandbox.account.size(group)).toBe(1);
  });

  it('is matched by address if the id belongs to another application', async () => {
    const id = sandbox.account.addReceiver(group, { email: 'old@example.org' });
    await action().run({ metadata: { recordUid: id }, data: jo });
    expect(sandbox.account.receiver(group, id)).toMatchObject({ email: 'old@example.org' });
    expect(sandbox.account.size(group)).toBe(2);
  });
});

describe('messages about the same receiver that arrive at once', () => {
  const linked = { nodeSettings: { idLinking: true, applicationUid: 'cleverreach' }, deletes: true };
  const slowly = `($wait := function($n){ $n > 0 ? $wait($n - 1) : 0 }; {"data": {"email": data.email, "x": $wait(1000)}})`;
  const mappings = {
    'the default mapping': {},
    'no mapping': { skipTransformation: true },
    'a slow mapping': { customMapping: slowly },
  };
  const upsertOf = (email: string): Record<string, unknown> => ({
    email,
    contactData: [{ type: 'email', value: email }],
  });
  const deleteOf = (email: string): Record<string, unknown> => ({ deleteRequested: true, ...upsertOf(email) });
  const size = (): number => sandbox.account.size(group);

  describe.each(Object.entries(mappings))('with %s', (_name, fields) => {
    it.each(['one step', 'two steps with other settings'])('are executed in order of arrival, by %s', async (steps) => {
      const settings = { ...linked, ...fields };
      const other = steps === 'one step' ? settings : { ...settings, newReceivers: 'unconfirmed' };
      const outcomes = await Promise.all([
        action(settings).run({ data: upsertOf('jo@example.org') }),
        action(other).run({ data: deleteOf('JO@example.org') }),
      ]);
      expect(outcomes[1].sent[0]?.data).toMatchObject({ delete: 'confirmed' });
      expect(size()).toBe(0);

      const id = sandbox.account.addReceiver(group, { email: 'jo@example.org' });
      await Promise.all([
        action(settings).run({ data: upsertOf('jo@example.org') }),
        action(other).run({ metadata: { oihUid: 'u', recordUid: id }, data: { deleteRequested: true } }),
      ]);
      expect(size()).toBe(0);

      const again = sandbox.account.addReceiver(group, { email: 'jo@example.org' });
      await Promise.all([
        action(other).run({ metadata: { oihUid: 'u', recordUid: again }, data: { deleteRequested: true } }),
        action(settings).run({ data: upsertOf('jo@example.org') }),
        action(other).run({ data: deleteOf('jo@example.org') }),
        action(settings).run({ data: upsertOf('jo@example.org') }),
      ]);
      expect(sandbox.account.receivers(group)).toMatchObject([{ email: 'jo@example.org', active: true }]);
      expect(sandbox.account.receiver(group, again)).toBeUndefined();
      sandbox.account.removeEverywhere('jo@example.org');
    });
  });

  it('keep their order when the previous step has a slow mapping and the next step has another one', async () => {
    const remover = action({ ...linked, skipTransformation: true });
    const outcomes = await Promise.all([
      action({ ...linked, customMapping: slowly }).run({ data: upsertOf('jo@example.org') }),
      remover.run({ data: deleteOf('JO@example.org') }),
    ]);
    expect(outcomes[1].sent[0]?.data).toMatchObject({ delete: 'confirmed' });
    expect(size()).toBe(0);
  });

  it.each<[string, string, Record<string, unknown>]>([
    ['hidden', '"jo" & "@example.org"', upsertOf('hidden@example.org')],
    [
      'made from initials',
      '$lowercase($substring(data.first, 0, 1) & data.last) & "@example.org"',
      { ...upsertOf('private@example.com'), first: 'J', last: 'O' },
    ],
  ])('keep their order if the address is %s until it is mapped', async (_, email, data) => {
    const outcomes = await Promise.all([
      action({ ...linked, customMapping: slowly.replace('data.email', email) }).run({ data }),
      action({ ...linked, skipTransformation: true }).run({ data: deleteOf('jo@example.org') }),
    ]);
    expect(outcomes[0].ids).toHaveLength(1);
    expect(outcomes[1].sent[0]?.data).toMatchObject({ delete: 'confirmed' });
    expect(size()).toBe(0);
  });

  it('are the only ones that wait long for a slow mapping of another step', async () => {
    const forEver = (n: number): string => `($f := function($n){ $f($n + 1) }; $f(${n}))`;
    const order: string[] = [];
    const run = (name: string, fields: object, data: Record<string, unknown>): Promise<void> =>
      action({ ...linked, ...fields })
        .run({ data })
        .then(
          () => void order.push(name),
          () => void order.push(name),
        );
    const all = [0, 1, 2].map((n) => run(`slow${n}`, { customMapping: forEver(n) }, upsertOf(`slow${n}@example.org`)));
    all.push(run('quick', { skipTransformation: true }, { email: 'bo@example.org' }));
    all.push(run('same', { skipTransformation: true }, { email: 'slow2@example.org' }));
    await Promise.all(all);
    expect(order.indexOf('quick')).toBeLessThan(order.indexOf('slow2'));
    expect(order.indexOf('slow2')).toBeLessThan(order.indexOf('same'));
  });

  it('are not blocked by an earlier message that cannot be mapped', async () => {
    const failing = action({ ...linked, customMapping: '$error("no")' }).run({ data: jo });
    const other = action({ ...linked, skipTransformation: true }).run({ data: { email: 'bo@example.org' } });
    await expect(failing).rejects.toThrow(/Nothing was written/);
    expect((await other).ids).toHaveLength(1);
  });

  it('cause few writes even if two steps of the account alternate', async () => {
    const steps = [
      action({ skipTransformation: true }),
      action({ skipTransformation: true, newReceivers: 'unconfirmed' }),
    ];
    for (const name of Array.from({ length: 60 }, (_, index) => `p${index}`)) {
      sandbox.account.addReceiver(group, { email: `${name}@example.org` });
    }
    await Promise.all(
      Array.from({ length: 60 }, (_, index) => {
        const data = { email: `p${index}@example.org`, global_attributes: { firstname: 'X' } };
        return new FakeRuntime('oih', upsert, steps[index % 2]?.cfg ?? {}).run({ data });
      }),
    );
    expect(sandbox.requests.filter(({ path }) => path.endsWith('/upsertplus')).length).toBeLessThanOrEqual(5);
  });
});

describe('a delete request', () => {
  const request = (recordUid: string): object => ({
    metadata: { oihUid: 'u1', recordUid },
    data: { deleteRequested: true },
  });
  const linked = { nodeSettings: { idLinking: true, applicationUid: 'cleverreach' } };
  const answer = (outcome: string): object => ({
    delete: outcome,
    timestamp: expect.stringMatching(/^\d{13}$/) as string,
  });

  it('is confirmed when it was carried out, and when the receiver was already deleted', async () => {
    const id = sandbox.account.addReceiver(group, { email: 'jo@example.org' });
    const step = action({ ...linked, deletes: true });
    expect((await step.run(request(id))).sent).toMatchObject([
      { metadata: { oihUid: 'u1', recordUid: id }, data: answer('confirmed') },
    ]);
    expect(sandbox.account.size(group)).toBe(0);
    expect((await step.run(request(id))).sent).toMatchObject([{ data: answer('confirmed') }]);
  });

  it('is denied without the field "deletes", and no request is sent', async () => {
    const id = sandbox.account.addReceiver(group, { email: 'jo@example.org' });
    const step = action(linked);
    expect((await step.run(request(id))).sent).toMatchObject([{ data: answer('denied') }]);
    expect(sandbox.requests).toEqual([]);
  });

  it('needs no mapping, and does not fail with one that always fails', async () => {
    const id = sandbox.account.addReceiver(group, { email: 'jo@example.org' });
    const step = action({ ...linked, deletes: true, customMapping: '$error("no")' });
    expect((await step.run(request(id))).sent).toMatchObject([{ data: answer('confirmed') }]);
    expect(sandbox.account.size(group)).toBe(0);
  });

  it('fails the message when its receiver cannot be identified', async () => {
    const id = sandbox.account.addReceiver(group, { email: 'jo@example.org' });
    const step = action({ deletes: true });
    await expect(step.run(request(id))).rejects.toThrow('names no receiver');
    expect([step.sent, sandbox.account.size(group)]).toEqual([[], 1]);
  });

  it('is returned to the platform when CleverReach fails', async () => {
    const id = sandbox.account.addReceiver(group, { email: 'jo@example.org' });
    sandbox.faults.add({
      path: '/v3/groups/:gid/receivers/:rid',
      method: 'DELETE',
      times: 99,
      kind: 'status',
      status: 429,
      headers: { 'Retry-After': '3600' },
    });
    const step = action({ ...linked, deletes: true });
    await step.run(request(id));
    expect(step.emitted.map(({ event }) => event)).toEqual(['rebound']);
  });
});

describe('an emitted message', () => {
  const raw = { skipTransformation: true };
  const data = { email: 'jo@example.org' };

  it('has no id of the hub if none arrived', async () => {
    const { sent } = await action(raw).run({ data });
    const id = sandbox.account.receiver(group, 'jo@example.org')?.['id'];
    expect(sent.map(({ metadata }) => metadata)).toStrictEqual([{ recordUid: id }]);
    const again = await action(raw).run({ data: { ...data, global_attributes: { firstname: 'Jo' } } });
    expect(again.sent).toMatchObject([
      { metadata: { recordUid: id }, data: { global_attributes: { firstname: 'Jo' } } },
    ]);
  });

  it('after a deletion has the incoming id if no receiver was found, and no id if none arrived', async () => {
    const request = (metadata: object): object => ({ metadata, data: { ...data, deleteRequested: true } });
    const step = action({ deletes: true });
    expect(
      (await step.run(request({ oihUid: 'u', recordUid: 77 }))).sent.map(({ metadata }) => metadata),
    ).toStrictEqual([{ oihUid: 'u', recordUid: '77' }]);
    expect((await step.run(request({}))).sent.map(({ metadata }) => metadata)).toStrictEqual([{}]);
    const id = sandbox.account.addReceiver(group, data);
    expect((await step.run(request({ recordUid: 77 }))).sent.map(({ metadata }) => metadata)).toStrictEqual([
      { recordUid: id },
    ]);
  });

  it('has the name from a mapping of the flow, since only that of the default mapping is omitted beside a last name', async () => {
    sandbox.account.addAttribute({ name: 'name' });
    const named = { name: 'Jo Muster', lastname: 'Muster' };
    const stored = (): unknown => sandbox.account.receiver(group, 'jo@example.org')?.['global_attributes'];
    await action(raw).run({ data: { ...data, global_attributes: named } });
    expect(stored()).toMatchObject(named);
    sandbox.account.remove(group, 'jo@example.org');
    const customMapping =
      '{"metadata": {}, "data": {"email": data.email, "global_attributes": data.global_attributes}}';
    await action({ customMapping }).run({ data: { ...data, global_attributes: named } });
    expect(stored()).toMatchObject(named);
  });

  it('has no name from the default mapping if the account has separate first and last names', async () => {
    sandbox.account.addAttribute({ name: 'name' });
    await action().run({ data: jo });
    expect(sandbox.account.receiver(group, 'jo@example.org')?.['global_attributes']).toMatchObject({
      name: '',
      firstname: 'Jo',
      lastname: 'Muster',
    });
  });

  it('of a dry run on OIH with id linking is only logged, unless the hub knows the receiver', async () => {
    const nodeSettings = { idLinking: true, applicationUid: 'cleverreach' };
    const id = sandbox.account.addReceiver(group, data);
    const message = (recordUid: string): object => ({
      metadata: { oihUid: 'u', recordUid },
      data: { ...data, global_attributes: { firstname: 'Jo' } },
    });
    const linked = action({ ...raw, dryRun: true, nodeSettings });
    expect((await linked.run(message(id))).sent).toMatchObject([
      { metadata: { oihUid: 'u', recordUid: id }, data: { wouldDo: 'update' } },
    ]);
    expect((await linked.run(message('77'))).sent).toEqual([]);
    expect(linked.log).toContain(
      `info Dry run: "update" for receiver ${id}, reported only here, because OIH would link the message to the receiver.`,
    );
    const elastic = action({ ...raw, dryRun: true, nodeSettings }, 'elastic.io');
    expect((await elastic.run({ body: message('77') })).sent).toMatchObject([{ data: { wouldDo: 'update' } }]);
    const unlinked = action({ ...raw, dryRun: true });
    expect((await unlinked.run(message('77'))).sent).toMatchObject([{ metadata: { recordUid: id } }]);
    const nobody = await unlinked.run({ data: { email: 'new@example.org' } });
    expect(nobody.sent.map(({ metadata }) => metadata)).toStrictEqual([{}]);
  });

  it('that comes back is recognised by the name of our application, if the flow sets it', async () => {
    const id = sandbox.account.addReceiver(group, { email: 'old@example.org' });
    const message = { metadata: { recordUid: id, applicationUid: 'cleverreach' }, data };
    await action({ ...raw, nodeSettings: { applicationUid: 'cleverreach' } }).run(message);
    expect(sandbox.account.receiver(group, id)).toMatchObject({ email: 'jo@example.org' });
    expect(sandbox.account.size(group)).toBe(1);
  });
});

it('a message whose answer the runtime could not send is returned, and this is logged', async () => {
  const step = action();
  step.onEmit = ({ event }, context) => {
    if (event === 'data') context.errorCount = (context.errorCount ?? 0) + 1;
  };
  await step.run({ data: jo });
  expect(step.emitted.map(({ event }) => event)).toEqual(['data', 'rebound']);
  expect(step.log.at(-1)).toBe(
    'warn Handed back to the broker, to be retried (20 more times at most): The runtime could not send a data message; its error in the log gives the reason. Waiting helps, unless that error is about the message itself, such as its size.',
  );
});

it('a message whose answer fails in the runtime is returned with the reason', async () => {
  const step = action();
  step.onEmit = ({ event }) => {
    if (event === 'data') throw Object.assign(new Error('Channel closed'), { name: 'IllegalOperationError' });
  };
  await step.run({ data: jo });
  expect(step.emitted.map(({ event }) => event)).toEqual(['rebound']);
  expect(step.log.at(-1)).toContain(
    'The runtime could not send a data message (IllegalOperationError): Channel closed. This is temporary',
  );
});

describe('a failure of CleverReach', () => {
  it('to list the groups once returns the message, and the next attempt writes the record', async () => {
    sandbox.faults.add({ path: '/groups', kind: 'body', body: [] });
    const step = action({ groupId: '', groupName: 'Newsletter' });
    await step.run({ data: jo });
    expect(step.emitted.map(({ event }) => event)).toEqual(['rebound']);
    expect(step.log.join('\n')).toContain('CleverReach lists no groups, so no group named');
    await step.run({ data: jo });
    expect(step.emitted.map(({ event }) => event)).toEqual(['data']);
  });

  it('before the record is known also returns the message, and this is logged', async () => {
    sandbox.faults.add({
      path: '/oauth/token.php',
      times: 99,
      kind: 'status',
      status: 429,
      headers: { 'Retry-After': '3600' },
    });
    const step = action();
    await step.run({ data: jo });
    expect(step.emitted.map(({ event }) => event)).toEqual(['rebound']);
    expect(step.log.at(-1)).toMatch(
      /^warn .* 1 to be retried\. .* rejected the request for a token, because its rate limit is reached \(429\)/,
    );
  });

  it('that is temporary returns the message, and is not an error', async () => {
    sandbox.faults.add({
      path: '/groups/:gid/receivers',
      method: 'POST',
      times: 99,
      kind: 'status',
      status: 429,
      headers: { 'Retry-After': '3600' },
    });
    const step = action();
    await step.run({ data: jo });
    expect(step.emitted.map(({ event }) => event)).toEqual(['rebound']);
    expect(step.log.join('\n')).toMatch(
      /warn Wrote to group \d+, 1 record: 1 to be retried\. To be retried \(1; record no\. 1\): CleverReach rejected POST .*rate limit/,
    );
    expect(step.log.filter((line) => line.startsWith('warn'))).toHaveLength(1);
  });

  it.each([
    ['a refused row', 'blocked', RejectedError],
    ['a missing group', 'unknown', NotFoundError],
    ['a missing permission', '403', AuthorisationError],
  ] as const)('that is permanent is a typed error: %s', async (_, what, type) => {
    const step = action(what === 'unknown' ? { groupId: '424242' } : {}, 'elastic.io');
    if (what === 'blocked') sandbox.account.block('jo@example.org');
    if (what === '403')
      sandbox.faults.add({
        path: '/groups/:gid/receivers',
        method: 'POST',
        times: 9,
        kind: 'status',
        status: 403,
        body: { error: { code: 403, message: 'Forbidden' } },
      });
    await expect(step.run({ body: jo })).rejects.toBeInstanceOf(type);
    expect(step.emitted).toEqual([]);
  });

  it('without any credentials is a single clear error', async () => {
    const step = action({}, 'elastic.io');
    delete step.cfg['client_secret'];
    await expect(step.run({ body: jo })).rejects.toBeInstanceOf(ConfigurationError);
    await expect(step.run({ body: jo })).rejects.toThrow(/No CleverReach credentials were found/);
  });
});

describe('a deleteRequested', () => {
  const of = (deleteRequested: unknown) => ({ metadata: { recordUid: 'crm-1017' }, data: { ...jo, deleteRequested } });

  it.each(['false', '0', 0, false, '', 'no', null])(
    'of %j is not a request, so the record is written',
    async (value) => {
      const step = action({ deletes: true });
      await step.run(of(value));
      expect(step.emitted.map(({ event }) => event)).toEqual(['data']);
      expect(sandbox.count({ method: 'DELETE' })).toBe(0);
      expect(sandbox.account.receivers(group)).toHaveLength(1);
    },
  );

  it('that cannot be read fails the message: nothing is written or deleted', async () => {
    sandbox.account.addReceiver(group, { email: 'jo@example.org' });
    const step = action({ deletes: true });
    await expect(step.run(of('when he asks'))).rejects.toThrow(/recordUid "crm-1017".*"deleteRequested"/);
    expect(sandbox.requests.filter(({ method, path }) => method !== 'GET' && path.startsWith('/v3'))).toEqual([]);
  });
});

describe('an error that a user can correct in the step, the credential or the account', () => {
  const message = { metadata: { recordUid: 'crm-1017' }, data: jo };
  const forbidden = { error: { code: 403, message: 'Forbidden' } };
  const faults: Record<string, (step: FakeRuntime) => RegExp> = {
    'a group that does not exist': (step) => {
      step.cfg['groupId'] = '424242';
      return /no group with the id 424242.*"Newsletter"/;
    },
    'a name that no group has': (step) => {
      Object.assign(step.cfg, { groupId: '', groupName: 'Nobody' });
      return /no group named "Nobody"/;
    },
    'a field that is wrong': (step) => {
      step.cfg['newReceivers'] = 'perhaps';
      return /"newReceivers"/;
    },
    'a mapping that cannot be parsed': (step) => {
      step.cfg['customMapping'] = '{ "data": ';
      return /customMapping/;
    },
    'a credential that is missing': (step) => {
      delete step.cfg['client_secret'];
      return /No CleverReach credentials were found/;
    },
    'a credential that is refused': (step) => {
      step.cfg['client_secret'] = 'another';
      return /client id and client secret/;
    },
    'a permission that is missing': () => {
      const path = /\/receivers$/;
      sandbox.faults.add({ path, method: 'POST', times: Infinity, kind: 'status', status: 403, body: forbidden });
      return /does not allow POST .*receivers/;
    },
    'a form that does not exist': (step) => {
      sandbox.account.addForm({ groupId: group });
      Object.assign(step.cfg, { newReceivers: 'unconfirmed', doiFormId: '99' });
      return /no form with the id 99/;
    },
  };

  it.each(Object.entries(faults))(
    'returns the message on OIH, and the log names the record and the remedy: %s',
    async (_, fault) => {
      const step = action();
      const why = fault(step);
      await step.run(message);
      expect(step.emitted.map(({ event }) => event)).toEqual(['rebound']);
      const lines = step.log.filter((line) => line.startsWith('warn Handed back'));
      expect(lines).toEqual([expect.stringMatching(why)]);
      expect(lines[0]).toContain(
        'to give time to correct the step, the credential or the account (20 more times at most): ',
      );
      expect(lines[0]?.match(/recordUid "crm-1017"/g)).toHaveLength(1);
    },
  );

  it.each(Object.entries(faults))('fails the message on elastic.io, which keeps it: %s', async (_, fault) => {
    const step = action({}, 'elastic.io');
    const why = fault(step);
    await expect(step.run({ body: message })).rejects.toThrow(why);
    await expect(step.run({ body: message })).rejects.toThrow('recordUid "crm-1017"');
    expect(step.emitted).toEqual([]);
  });

  it('loses no message if it is corrected in time', async () => {
    const step = action({ groupId: '424242' });
    await step.run(message);
    Object.assign(step.cfg, { groupId: group });
    step.headers = { reboundIteration: 1, reboundReason: 'before' };
    expect((await step.run(message)).sent).toHaveLength(1);
    expect(sandbox.account.receiver(group, 'jo@example.org')).toBeDefined();
  });

  describe('with a redelivery limit of the platform', () => {
    afterEach(() => {
      delete process.env['ELASTICIO_REBOUND_LIMIT'];
    });

    it.each([
      [19, ''],
      [3, '4'],
    ])(
      'returns the message below the limit: after %i returns, with the limit "%s"',
      async (reboundIteration, limit) => {
        process.env['ELASTICIO_REBOUND_LIMIT'] = limit;
        const step = action({ groupId: '424242' });
        step.headers = { reboundIteration };
        await step.run(message);
        expect(step.emitted).toHaveLength(1);
      },
    );

    it.each([
      [20, ''],
      [21, ''],
      [4, '4'],
      [0, '0'],
    ])(
      'is an error that names the cause, and not the limit: after %i returns, with the limit "%s"',
      async (reboundIteration, limit) => {
        process.env['ELASTICIO_REBOUND_LIMIT'] = limit;
        const step = action({ groupId: '424242' });
        step.headers = { reboundIteration };
        const run = step.run(message);
        await expect(run).rejects.toThrow(
          /^The platform allows no more redeliveries of this message, so it fails for good\. .*recordUid "crm-1017".*424242/,
        );
        await expect(run).rejects.toBeInstanceOf(NotFoundError);
        expect(step.emitted).toEqual([]);
      },
    );
  });

  it('is reported instead of an exceeded limit if waiting did not help either', async () => {
    sandbox.faults.add({ path: /receivers/, times: Infinity, kind: 'status', status: 503 });
    const step = action();
    step.headers = { reboundIteration: 20 };
    await expect(step.run(message)).rejects.toThrow(/fails for good.*recordUid "crm-1017".*503/);
  });

  it('does not include an invalid record, which fails immediately', async () => {
    const step = action();
    const faulty = { ...message, data: { ...jo, contactData: [{ type: 'email', value: 'no address' }] } };
    await expect(step.run(faulty)).rejects.toBeInstanceOf(RecordError);
    await expect(step.run(faulty)).rejects.toThrow('recordUid "crm-1017"');
    expect(step.emitted).toEqual([]);
  });
});

describe('a record whose recordUid must not be shown', () => {
  it.each([
    ['by the id of the hub', { recordUid: 'jo@example.org', oihUid: 'hub-1000' }, 'oihUid "hub-1000"'],
    ['by a hash', { recordUid: 'jo@example.org' }, 'SHA-256 of its recordUid: b6be3cb544f7'],
  ])('is named %s', async (_, metadata, name) => {
    sandbox.account.block('jo@example.org');
    const step = action();
    const error = await step.run({ metadata, data: jo }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(RejectedError);
    expect(String(error)).toContain(name);
    expect(step.log.filter((line) => line.startsWith('error'))).toEqual([expect.stringContaining(name)]);
    expect(`${String(error)} ${step.log.join(' ')}`).not.toContain('jo@');
  });
});

describe('a record with very long values', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['an address that expands', { email: '\ufdfa'.repeat(300_000) }, /address of .* is not valid/],
    ['an address of combining marks', { email: `${'\u0316\u0301'.repeat(200_000)}@example.org` }, /is not valid/],
    ['a status', { email: 'bo@example.org', status: `"${'a '.repeat(490_000)}"` }, /^written$/],
    ['a tag', { email: 'bo@example.org', tags: ['{'.repeat(1_000_000)] }, /A tag of .* more than 1000 characters/],
    [
      'a value of combining marks',
      { email: 'jo@example.org', global_attributes: { lastname: `a${'\u0301\u0316'.repeat(200_000)}` } },
      /^written$/,
    ],
  ])('does not block the process: %s', async (_, data, error) => {
    sandbox.account.addReceiver(group, { email: 'jo@example.org', global_attributes: { lastname: 'Muster' } });
    let longest = 0;
    let spent = effort();
    const timer = setInterval(() => {
      longest = Math.max(longest, spent());
      spent = effort();
    }, 5);
    const run = action({ skipTransformation: true }).run({ data });
    const outcome = await run.then(
      () => 'written',
      (thrown: unknown) => String(thrown),
    );
    expect(outcome).toMatch(error);
    clearInterval(timer);
    expect(Math.max(longest, spent())).toBeLessThan(150);
  });
});

describe('whatever a record and the account contain', () => {
  const long = 'x'.repeat(400_000);
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['recordUid', { recordUid: `${long} ` }, { email: 'bo@example.org' }],
    ['recordUid of one word', { recordUid: long }, { email: 'bo' }],
    ['recordUid of brackets', { recordUid: '('.repeat(400_000) }, { email: 'bo' }],
    ['attribute', {}, { email: 'bo@example.org', attributes: { [long]: ['x'] } }],
    ['attribute that is not defined', {}, { email: 'bo@example.org', attributes: { [long]: 'x' } }],
    ['tag', {}, { email: 'bo@example.org', tags: [`${long}@`, '('.repeat(400_000)] }],
    ['address', {}, { email: `${long}@example.org` }],
    ['category', {}, { email: 'bo@example.org', categories: ['('.repeat(40_000), long] }],
  ])(
    'no error and no line is longer than 2,000 characters, and other records are written: %s',
    async (_, metadata, data) => {
      sandbox.account.addGroup(`Press ${long.slice(0, 5_000)}`);
      const fields = { skipTransformation: true, groupId: '', ...('categories' in data ? {} : { groupId: group }) };
      const step = action(fields);
      const error = await step.run({ metadata, data }).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(String(error).length).toBeLessThan(2_050);
      expect(Math.max(...step.log.map((line) => line.length))).toBeLessThan(2_010);
      await expect(
        action({ skipTransformation: true }).run({ data: { email: 'jo@example.org' } }),
      ).resolves.toBeDefined();
    },
  );

  it('a log that throws fails no record', async () => {
    const step = action();
    const { process } = { process: upsert };
    const failing = () => {
      throw new RangeError('no room');
    };
    const broken = new FakeRuntime(
      'oih',
      async function (message, cfg, snapshot, headers, tokenData) {
        const logger = { debug: failing, info: failing, warn: failing, error: failing };
        await process.call({ ...this, logger }, message, cfg, snapshot, headers, tokenData);
      },
      step.cfg,
      upsert,
    );
    expect((await broken.run({ data: jo })).sent).toHaveLength(1);
  });
});
