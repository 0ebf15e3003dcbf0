import { idsIn, sentBy } from '../support/runtimes/expectations';
import { elasticIo } from '../support/runtimes/elasticIo';
import { useStage } from '../support/runtimes/stage';

describe('a sample under elastic.io', () => {
  const stage = useStage();

  it('contains ten receivers, and the following polls send all receivers', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 30 }).groups;
    const plan = { function: 'getReceiversByGroupIdPolling', fields: { groupId: group } } as const;
    const flow = await stage.step(elasticIo, account, { ...plan, env: { ELASTICIO_FLOW_TYPE: 'debug' } });
    const sample = await flow.tick();
    expect(sample).toMatchObject({ outcome: 'ack', errors: [], snapshots: [] });
    expect(sample.data).toHaveLength(10);
    expect(flow.platform.snapshots.size).toBe(0);

    const poll = await (await stage.step(elasticIo, account, plan)).tick();
    expect(sentBy(poll)).toEqual({ errors: [], ids: idsIn(account, group) });
  });

  it('writes nothing in the action, and has the form of a receiver', async () => {
    const account = await stage.account();
    const group = account.account.addGroup('Customers');
    const plan = { function: 'upsertReceiver', fields: { groupId: group } } as const;
    const flow = await stage.step(elasticIo, account, { ...plan, env: { ELASTICIO_FLOW_TYPE: 'debug' } });
    const sample = await flow.handle({
      metadata: {},
      data: { contactData: [{ type: 'email', value: 'mia@example.org' }] },
    });
    expect(sample).toMatchObject({ outcome: 'ack', errors: [] });
    expect(sample.data).toMatchObject([{ data: { id: '0', email: 'mia@example.org', active: true } }]);
    expect(account.account.size(group)).toBe(0);
  });
});
