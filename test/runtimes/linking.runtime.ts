import { z } from 'zod';
import { anyText, idsIn, textWith } from '../support/runtimes/expectations';
import { oih } from '../support/runtimes/oih';
import { runtimes, useStage } from '../support/runtimes/stage';

const stage = useStage();
const LINKING = { idLinking: true, applicationUid: 'cleverreach' };

describe.each(runtimes)('the metadata of a message under $name', (runtime) => {
  it('has the id as a string, whatever CleverReach returns, and the type of the change', async () => {
    const account = await stage.account({ switches: { ids: 'numbers' } });
    account.seed({ receivers: 3 });
    const step = await stage.step(runtime, account, { function: 'getReceiversPolling' });
    const { data } = await step.tick();
    for (const message of data) expect(message.metadata).toEqual({ recordUid: textWith(/^\d+$/), changeType: 'new' });
  });
});

describe('id linking of OIH', () => {
  it('receives the id of every receiver that a trigger sends, once and as a string', async () => {
    const account = await stage.account({ switches: { ids: 'numbers' } });
    const [group = ''] = account.seed({ receivers: 12 }).groups;
    const plan = { function: 'getReceiversPolling', nodeSettings: LINKING } as const;
    const step = await stage.step(oih, account, plan);
    const { data, errors } = await step.tick();
    expect(errors).toEqual([]);
    // the hub's id replaces CleverReach's id on the way to the next step
    for (const message of data) expect(message.metadata).toEqual({ oihUid: anyText });

    const posted = step.platform.service.callsTo('POST', /^\/data\/recordId$/).map((call) => call.body);
    expect(posted.map((body) => z.looseObject({ recordUid: z.string() }).parse(body).recordUid).sort()).toEqual(
      idsIn(account, group),
    );

    // a repeated message does not add a reference
    const [edited = ''] = idsIn(account, group);
    account.account.edit(group, edited, { attributes: { store: 'Altona' } });
    expect(await step.tick()).toMatchObject({ errors: [], data: [{ metadata: { oihUid: anyText } }] });
    expect(step.platform.service.callsTo('POST', /^\/data\/recordId$/)).toHaveLength(12);
  });

  it('keeps the account and the id of a deleted receiver in the data, so that the action can delete it', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 3 }).groups;
    const target = account.account.addGroup('Customers');
    const [id = ''] = idsIn(account, group);
    account.account.addReceiver(target, { email: String(account.account.receiver(group, id)?.['email']) });
    const fields = { groupId: group, changeTypes: ['deleted'], fullReadMinutes: 0 };
    const plan = { function: 'getReceiversByGroupIdPolling', fields, nodeSettings: LINKING } as const;
    const trigger = await stage.step(oih, account, plan);
    await trigger.tick();
    account.account.remove(group, id);
    const { data } = await trigger.tick();
    const cleverreach = { accountId: '300417', receiverId: id, groupId: group };
    expect(data).toMatchObject([{ metadata: { oihUid: anyText }, data: { cleverreach } }]);

    const action = {
      function: 'upsertReceiver',
      fields: { groupId: target, deletes: true },
      nodeSettings: LINKING,
    } as const;
    const step = await stage.step(oih, account, action);
    const [{ metadata, data: deletion } = { metadata: {}, data: {} }] = data;
    const { errors } = await step.handle({ metadata, data: deletion });
    expect(errors).toEqual([]);
    expect(account.account.receiver(target, id)).toBeUndefined();
  });

  it('keeps the type of a change in the data when a custom mapping has put it there', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 2 }).groups;
    const customMapping = '{ "metadata": metadata, "data": $merge([data, { "changeType": metadata.changeType }]) }';
    const plan = { function: 'getReceiversPolling', fields: { customMapping }, nodeSettings: LINKING } as const;
    const step = await stage.step(oih, account, plan);
    await step.tick();
    account.clock.advance(600);
    account.account.unsubscribe(group, idsIn(account, group)[0] ?? '');
    account.clock.advance(600);
    const { data } = await step.tick();
    expect(data).toMatchObject([{ metadata: { oihUid: anyText }, data: { changeType: 'unsubscribed' } }]);
  });

  it('receives the receiver that the action has created, and finds it when its address has changed', async () => {
    const account = await stage.account();
    const group = account.account.addGroup('Newsletter');
    const plan = { function: 'upsertReceiver', fields: { groupId: group }, nodeSettings: LINKING } as const;
    const step = await stage.step(oih, account, plan);
    const send = (email: string) =>
      step.handle({
        metadata: { oihUid: 'oih-mia', recordUid: '77', applicationUid: 'crm' },
        data: { contactData: [{ type: 'email', value: email }] },
      });
    expect(await send('mia@example.org')).toMatchObject({ errors: [], data: [{ metadata: { oihUid: 'oih-mia' } }] });
    const id = String(account.account.receiver(group, 'mia@example.org')?.['id']);
    const posted = step.platform.service.callsTo('POST', /^\/data\/recordId$/).map((call) => call.body);
    expect(posted).toEqual([{ applicationUid: 'cleverreach', recordUid: id, oihUid: 'oih-mia' }]);

    expect(await send('mia.muster@example.org')).toMatchObject({ errors: [], outcome: 'ack' });
    expect(account.account.receiver(group, id)).toMatchObject({ email: 'mia.muster@example.org' });
    expect(account.account.size(group)).toBe(1);
  });
});
