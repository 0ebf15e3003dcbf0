import { coverage, idsIn, idsOf, rowsBehind, sentBy, SMALL, unique } from '../support/runtimes/expectations';
import { Step } from '../support/runtimes/flow';
import { runtimes, useStage } from '../support/runtimes/stage';

/**
 * The maximum size of a snapshot in bytes: elastic.io accepts 5 KB with its own properties, OIH stores it in a document
 * of 16 MB.
 */
const SNAPSHOT_LIMIT = { 'elastic.io': 4_000, OIH: 4_000_000 };

describe.each(runtimes)('the snapshot of a trigger under $name', (runtime) => {
  const stage = useStage();

  it('is sent only after the broker has accepted all messages that it covers', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 95 }).groups;
    const step = await stage.step(runtime, account, {
      function: 'getReceiversByGroupIdPolling',
      fields: { groupId: group, pageSize: 10, customMapping: SMALL },
    });
    const { published, snapshots } = await step.tick();
    const checkpoints = coverage(published);
    expect(checkpoints.length).toBeGreaterThanOrEqual(9);
    for (const { covered, confirmed } of checkpoints) expect(confirmed).toBeGreaterThanOrEqual(covered);
    expect(published.filter((entry) => ['data', 'snapshot'].includes(entry.kind)).at(-1)?.kind).toBe('snapshot');
    expect(rowsBehind(snapshots.at(-1))).toBeUndefined();
  });

  it('does not advance while the next step accepts no messages', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 60 }).groups;
    const plan = {
      function: 'getReceiversByGroupIdPolling',
      fields: { groupId: group, pageSize: 10, customMapping: SMALL },
    } as const;
    const flow = await stage.flow(runtime, account, [plan]);
    const step = new Step(flow);
    const queue = await flow.wiring.addFullQueue('step_1', 30);
    step.start();
    const handled = await step.watch(async () => {
      await step.enqueueTick();
      const isRetry = () => flow.published('step_1', 'data').some((entry) => entry.headers['retry'] !== undefined);
      await step.until(isRetry, 'a message that the full queue refuses');
      await flow.journal.settle();
      const offsets = flow.published('step_1', 'snapshot').map((entry) => rowsBehind(entry.content) ?? Infinity);
      expect(Math.max(...offsets)).toBe(30);
      expect(await flow.wiring.topology.waiting(queue)).toBe(30);
      await flow.wiring.topology.channel.purgeQueue(queue);
    });
    expect(handled).toMatchObject({ outcome: 'ack', errors: [] });
    expect(unique(idsOf(handled.data))).toEqual(idsIn(account, group));
    expect(await flow.wiring.topology.waiting(queue)).toBe(30);
  });

  it('is the start of the next container', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 25 }).groups;
    const step = await stage.step(runtime, account, { function: 'getReceiversPolling', fields: { pageSize: 10 } });
    await step.tick();
    await step.end('SIGTERM');
    const added = account.account.addReceiver(group, { email: 'new@example.org' });
    await step.restart();
    expect(sentBy(await step.tick())).toEqual({ errors: [], ids: [added] });
  });

  it('stays below the limit of the platform, however many receivers have just changed', async () => {
    const account = await stage.account();
    const group = account.account.addGroup('Today');
    for (let one = 0; one < 600; one += 1) account.account.addReceiver(group, { email: `r${one}@example.org` });
    const step = await stage.step(runtime, account, { function: 'getReceiversPolling', fields: { pageSize: 50 } });
    const { snapshots, data } = await step.tick();
    expect(data).toHaveLength(600);
    for (const snapshot of snapshots)
      expect(Buffer.byteLength(JSON.stringify(snapshot))).toBeLessThanOrEqual(SNAPSHOT_LIMIT[runtime.name]);
    // receivers with a note are not sent again, others may be
    expect((await step.tick()).data.length).toBeLessThan(600);
  });

  it('is an error if it cannot be read, and no receivers are read then', async () => {
    const account = await stage.account();
    account.seed({ receivers: 5 });
    const step = await stage.step(runtime, account, { function: 'getReceiversPolling' });
    await step.end('SIGKILL');
    step.platform.snapshots.set('step_1', { page: 'seven' });
    step.start();
    const { errors, data } = await step.tick();
    expect(errors).toEqual([expect.stringMatching(/snapshot of this step cannot be read/)]);
    expect(data).toEqual([]);
    expect(account.requests).toEqual([]);
  });
});
