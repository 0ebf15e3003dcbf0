import { process as pollOne } from '../../../lib/triggers/getReceiversByGroupIdPolling';
import { process as pollAll } from '../../../lib/triggers/getReceiversPolling';
import { NotFoundError, RecordError, TemporaryError } from '../../../lib/utils/errors';
import { sendSample } from '../../../lib/polling/sample';
import type { RecordedRequest } from '../../../sandbox';
import { useAccount } from '../../support/account';
import { recordingLogger, thrownBy } from '../../support/http';
import { FakeRuntime } from '../../support/runtime';

const account = useAccount();

const one = (fields: Record<string, unknown> = {}): FakeRuntime =>
  new FakeRuntime('elastic.io', pollOne, { groupId: account.group, ...fields, ...account.credentials });
const all = (fields: Record<string, unknown> = {}): FakeRuntime =>
  new FakeRuntime('elastic.io', pollAll, { ...fields, ...account.credentials });

const pagesRead = (): RecordedRequest[] => account.sandbox.requests.filter(({ path }) => path.endsWith('/receivers'));

beforeEach(() => {
  process.env['ELASTICIO_FLOW_TYPE'] = 'debug';
});

afterEach(() => {
  delete process.env['ELASTICIO_FLOW_TYPE'];
});

describe('a sample of a trigger', () => {
  it.each([
    ['one group', one],
    ['all groups', all],
  ])('contains ten receivers from one small request for %s', async (_, trigger) => {
    account.add(40);
    const step = await trigger().run();
    expect(step.sent).toHaveLength(10);
    expect(new Set(step.ids).size).toBe(10);
    expect(pagesRead().map(({ query }) => [query['page'], query['pagesize']])).toEqual([['0', '10']]);
    expect(step.log).toContain('info A sample of 10 receivers was sent; the snapshot of the step was not changed.');
  });

  it.each([
    ['one group', one],
    ['all groups', all],
  ])('does not change the snapshot for %s, even one that a poll cannot read', async (_, trigger) => {
    account.add(3);
    for (const snapshot of [{ page: 'seven' }, 'text', null, { lastUpdated: 1_598_960_975 }]) {
      const step = trigger();
      step.snapshot = snapshot;
      await step.run();
      expect(step.sent).toHaveLength(3);
      expect(step.of('snapshot')).toEqual([]);
      expect(step.snapshot).toEqual(snapshot);
    }
  });

  it('does not change what the next poll sends', async () => {
    const ids = account.add(12);
    const step = one();
    await step.run();
    delete process.env['ELASTICIO_FLOW_TYPE'];
    await step.run();
    expect(step.ids.toSorted()).toEqual(ids.toSorted());
    account.later();
    process.env['ELASTICIO_FLOW_TYPE'] = 'debug';
    expect((await step.run()).sent).toHaveLength(10);
    delete process.env['ELASTICIO_FLOW_TYPE'];
    expect((await step.run()).sent).toEqual([]);
  });

  it('reads further groups until it has ten receivers', async () => {
    account.add(4);
    const { account: scenario } = account.sandbox;
    scenario.addGroup('Empty');
    account.add(20, scenario.addGroup('Second'), 'q');
    account.add(20, scenario.addGroup('Third'), 'r');
    const { sent } = await all({ skipTransformation: true }).run();
    expect(sent.map(({ data }) => data['category'])).toEqual([
      ...Array.from({ length: 4 }, () => 'Newsletter'),
      ...Array.from({ length: 6 }, () => 'Second'),
    ]);
    expect(pagesRead()).toHaveLength(3);
  });

  it('stops reading at a time limit, because a user waits for it', async () => {
    let now = 0;
    let asked = 0;
    const receivers = (): Promise<{ receivers: [] }> => {
      asked += 1;
      now += 6_000;
      return Promise.resolve({ receivers: [] });
    };
    const groups = Array.from({ length: 100 }, (_, index) => ({ id: String(index), name: '' }));
    const emitter = { concurrency: 20, emit: jest.fn(), flush: jest.fn(), emitDeletion: jest.fn() };
    const io = { api: { receivers }, clock: { elapsed: () => now }, logger: recordingLogger(), emitter };
    expect(await thrownBy(sendSample(groups, io))).toBeInstanceOf(NotFoundError);
    expect(asked).toBe(5);
  });

  it('is mapped like the messages of a poll', async () => {
    account.add(1);
    const customMapping = '{"metadata": metadata, "data": {"mail": data.email, "list": data.category}}';
    const mapped = { metadata: { recordUid: expect.any(String) as unknown }, data: { list: 'Newsletter' } };
    expect((await one({ customMapping }).run()).sent).toMatchObject([mapped]);
    const raw = (await one({ skipTransformation: true }).run()).sent[0];
    expect(raw?.data).toMatchObject({ email: 'p000@example.org', category: 'Newsletter' });
    // as the rows of a full read
    expect(raw?.data).not.toHaveProperty('events');
  });

  it('is one message with all its receivers when the step sends pages', async () => {
    const [bad = '', ...others] = account.add(12);
    const customMapping = `{"metadata": metadata, "data": data.id = "${bad}" ? $error("no") : {"key": data.id}}`;
    const { sent } = await one({ emitBehavior: 'fetchPage', customMapping }).run();
    expect(sent).toEqual([{ metadata: {}, data: { results: others.slice(0, 9).map((key) => ({ key })) } }]);
  });

  it('omits a receiver that cannot be mapped, and logs that', async () => {
    const [bad = ''] = account.add(3);
    const customMapping = `data.id = "${bad}" ? $error("no") : $`;
    const step = await one({ customMapping }).run();
    expect(step.sent).toHaveLength(2);
    expect(step.log).toContain(
      'info A sample of 2 receivers was sent; the snapshot of the step was not changed. ' +
        `Not sent: receiver ${bad} of group ${account.group}: the customMapping failed at character 27: no.`,
    );
  });

  it('fails with the error of the mapping when no receiver can be mapped', async () => {
    const [first, second] = account.add(2);
    const error = await thrownBy(one({ customMapping: '$error("no such field")' }).run());
    expect(error).toBeInstanceOf(RecordError);
    const why = `of group ${account.group}: the customMapping failed at character 7: no such field`;
    expect(error.message).toBe(
      `No receiver could be sent as a sample. Not sent: receivers ${first}, ${second} ${why}.`,
    );
  });

  it('fails when an error is not about a single receiver', async () => {
    const [first] = account.add(2);
    const step = one();
    step.onEmit = () => {
      throw new TemporaryError('the broker is away');
    };
    expect(first).toBeDefined();
    expect(await thrownBy(step.run())).toBeInstanceOf(TemporaryError);
    expect(step.sent).toEqual([]);
  });

  it.each([
    ['one group', one, /No sample was sent because there is no receiver in group "Newsletter" \(\d+\)/],
    ['all groups', all, /No sample was sent because there is no receiver in any group that was checked/],
  ])('fails with an error that says so when there are no receivers in %s', async (_, trigger, text) => {
    if (trigger === all) account.sandbox.account.addGroup('Press');
    const error = await thrownBy(trigger().run());
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error.message).toMatch(text);
  });
});
