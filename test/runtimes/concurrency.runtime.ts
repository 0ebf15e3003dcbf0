import { expectNobodyLost, runThroughDeaths } from '../support/runtimes/deaths';
import { coverage, idsIn, sentBy, SMALL } from '../support/runtimes/expectations';
import { runtimes, useStage } from '../support/runtimes/stage';

const PAGE = 100;

describe.each(runtimes)('fifty messages in flight at once under $name', (runtime) => {
  const stage = useStage();

  it('deliver every receiver once, and the snapshot after all messages that it covers', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 1_000 }).groups;
    const step = await stage.step(runtime, account, {
      function: 'getReceiversByGroupIdPolling',
      fields: { groupId: group, pageSize: PAGE, emitConcurrency: 50, skipTransformation: true },
      rate: 1_000_000,
    });
    const first = await step.tick();
    expect(sentBy(first)).toEqual({ errors: [], ids: idsIn(account, group) });
    expect(first.outcome).toBe('ack');
    const checkpoints = coverage(first.published);
    const steps = checkpoints.map(({ covered }, index) => covered - (checkpoints[index - 1]?.covered ?? 0));
    expect(steps.filter((covered) => covered < 0 || covered > PAGE)).toEqual([]);
    expect(checkpoints.at(-1)?.covered).toBeGreaterThanOrEqual(1_000 - PAGE);
    expect(first.snapshots.at(-1)).not.toHaveProperty('sweep');
    for (const { covered, confirmed } of checkpoints) expect(confirmed).toBeGreaterThanOrEqual(covered);
    expect(first.published.findLast(({ kind }) => kind === 'data' || kind === 'snapshot')?.kind).toBe('snapshot');
    expect(await step.tick()).toMatchObject({ outcome: 'ack', data: [] });
  });

  it('lose no receiver when the container is killed, and repeat less than a page', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 2_000 }).groups;
    const step = await stage.step(runtime, account, {
      function: 'getReceiversByGroupIdPolling',
      fields: { groupId: group, pageSize: PAGE, emitConcurrency: 50, customMapping: SMALL },
    });
    await runThroughDeaths(step, [60, 1_130]);
    await expectNobodyLost(step, account, group, 2 * PAGE);
  });
});
