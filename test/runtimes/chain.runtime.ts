import { z } from 'zod';
import type { Sandbox } from '../../sandbox';
import { idsOf, unique, untilFullReadIsDue } from '../support/runtimes/expectations';
import { Step, type Flow } from '../support/runtimes/flow';
import { runtimes, useStage } from '../support/runtimes/stage';

const RECEIVERS = 150;

/** A group with receivers, and an empty one with the same attributes. */
function twoGroups(account: Sandbox): { source: string; target: string } {
  const [source = ''] = account.seed({ groups: ['Newsletter'], receivers: RECEIVERS }).groups;
  const target = account.account.addGroup('Kunden');
  account.account.addAttribute({ name: 'customer_no', groupId: target });
  account.account.addAttribute({ name: 'store', groupId: target });
  account.account.addAttribute({ name: 'visits', type: 'number', groupId: target });
  return { source, target };
}

describe.each(runtimes)('a flow that copies the values of one group to another under $name', (runtime) => {
  const stage = useStage();

  const open = async (account: Sandbox, source: string, target: string): Promise<Flow> => {
    const raw = { skipTransformation: true };
    const flow = await stage.flow(runtime, account, [
      {
        function: 'getReceiversByGroupIdPolling',
        fields: {
          groupId: source,
          pageSize: 50,
          changeTypes: 'new, changed, confirmed, unsubscribed, bounced, deleted',
          ...raw,
        },
      },
      { function: 'upsertReceiver', fields: { groupId: target, deletes: true, ...raw }, prefetch: 10, replicas: 2 },
    ]);
    flow.startAll();
    return flow;
  };

  it('ends with equal groups, without duplicates or losses, with two containers of ten messages each for the action', async () => {
    const account = await stage.account();
    const { source, target } = twoGroups(account);
    const flow = await open(account, source, target);
    const [trigger, action] = [new Step(flow, 'step_1'), new Step(flow, 'step_2')];
    const written = await action.watch(() => trigger.enqueueTick(), RECEIVERS);

    expect(written.errors).toEqual([]);
    expect(contentOf(account, target)).toEqual(contentOf(account, source));
    expect(writtenTo(account, target)).toHaveLength(RECEIVERS);
    expect(unique(idsOf(written.data))).toHaveLength(RECEIVERS);
    expect(flow.containersOf('step_2').every((container) => container.outcomes.length > 0)).toBe(true);

    // only changes are sent, and messages that are sent again with equal values are not written
    const [edited] = account.account.receivers(source);
    account.account.edit(source, String(edited?.['id']), { attributes: { store: 'Altona' } });
    untilFullReadIsDue(account);
    await action.watch(() => trigger.enqueueTick(), 1);
    expect(contentOf(account, target)).toEqual(contentOf(account, source));
    expect(writtenTo(account, target)).toHaveLength(RECEIVERS + 1);

    // a deletion is transferred too, without a hub that links ids
    account.account.remove(source, String(edited?.['id']));
    untilFullReadIsDue(account);
    const { data } = await action.watch(() => trigger.enqueueTick(), 1);
    expect(data.at(-1)).toMatchObject({ metadata: { recordUid: edited?.['id'] }, data: { delete: 'confirmed' } });
    expect(contentOf(account, target)).toEqual(contentOf(account, source));
    expect(account.account.size(target)).toBe(RECEIVERS - 1);
    expect(account.hazards).toEqual([]);
  });

  it('ends with equal groups even if a container of the action and that of the trigger are killed', async () => {
    const account = await stage.account();
    const { source, target } = twoGroups(account);
    const flow = await open(account, source, target);
    const [trigger, action] = [new Step(flow, 'step_1'), new Step(flow, 'step_2')];
    await trigger.enqueueTick();
    await action.untilSent(60);
    await Promise.all([trigger.end('SIGKILL'), action.end('SIGKILL')]);
    await Promise.all([trigger.restart(), action.restart()]);

    await action.untilSent(RECEIVERS);
    await flow.until(() => unique(idsOf(action.data)).length === RECEIVERS, 'every receiver to be written');
    expect([...trigger.errors, ...action.errors]).toEqual([]);
    expect(contentOf(account, target)).toEqual(contentOf(account, source));
    expect(account.hazards).toEqual([]);
  });
});

function contentOf(account: Sandbox, group: string): unknown[] {
  return account.account
    .receivers(group)
    .map(({ id, email, attributes, global_attributes }) => ({ id, email, attributes, global_attributes }));
}

const rows = z.array(z.object({ email: z.string() }));

/** Addresses of all rows that were written to a group, in order. */
function writtenTo(account: Sandbox, group: string): string[] {
  return account.requests
    .filter((request) => request.method === 'POST' && request.path.startsWith(`/v3/groups/${group}/receivers`))
    .flatMap((request) => rows.parse([request.body].flat()).map((row) => row.email));
}
