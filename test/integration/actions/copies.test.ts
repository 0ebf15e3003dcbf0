/** From a trigger of one group to the action in another: states, opt-outs and deletions, on both platforms and in two accounts. */

import { useStage, type Stage } from '../../support/stage';
import { action, stepOfAll, stepOfOne, type Fields, type Kind } from '../../support/steps';
import type { FakeRuntime, Sent } from '../../support/runtime';

const start = useStage();
const KINDS: Kind[] = ['oih', 'elastic.io'];
const everyChange = { fullReadMinutes: 0, changeTypes: 'new, changed, confirmed, unsubscribed, bounced, deleted' };

/** The message as the next step receives it; with id linking, a hub replaces the metadata. */
const arriving = (kind: Kind, { metadata, data }: Sent, isLinked = false): unknown => {
  if (kind === 'elastic.io') return { body: { metadata, data } };
  return { metadata: isLinked ? { oihUid: 'u' } : metadata, data };
};

const statesOf = ({ sandbox }: Stage, group: string): [email: string, isActive: boolean][] =>
  sandbox.account.receivers(group).map(({ email, active }) => [String(email), active === true]);

async function pass(kind: Kind, trigger: FakeRuntime, target: FakeRuntime, isLinked = false): Promise<Sent[]> {
  const sent: Sent[] = [];
  for (const message of (await trigger.run()).sent) {
    await target.run(arriving(kind, message, isLinked));
    sent.push(...target.sent);
  }
  return sent;
}

async function open(kind: Kind, fields: Fields = {}) {
  const stage = await start();
  const target = stage.addGroup('Customers');
  const { account } = stage.sandbox;
  for (const name of ['active', 'bounced', 'left']) account.addReceiver(stage.group, { email: `${name}@example.org` });
  account.addReceiver(stage.group, { email: 'waiting@example.org', activated: 0 });
  account.bounce(stage.group, 'bounced@example.org');
  account.unsubscribe(stage.group, 'left@example.org');
  const trigger = stepOfOne(stage, everyChange, kind);
  return { stage, account, target, trigger, step: action(stage, { groupId: target, ...fields }, kind) };
}

describe.each(KINDS)('persons that are copied from group to group on %s', (kind) => {
  it('are active only if they are active in the first group', async () => {
    const { stage, target, trigger, step } = await open(kind);
    await pass(kind, trigger, step);
    expect(statesOf(stage, target).sort()).toEqual([
      ['active@example.org', true],
      ['bounced@example.org', false],
      ['left@example.org', false],
      ['waiting@example.org', false],
    ]);
  });

  it('are active only if they are active in the first group, even with a mapping that says nothing about it', async () => {
    const customMapping =
      '{"metadata": metadata, "data": {"email": $contact(data.contactData, "email"), "active": true}}';
    const { stage, target, trigger, step } = await open(kind, { customMapping });
    await pass(kind, trigger, step);
    expect(Object.fromEntries(statesOf(stage, target))).toEqual({
      'active@example.org': true,
      'bounced@example.org': false,
      'left@example.org': false,
      'waiting@example.org': false,
    });
  });

  it.each([{}, { skipTransformation: true }])('take no opt-out from group to group (%j)', async (fields) => {
    const { stage, account, target, step } = await open(kind, { optOuts: true, ...fields });
    const trigger = stepOfOne(stage, { ...everyChange, ...fields }, kind);
    await pass(kind, trigger, step);
    account.unsubscribe(stage.group, 'active@example.org');
    await pass(kind, trigger, step);
    expect(statesOf(stage, target)).toContainEqual(['active@example.org', true]);
  });

  it('that come back to their own group carry out an opt-out there', async () => {
    const { stage, account, step } = await open(kind, { optOuts: true });
    const [message] = (await stepOfOne(stage, everyChange, kind).run()).sent;
    const { subscription } = message?.data as { subscription: Fields };
    const data = { ...message?.data, subscription: { ...subscription, status: 'unsubscribed' } };
    step.cfg['groupId'] = stage.group;
    await step.run(arriving(kind, { metadata: message?.metadata ?? {}, data }));
    expect(step.sent).toMatchObject([{ data: { email: 'active@example.org', active: false } }]);
    expect(account.receiver(stage.group, 'active@example.org')).toMatchObject({ active: false });
  });
});

describe.each([
  ['oih', false],
  ['oih', true],
  ['elastic.io', false],
] as const)('a deletion on %s (ids linked by the hub: %s)', (kind, isLinked) => {
  it('in one group is carried out in the group of the action', async () => {
    const { stage, account, target, trigger, step } = await open(kind, { deletes: true });
    await pass(kind, trigger, step);
    const id = String(account.receiver(stage.group, 'active@example.org')?.['id']);
    account.remove(stage.group, id);
    const elsewhere = stage.addGroup('Elsewhere');
    account.addReceiver(elsewhere, { email: 'active@example.org' });

    expect(await pass(kind, trigger, step, isLinked)).toMatchObject([
      { metadata: { recordUid: id }, data: { delete: 'confirmed' } },
    ]);
    expect(account.receiver(target, id)).toBeUndefined();
    expect(account.receiver(elsewhere, id)).toBeDefined();
  });

  it('in one group deletes from no other group if the action names none', async () => {
    const { stage, account, target, trigger, step } = await open(kind, { deletes: true });
    await pass(kind, trigger, step);
    delete step.cfg['groupId'];
    account.remove(stage.group, 'active@example.org');
    expect(await pass(kind, trigger, step, isLinked)).toMatchObject([{ data: { delete: 'confirmed' } }]);
    expect(account.receiver(target, 'active@example.org')).toBeDefined();
  });

  it('from all groups is confirmed by an action without a group', async () => {
    const { stage, account, step } = await open(kind, { deletes: true });
    delete step.cfg['groupId'];
    const trigger = stepOfAll(stage, everyChange, kind);
    await trigger.run();
    account.remove(stage.group, 'left@example.org');
    expect(await pass(kind, trigger, step, isLinked)).toMatchObject([{ data: { delete: 'confirmed' } }]);
  });

  it('of another account is an error, and deletes no receiver', async () => {
    const { stage, account, target, trigger, step } = await open(kind, { deletes: true });
    await pass(kind, trigger, step);
    const id = String(account.receiver(stage.group, 'active@example.org')?.['id']);
    account.remove(stage.group, id);
    const [deletion] = (await trigger.run()).sent;
    const cleverreach = { ...(deletion?.data['cleverreach'] as Fields), accountId: '42' };
    const message = { metadata: deletion?.metadata ?? {}, data: { ...deletion?.data, cleverreach } };
    const { error, events } = await stage.attempt(step, arriving(kind, message, isLinked));
    expect(error).toMatchObject({ name: 'RecordError', message: expect.stringContaining('account 300417') as string });
    expect(events).toEqual([]);
    expect(account.receiver(target, id)).toBeDefined();
  });
});

it('a deletion goes out without the account if CleverReach rejects the request for it', async () => {
  const { stage, account, trigger } = await open('oih');
  await trigger.run();
  const id = String(account.receiver(stage.group, 'left@example.org')?.['id']);
  account.remove(stage.group, id);
  stage.sandbox.faults.add({ kind: 'status', status: 403, path: '/v3/debug/whoami', times: Infinity });
  expect((await trigger.run()).sent).toMatchObject([
    {
      metadata: { recordUid: id, changeType: 'deleted' },
      data: { cleverreach: { receiverId: id, groupId: stage.group } },
    },
  ]);
  expect(trigger.log.join()).toContain('without the id of the account');
});
