import { z } from 'zod';
import { textWith, untilFullReadIsDue } from '../support/runtimes/expectations';
import { Step } from '../support/runtimes/flow';
import { runtimes, useStage } from '../support/runtimes/stage';

/** In the form of a CRM that does not know CleverReach's groups. */
const WITHOUT_GROUP =
  '{ "metadata": metadata, "data": { "contactData": $contactData({ "email": data.email }), "subscription": $sift($subscription(data), function($value, $name) { $name != "group" }) } }';

describe.each(runtimes)('unsubscribes under $name', (runtime) => {
  const stage = useStage();

  it('travel from a trigger that sends nothing else to an action with "optOuts", once', async () => {
    const account = await stage.account();
    const source = account.account.addGroup('Newsletter');
    const target = account.account.addGroup('Customers');
    for (const name of ['ada', 'bo', 'cy'])
      for (const group of [source, target]) account.account.addReceiver(group, { email: `${name}@example.org` });
    const trigger = {
      function: 'getReceiversByGroupIdPolling',
      fields: { groupId: source, changeTypes: 'unsubscribed', customMapping: WITHOUT_GROUP },
    } as const;
    const action = { function: 'upsertReceiver', fields: { groupId: target, optOuts: true } } as const;
    const flow = await stage.flow(runtime, account, [trigger, action]);
    flow.startAll();
    const [first, second] = [new Step(flow, 'step_1'), new Step(flow, 'step_2')];
    expect(await first.tick()).toMatchObject({ errors: [], data: [] });

    account.clock.advance(600);
    account.account.unsubscribe(source, 'ada@example.org');
    account.clock.advance(600);
    const handled = await second.watch(() => first.enqueueTick(), 1);
    expect(handled).toMatchObject({ errors: [], data: [{ data: { email: 'ada@example.org', active: false } }] });
    expect(statesIn(account.account.receivers(target))).toEqual({ ada: false, bo: true, cy: true });

    // a full read reads it again, and sends nothing more
    untilFullReadIsDue(account);
    expect(await first.tick()).toMatchObject({ errors: [], data: [] });
    expect(account.hazards).toEqual([]);
  });

  it('do not travel to another group as long as the record names the group of the trigger', async () => {
    const account = await stage.account();
    const source = account.account.addGroup('Newsletter');
    const target = account.account.addGroup('Customers');
    for (const group of [source, target]) account.account.addReceiver(group, { email: 'ada@example.org' });
    account.account.unsubscribe(source, 'ada@example.org');
    const trigger = {
      function: 'getReceiversByGroupIdPolling',
      fields: { groupId: source, changeTypes: 'unsubscribed' },
    } as const;
    const action = { function: 'upsertReceiver', fields: { groupId: target, optOuts: true } } as const;
    const flow = await stage.flow(runtime, account, [trigger, action]);
    flow.startAll();
    const [first, second] = [new Step(flow, 'step_1'), new Step(flow, 'step_2')];
    const handled = await second.watch(() => first.enqueueTick(), 1);
    expect(handled).toMatchObject({ errors: [], data: [{ data: { active: true } }] });
    expect(handled.log).toContainEqual(textWith(/opt-out from another group/));
  });
});

const rows = z.array(z.object({ email: z.string(), active: z.boolean() }));

const statesIn = (receivers: unknown): Record<string, boolean> =>
  Object.fromEntries(rows.parse(receivers).map(({ email, active }) => [email.replace('@example.org', ''), active]));
