import {
  anyList,
  anyText,
  apiRequests,
  idsIn,
  idsOf,
  objectWith,
  sentBy,
  textWith,
  unique,
  untilFullReadIsDue,
} from '../support/runtimes/expectations';
import { runtimes, useStage } from '../support/runtimes/stage';

describe.each(runtimes)('a polling trigger under $name', (runtime) => {
  const stage = useStage();

  it('sends every receiver of a group at the first poll, none at a quiet one, and then those that have changed', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 50 }).groups;
    const step = await stage.step(runtime, account, {
      function: 'getReceiversByGroupIdPolling',
      fields: { groupId: group, pageSize: 20, fullReadMinutes: 0 },
    });

    const first = await step.tick();
    expect(first).toMatchObject({ outcome: 'ack', errors: [] });
    expect(sentBy(first)).toEqual({ errors: [], ids: idsIn(account, group) });
    expect(unique(first.data.map((message) => message.id))).toHaveLength(50);

    const quiet = await step.tick();
    expect(quiet).toMatchObject({ outcome: 'ack', errors: [], data: [] });
    expect(quiet.log.join('\n')).toMatch(/Full read of group \d+ "[^"]+": 50 receivers read, 0 sent/);

    const added = account.account.addReceiver(group, { email: 'new@example.org' });
    const [edited = '', gone = ''] = idsIn(account, group).filter((id) => id !== added);
    account.account.edit(group, edited, { attributes: { store: 'Altona' } });
    account.account.unsubscribe(group, gone);
    const changed = await step.tick();
    expect(changed).toMatchObject({ outcome: 'ack', errors: [] });
    expect(sentBy(changed)).toEqual({ errors: [], ids: [added, edited, gone].sort() });

    expect(await step.tick()).toMatchObject({ outcome: 'ack', errors: [], data: [] });
    expect(account.hazards).toEqual([]);
  });

  it('sends a receiver once for each of its groups, and after a change once for the group of the change', async () => {
    const account = await stage.account();
    const [one = '', two = ''] = account.seed({ groups: 2, receivers: 20 }).groups;
    const step = await stage.step(runtime, account, { function: 'getReceiversPolling', fields: { pageSize: 10 } });

    const first = await step.tick();
    expect(sentBy(first)).toEqual({ errors: [], ids: [...idsIn(account, one), ...idsIn(account, two)].sort() });
    expect(unique(idsOf(first.data)).length).toBeLessThan(40);
    expect(await step.tick()).toMatchObject({ data: [], errors: [] });

    const [edited = ''] = idsIn(account, two);
    account.account.edit(two, edited, { attributes: { visits: '99' } });
    untilFullReadIsDue(account);
    // a full read finds which receiver has changed, and sends it for each of its groups
    const { data, errors } = await step.tick();
    expect({ errors, ids: unique(idsOf(data)) }).toEqual({ errors: [], ids: [edited] });
  });

  it('finds the group by its name, with the fields as a form delivers them', async () => {
    const account = await stage.account();
    const [, group = ''] = account.seed({ groups: ['Presse', 'Kunden'], receivers: 7 }).groups;
    const step = await stage.step(runtime, account, {
      function: 'getReceiversByGroupIdPolling',
      fields: { groupName: ' kunden ', pageSize: 3, maxRunMinutes: 5, skipTransformation: true },
    });
    const { data } = await step.tick();
    expect(idsOf(data)).toEqual(idsIn(account, group));
    expect(data[0]?.data).toMatchObject({ group_id: group, category: 'Kunden', global_attributes: {} });
    expect(account.count({ path: `/groups/${group}/receivers` })).toBeGreaterThanOrEqual(3);
    expect(apiRequests(account).map((request) => request.query['pagesize'])).toContain('3');
  });

  it('sends a message in the shape that an OIH adapter expects', async () => {
    const account = await stage.account();
    account.seed({ receivers: 1 });
    const step = await stage.step(runtime, account, { function: 'getReceiversPolling' });
    const { published, data } = await step.tick();
    const content = published.find((entry) => entry.kind === 'data')?.content;
    const travelling = { metadata: { recordUid: anyText }, data: { contactData: anyList } };
    expect(content).toMatchObject(
      runtime.name === 'OIH' ? travelling : { body: travelling, attachments: {}, headers: {} },
    );
    expect(data[0]?.data['contactData']).toContainEqual(objectWith({ type: 'email' }));
    expect(JSON.stringify(content)).not.toContain(account.client.secret);
  });

  it('reports an invalid configuration and sends no request to CleverReach', async () => {
    const account = await stage.account();
    const step = await stage.step(runtime, account, {
      function: 'getReceiversByGroupIdPolling',
      fields: { pageSize: 0 },
    });
    const { outcome, errors } = await step.tick();
    expect(outcome).toBe('reject');
    expect(errors).toEqual([textWith('"pageSize" must be a whole number from 1 to 5000')]);
    expect(account.requests).toEqual([]);
  });

  it('continues from the snapshot of the earlier connector', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 30 }).groups;
    const step = await stage.step(runtime, account, { function: 'getReceiversPolling' });
    await step.end('SIGKILL');
    step.platform.snapshots.set('step_1', { lastUpdated: String(account.clock.now() - 120) });
    const added = account.account.addReceiver(group, { email: 'new@example.org' });
    step.start();
    expect(sentBy(await step.tick())).toEqual({ errors: [], ids: [added] });
  });
});
