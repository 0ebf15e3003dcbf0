/** What a dry run says, and that it says it in messages without writing. */
import { process as upsert } from '../../../lib/actions/upsertReceiver';
import type { Sandbox } from '../../../sandbox';
import { useAccount } from '../../support/account';
import { FakeRuntime, type Sent } from '../../support/runtime';

const account = useAccount();
let sandbox: Sandbox;
let group: string;

beforeEach(() => {
  ({ sandbox, group } = account);
  sandbox.account.addAttribute({ name: 'store', groupId: group });
});

type Fields = Record<string, unknown>;
const dry = (fields: Fields = {}, kind: 'oih' | 'elastic.io' = 'oih'): FakeRuntime =>
  new FakeRuntime(kind, upsert, {
    groupId: group,
    skipTransformation: 'true',
    dryRun: 'true',
    ...fields,
    ...account.credentials,
  });
const writes = (): string[] =>
  sandbox.requests.flatMap(({ method, path }) => (method === 'GET' || path.startsWith('/oauth') ? [] : [path]));
async function resultOf(step: FakeRuntime, message: Fields): Promise<Sent> {
  const { sent } = await step.run(message);
  expect(writes()).toEqual([]);
  const [only, ...others] = sent;
  if (!only || others.length > 0) throw new Error(`${sent.length} messages`);
  return { metadata: only.metadata, data: only.data };
}

const mia = 'mia@example.org';
const add = (more: Fields = {}): string =>
  sandbox.account.addReceiver(group, {
    email: mia,
    global_attributes: { firstname: 'Mia' },
    attributes: { store: 'Altona' },
    tags: ['old', 'crm.a', 'crm.b'],
    ...more,
  });
const place = () => ({ id: group, name: 'Newsletter' });
const linking = { nodeSettings: { idLinking: true } };

describe('the result of a dry run of a record', () => {
  it.each(['oih', 'elastic.io'] as const)('contains the receiver that would be created (%s)', async (kind) => {
    const record = { email: mia, attributes: { store: 'Ottensen' }, tags: ['vip'] };
    const message = { metadata: { oihUid: 'u1' }, data: record };
    expect(await resultOf(dry({}, kind), kind === 'oih' ? message : { body: message })).toEqual({
      metadata: { oihUid: 'u1' },
      data: {
        dryRun: true,
        wouldDo: 'create',
        group: place(),
        receiver: { email: mia },
        state: 'active',
        changes: { attributes: { store: { to: 'Ottensen' } }, tags: { add: ['vip'], remove: [] } },
        reasons: [],
      },
    });
  });

  it.each([
    ['in the same spelling', mia, mia],
    ['in another spelling', 'jörg@müller.example', 'jörg@xn--mller-kva.example'],
  ])(
    'that is new to the group but not to the account which changes affect other groups (%s)',
    async (_, email, given) => {
      const other = sandbox.account.addGroup('Other');
      const id = sandbox.account.addReceiver(other, { email, global_attributes: { firstname: 'Mia' } });
      const record = { email: given, global_attributes: { firstname: 'Mio' }, attributes: { store: 'Kiel' } };
      const { data } = await resultOf(dry(), { data: record });
      expect(data).toMatchObject({
        wouldDo: 'create',
        receiver: { email },
        changes: {
          global_attributes: { firstname: { from: 'Mia', to: 'Mio' } },
          attributes: { store: { to: 'Kiel' } },
        },
        reasons: [
          `Receiver ${id} of another group has this address, so changes to "global_attributes" apply there too.`,
        ],
      });
      expect((await resultOf(dry(), { data: { email: given, attributes: { store: 'Kiel' } } })).data).toMatchObject({
        reasons: [],
      });
    },
  );

  it('contains the receiver that would be created when CleverReach does not show whether the account has it', async () => {
    sandbox.faults.add({ kind: 'status', status: 403, path: /^\/v3\/receivers\/[^/]+$/ });
    const { data } = await resultOf(dry(), { data: { email: mia, global_attributes: { firstname: 'Mia' } } });
    expect(data).toMatchObject({ wouldDo: 'create', changes: { global_attributes: { firstname: { to: 'Mia' } } } });
  });

  it('states whether a new receiver would be unconfirmed, and which mail it would get', async () => {
    sandbox.account.addForm({ groupId: group, id: '7' });
    const step = dry({ newReceivers: 'unconfirmed', doiFormId: '7' });
    const { data } = await resultOf(step, { data: { email: mia } });
    expect(data).toMatchObject({ wouldDo: 'create', state: 'unconfirmed', doiFormId: '7' });
  });

  it('states that CleverReach would refuse a new receiver whose address is on the block list', async () => {
    sandbox.account.block(mia);
    sandbox.account.block('*@spam.example');
    for (const email of [mia, 'Mia@Example.org', 'jo@spam.example']) {
      const { data } = await resultOf(dry(), { metadata: { recordUid: '5' }, data: { email } });
      expect(data).toEqual({
        dryRun: true,
        wouldDo: 'refuse',
        reasons: [
          expect.stringMatching(
            /^CleverReach would refuse the record with the recordUid "5": .* block list of the account\./,
          ),
        ],
      });
      expect(JSON.stringify(data)).not.toContain(email);
    }
    expect((await resultOf(dry(), { data: { email: 'jo@example.org' } })).data).toMatchObject({ wouldDo: 'create' });
    const real = dry({ dryRun: false }, 'elastic.io');
    await expect(real.run({ body: { data: { email: mia } } })).rejects.toThrow(/refuses the e-mail address/);
  });

  it('contains a new receiver when the block list cannot be read, which is logged once', async () => {
    sandbox.account.block(mia);
    const { access_token: key } = sandbox.issueToken({ scopes: ['groups', 'receivers', 'attributes'] });
    const step = dry({ key });
    for (const name of ['client_id', 'client_secret']) Reflect.deleteProperty(step.cfg, name);
    expect((await resultOf(step, { data: { email: mia } })).data).toMatchObject({ wouldDo: 'create', reasons: [] });
    expect((await resultOf(step, { data: { email: 'jo@example.org' } })).data).toMatchObject({ wouldDo: 'create' });
    expect(step.log.filter((line) => line.includes('block list cannot be read'))).toEqual([
      expect.stringMatching(/^warn The dry run does not check whether addresses are blocked, /),
    ]);
    expect(sandbox.count({ path: /blacklist/ })).toBe(1);
  });

  it('needs no request for the block list when the receiver exists', async () => {
    add();
    sandbox.account.block(mia);
    const { data } = await resultOf(dry(), { data: { email: mia, global_attributes: { firstname: 'Mio' } } });
    expect(data).toMatchObject({ wouldDo: 'update' });
    expect(sandbox.count({ path: /blacklist/ })).toBe(0);
  });

  it('states that a record that is not active would get no mail', async () => {
    const step = dry({ newReceivers: 'unconfirmed', doiFormId: '7' });
    const { data } = await resultOf(step, { data: { email: mia, active: false } });
    expect(data).toMatchObject({ state: 'unconfirmed', reasons: ['The record is not active (field "active").'] });
    expect(data).not.toHaveProperty('doiFormId');
  });

  it('states that a new receiver would be skipped with newReceivers "skip"', async () => {
    const { data } = await resultOf(dry({ newReceivers: 'skip' }), { data: { email: mia } });
    expect(data).toMatchObject({
      wouldDo: 'skip',
      receiver: { email: mia },
      reasons: [expect.stringContaining('"skip"')],
    });
  });

  it('contains the old and the new values, and the state that stays', async () => {
    const id = add();
    sandbox.account.unsubscribe(group, id);
    const record = {
      email: mia,
      global_attributes: { firstname: 'Mia' },
      attributes: { store: '', shoe: '38' },
      tags: ['new', '-crm.*'],
    };
    expect(await resultOf(dry(), { data: record })).toEqual({
      metadata: { recordUid: id },
      data: {
        dryRun: true,
        wouldDo: 'update',
        group: place(),
        receiver: { id, email: mia },
        changes: {
          attributes: { store: { from: 'Altona', to: '' } },
          tags: { add: ['new'], remove: ['crm.a', 'crm.b'] },
        },
        reasons: [
          'The receiver has unsubscribed; its state does not change.',
          'Not written to "attributes", not defined there: shoe.',
        ],
      },
    });
  });

  it('states that nothing would change when no value differs, even for a bounced receiver', async () => {
    const id = add();
    sandbox.account.bounce(group, id);
    const { data } = await resultOf(dry(), { data: { email: mia } });
    expect(data).toMatchObject({
      wouldDo: 'nothing',
      receiver: { id },
      reasons: ['Nothing differs.', 'The receiver has bounced; its state does not change.'],
    });
  });

  it('states that the address would be changed when the id is known and the address differs', async () => {
    const id = add();
    const message = { metadata: { oihUid: 'u', recordUid: id }, data: { email: 'new@example.org' } };
    const { metadata, data } = await resultOf(dry(linking), message);
    expect(metadata).toEqual({ oihUid: 'u', recordUid: id });
    expect(data).toMatchObject({
      wouldDo: 'changeAddress',
      changes: { email: { from: mia, to: 'new@example.org' } },
    });
  });

  it('contains the reason when the record cannot be written, even when its mapping fails', async () => {
    const invalid = await resultOf(dry(), { data: { email: 'mia' } });
    expect(invalid.data).toMatchObject({ wouldDo: 'refuse', reasons: [expect.stringContaining('is not valid')] });
    const step = dry({ skipTransformation: false, customMapping: '{"data": 1}' });
    const unmapped = await resultOf(step, { data: { email: mia } });
    expect(unmapped.data).toMatchObject({ wouldDo: 'refuse', reasons: [expect.stringContaining('customMapping')] });
  });
});

describe('the result of a dry run of a delete request', () => {
  const request = { data: { deleteRequested: true, email: mia } };

  it('contains the receiver that would be deleted, and the group', async () => {
    const id = add();
    expect((await resultOf(dry({ deletes: true }), request)).data).toEqual({
      dryRun: true,
      wouldDo: 'delete',
      group: place(),
      receiver: { id },
      reasons: [],
    });
  });

  it('states that the receiver would be deleted from all groups when there is no group', async () => {
    const id = add();
    const step = dry({ groupId: '', deletes: true, ...linking });
    const message = { metadata: { oihUid: 'u', recordUid: id }, data: { deleteRequested: true } };
    const { data } = await resultOf(step, message);
    expect(data).toMatchObject({
      wouldDo: 'delete',
      receiver: { id },
      reasons: [expect.stringContaining('all groups')],
    });
  });

  it.each([
    ['the receiver does not exist', { deletes: true }, 'nothing', 'would be confirmed'],
    ['the step may not', {}, 'deny', '"deletes"'],
  ])('contains the answer if %s', async (_, fields, wouldDo, reason) => {
    const { data } = await resultOf(dry(fields), request);
    expect(data).toMatchObject({ wouldDo, reasons: [expect.stringContaining(reason)] });
  });
});

describe('a dry run', () => {
  it('fails like the real run if the group of a delete request does not exist', async () => {
    const step = dry({ deletes: true, groupId: '999' });
    await step.run({ data: { deleteRequested: true, email: mia } });
    expect(step.emitted).toMatchObject([{ event: 'rebound' }]);
    expect(step.log.join(' ')).toContain('There is no group with the id 999');
  });

  it('fails like the real run if the configuration of the step is invalid', async () => {
    const step = dry({ groupId: '', groupName: 'Nobody' });
    await step.run({ data: { email: mia } });
    expect(step.emitted).toMatchObject([{ event: 'rebound' }]);
    expect(step.log.join(' ')).toContain('no group named');
  });

  it('reports the same for each of several records about one person, since none of them is written', async () => {
    const step = dry();
    const message = { data: { email: mia, tags: ['vip'] } };
    const both = await Promise.all([resultOf(step, message), resultOf(dry(), message)]);
    expect(both.map(({ data }) => data['wouldDo'])).toEqual(['create', 'create']);
  });

  it('emits nothing that lets OIH link an unknown id, and only logs the result', async () => {
    const step = dry(linking);
    expect((await step.run({ metadata: { oihUid: 'u', recordUid: '7' }, data: { email: mia } })).emitted).toEqual([]);
    expect(step.log.join('\n')).toMatch(
      /info Dry run: "create" for the record with the recordUid "7", reported only here/,
    );
  });

  it('names a record that would be refused in the log, since OIH gets no message for it', async () => {
    const step = dry(linking);
    const data = { email: 'not an address' };
    expect((await step.run({ metadata: { oihUid: 'u', recordUid: '7' }, data })).emitted).toEqual([]);
    expect(step.log.join('\n')).toMatch(
      /info Dry run: "refuse" for the record with the recordUid "7", reported only here/,
    );
  });

  it('summarises its results in one log line', async () => {
    const step = dry();
    await step.run({ data: { email: mia } });
    expect(step.log).toContain(`info Dry run for group ${group}, 1 record: 1 to create; nothing was written.`);
  });
});
