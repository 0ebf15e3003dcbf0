import { expectNoReceiverLost, runWithKills } from '../support/runtimes/kills';
import { idsIn, idsOf, sentBy, SMALL, unique } from '../support/runtimes/expectations';
import type { Step } from '../support/runtimes/flow';
import type { Runtime } from '../support/runtimes/plan';
import { runtimes, useStage } from '../support/runtimes/stage';

const PAGE = 100;

describe.each(runtimes)('a container that ends in the middle of a run under $name', (runtime) => {
  const stage = useStage();

  it('loses no receiver when it is killed three times, and repeats less than a page per kill', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 1_500 }).groups;
    const step = await stage.step(runtime, account, {
      function: 'getReceiversByGroupIdPolling',
      fields: { groupId: group, pageSize: PAGE, customMapping: SMALL },
    });
    await runWithKills(step, [40, 650, 1_233]);
    await expectNoReceiverLost(step, account, group, 3 * PAGE);
  });

  it('finishes its run on SIGTERM and ends with code 0', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 400 }).groups;
    const step = await stage.step(runtime, account, {
      function: 'getReceiversPolling',
      fields: { pageSize: PAGE, customMapping: SMALL },
    });
    await step.enqueueTick();
    await step.untilSent(100);
    expect(await step.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(step.container.outcomes).toEqual(['ack']);
    await step.flow.journal.settle();
    expect(sentBy(step)).toEqual({ errors: [], ids: idsIn(account, group) });

    await step.restart();
    expect(await step.tick()).toMatchObject({ outcome: 'ack', data: [] });
  });

  it('loses nothing when the connection to the broker breaks', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 1_000 }).groups;
    const plan = { function: 'getReceiversPolling', fields: { pageSize: PAGE, customMapping: SMALL } } as const;
    const step = await stage.step(runtime, account, plan, { cuttable: true });
    await step.enqueueTick();
    await step.untilSent(450);
    step.container.mayExit = true;
    step.flow.cutConnections();
    await survive(runtime, step);
    await step.until(() => step.container.outcomes[0] === 'ack', 'the end of the run');
    await step.flow.journal.settle();
    const sent = idsOf(step.data);
    expect(unique(sent)).toEqual(idsIn(account, group));
    expect(sent.length - 1_000).toBeLessThanOrEqual(PAGE);
    expect(await step.tick()).toMatchObject({ outcome: 'ack', data: [] });
  });
});

/** elastic.io's runtime reconnects and continues; OIH's ends, and its platform starts another container. */
async function survive(runtime: Runtime, step: Step): Promise<void> {
  if (runtime.name === 'elastic.io') return;
  const exit = await step.container.exited();
  if (exit.code !== 1) throw new Error(`ended with ${JSON.stringify(exit)}`);
  await step.restart();
}
