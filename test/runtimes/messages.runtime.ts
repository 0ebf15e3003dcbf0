import { z } from 'zod';
import type { Sandbox } from '../../sandbox';
import { coverage, idsIn, sentBy, SMALL, textWith, unique } from '../support/runtimes/expectations';
import { Step } from '../support/runtimes/flow';
import { oih } from '../support/runtimes/oih';
import type { FlowRecord } from '../support/runtimes/plan';
import { runtimes, useStage } from '../support/runtimes/stage';

const stage = useStage();
const PAGE = 100;

describe.each(runtimes)('many messages in flight at once under $name', (runtime) => {
  it('deliver every receiver once, and the snapshot after all messages that it covers', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 1_000 }).groups;
    const step = await stage.step(runtime, account, {
      function: 'getReceiversByGroupIdPolling',
      fields: { groupId: group, pageSize: PAGE, skipTransformation: true },
      rate: 1_000_000,
    });
    const first = await step.tick();
    expect(sentBy(first)).toEqual({ errors: [], ids: idsIn(account, group) });
    expect(first.outcome).toBe('ack');
    const checkpoints = coverage(first.published);
    const steps = checkpoints.map(({ covered }, index) => covered - (checkpoints[index - 1]?.covered ?? 0));
    expect(steps.filter((covered) => covered < 0 || covered > PAGE)).toEqual([]);
    expect(checkpoints.at(-1)?.covered).toBeGreaterThanOrEqual(1_000 - PAGE);
    expect(first.snapshots.at(-1)).not.toHaveProperty('read');
    for (const { covered, confirmed } of checkpoints) expect(confirmed).toBeGreaterThanOrEqual(covered);
    expect(first.published.findLast(({ kind }) => kind === 'data' || kind === 'snapshot')?.kind).toBe('snapshot');
    expect(await step.tick()).toMatchObject({ outcome: 'ack', data: [] });
  });

  it('keep the order of those about the same receiver, even when the broker refuses some', async () => {
    const account = await stage.account();
    const { groups, ids } = samePeopleIn(account, 3, 6);
    const customMapping = '{ "metadata": metadata, "data": { "group": data.group_id } }';
    const plan = { function: 'getReceiversPolling', fields: { customMapping } } as const;
    const flow = await stage.flow(runtime, account, [plan]);
    const step = new Step(flow);
    // all 18 messages would be in flight at once
    const queue = await flow.wiring.addFullQueue('step_1', 4);
    step.start();
    const handled = await step.watch(async () => {
      await step.enqueueTick();
      const isRetry = () => flow.published('step_1', 'data').some((entry) => entry.headers['retry'] !== undefined);
      await step.until(isRetry, 'a message that the full queue refuses');
      await flow.wiring.topology.channel.deleteQueue(queue);
    });
    expect(handled).toMatchObject({ outcome: 'ack', errors: [] });
    for (const id of ids) expect(groupsOf(handled.data, id)).toEqual(groups);
  });
});

describe.each(runtimes)('pages of receivers in one message under $name', (runtime) => {
  const fields = { emitBehavior: 'fetchPage', skipTransformation: true };

  it('hold up to 500 receivers each, and are no more than the receivers that are due', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 1_200 }).groups;
    const plan = { function: 'getReceiversByGroupIdPolling', fields: { ...fields, groupId: group } } as const;
    const step = await stage.step(runtime, account, plan);
    const first = await step.tick();
    expect(first).toMatchObject({ outcome: 'ack', errors: [] });
    expect(
      first.data.map(({ metadata, data }) => ({ metadata, size: resultsOf([{ metadata, data }]).length })),
    ).toEqual([
      { metadata: {}, size: 500 },
      { metadata: {}, size: 500 },
      { metadata: {}, size: 200 },
    ]);
    expect(resultsOf(first.data).sort()).toEqual(idsIn(account, group));
    expect(await step.tick()).toMatchObject({ outcome: 'ack', data: [] });

    const added = account.account.addReceiver(group, { email: 'new@example.org' });
    const next = await step.tick();
    expect({ messages: next.data.length, ids: resultsOf(next.data) }).toEqual({ messages: 1, ids: [added] });
  });

  it('are mapped like single receivers', async () => {
    const account = await stage.account();
    account.seed({ receivers: 3 });
    const plan = {
      function: 'getReceiversPolling',
      fields: { emitBehavior: 'fetchPage', customMapping: SMALL },
    } as const;
    const step = await stage.step(runtime, account, plan);
    const mapped = { email: textWith('@') };
    expect((await step.tick()).data).toMatchObject([{ metadata: {}, data: { results: [mapped, mapped, mapped] } }]);
  });

  it('lose no receiver when the container is killed, and repeat at most one page for each kill', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 3_000 }).groups;
    const plan = { function: 'getReceiversByGroupIdPolling', fields: { ...fields, groupId: group } } as const;
    const step = await stage.step(runtime, account, plan);
    await step.enqueueTick();
    for (const place of [1, 3]) {
      await step.untilSent(place);
      await step.end('SIGKILL');
      await step.restart();
    }
    await step.until(() => step.container.outcomes[0] === 'ack', 'the end of the run');
    await step.flow.journal.settle();
    const sent = resultsOf(step.data);
    expect(unique(sent)).toEqual(idsIn(account, group));
    expect(sent.length - 3_000).toBeLessThanOrEqual(2 * 500);
    expect(await step.tick()).toMatchObject({ outcome: 'ack', errors: [], data: [] });
  });
});

describe('pages of receivers in one message with id linking of OIH', () => {
  it('are refused before any request to CleverReach', async () => {
    const account = await stage.account();
    account.seed({ receivers: 3 });
    const step = await stage.step(oih, account, {
      function: 'getReceiversPolling',
      fields: { emitBehavior: 'fetchPage' },
      nodeSettings: { idLinking: true, applicationUid: 'cleverreach' },
    });
    const { outcome, errors, data } = await step.tick();
    expect({ outcome, data }).toEqual({ outcome: 'reject', data: [] });
    expect(errors).toEqual([textWith(/idLinking/)]);
    expect(account.requests).toEqual([]);
  });
});

/** The same people in every one of some groups. */
function samePeopleIn(account: Sandbox, groupCount: number, people: number): { groups: string[]; ids: string[] } {
  const groups = Array.from({ length: groupCount }, (_, index) => account.account.addGroup(`Group ${index}`));
  for (const group of groups) {
    for (let one = 0; one < people; one += 1) account.account.addReceiver(group, { email: `r${one}@example.org` });
  }
  return { groups, ids: idsIn(account, groups[0] ?? '') };
}

/** The groups in the messages about one receiver, in the order of arrival, without immediate repetitions. */
function groupsOf(messages: readonly FlowRecord[], id: string): unknown[] {
  const groups = messages.filter(({ metadata }) => metadata['recordUid'] === id).map(({ data }) => data['group']);
  return groups.filter((group, index) => group !== groups[index - 1]);
}

const page = z.object({ results: z.array(z.looseObject({ id: z.string() })) });

/** The ids in pages of untransformed receivers. */
function resultsOf(messages: readonly FlowRecord[]): string[] {
  return messages.flatMap(({ data }) => page.parse(data).results.map(({ id }) => id));
}
