import { process as upsert } from '../../../lib/actions/upsertReceiver';
import { NotFoundError, RecordError } from '../../../lib/utils/errors';
import { useAccount } from '../../support/account';
import { thrownBy } from '../../support/http';
import { FakeRuntime } from '../../support/runtime';

const account = useAccount();
const step = (fields: Record<string, unknown> = {}): FakeRuntime =>
  new FakeRuntime('elastic.io', upsert, { groupId: account.group, ...fields, ...account.credentials });
const person = (value: string, more: object = {}) => ({
  body: { firstName: 'Mia', contactData: [{ type: 'email', value }], ...more },
});

beforeEach(() => {
  process.env['ELASTICIO_FLOW_TYPE'] = 'debug';
});

afterEach(() => {
  delete process.env['ELASTICIO_FLOW_TYPE'];
  const changing = account.sandbox.requests.filter(
    ({ method, path }) => method !== 'GET' && !path.startsWith('/oauth') && !path.endsWith('/filter'),
  );
  expect(changing).toEqual([]);
});

const log = (level: string, runtime: FakeRuntime) => runtime.log.filter((line) => line.startsWith(level)).join(' ');

describe('a sample of the action', () => {
  it('has the form of a created receiver when the receiver is new, and nothing is written', async () => {
    const { sent, ...rest } = await step().run(person('mia@example.org'));
    expect(sent).toMatchObject([
      {
        metadata: { recordUid: '0' },
        data: { id: '0', email: 'mia@example.org', active: true, group_id: account.group, deactivated: 0, tags: [] },
      },
    ]);
    expect(rest.log.join()).toContain(
      'info This is a sample: nothing was written to CleverReach. A real run would create the receiver; its id and times are placeholders.',
    );
    expect(account.sandbox.account.size(account.group)).toBe(0);
  });

  it('is not active when the new receiver must not become active', async () => {
    const { sent } = await step({ newReceivers: 'unconfirmed' }).run(person('mia@example.org'));
    expect(sent).toMatchObject([{ data: { active: false, activated: 0 } }]);
  });

  it('is the stored receiver when it is in the group', async () => {
    const [id = ''] = account.add(1);
    const runtime = await step().run(person('p000@example.org'));
    expect(runtime.sent).toMatchObject([{ metadata: { recordUid: id }, data: { id, email: 'p000@example.org' } }]);
    expect(runtime.sent[0]?.data).not.toHaveProperty('dryRun');
    expect(log('info', runtime)).toContain('the sample is the receiver as it is stored now');
  });

  it('is the result of the dry run in a dry run', async () => {
    const { sent } = await step({ dryRun: true }).run(person('mia@example.org'));
    expect(sent).toMatchObject([{ data: { dryRun: true, wouldDo: 'create' } }]);
  });

  it.each([
    [true, 'confirmed'],
    [false, 'denied'],
  ])('answers a delete request, with "deletes" %s, with "%s", and deletes nothing', async (deletes, outcome) => {
    account.add(1);
    const { sent } = await step({ deletes }).run(person('p000@example.org', { deleteRequested: true }));
    expect(sent).toMatchObject([{ data: { delete: outcome, timestamp: expect.stringMatching(/^\d+$/) as string } }]);
    expect(account.sandbox.account.size(account.group)).toBe(1);
  });

  it('is an error when a real run sends nothing', async () => {
    const error = await thrownBy(step({ newReceivers: 'skip' }).run(person('mia@example.org')));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ message: expect.stringContaining('enter the sample manually.') as string });
  });

  it('is an error when the record is rejected', async () => {
    expect(await thrownBy(step().run({ body: { firstName: 'Mia' } }))).toBeInstanceOf(RecordError);
  });
});
