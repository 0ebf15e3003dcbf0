/** A receiver and its contact in a CRM are edited in the same minute, as in docs/two-way.md. */

import { Crm } from '../../support/model/crm';
import { TwoWayFlow } from '../../support/model/twoWayFlow';
import { useStage } from '../../support/stage';
import { action, person, stepOfOne } from '../../support/steps';
import { valuesOf } from '../../support/storedContent';

const open = useStage();
const EMAIL = 'jo@example.org';
const HOUR = 3600;

async function bothSides({ showsOwnWrites }: { showsOwnWrites: boolean }) {
  const stage = await open();
  const { account, clock } = stage.sandbox;
  account.addReceiver(stage.group, { email: EMAIL, global_attributes: { firstname: 'Jo', lastname: 'Öz' } });
  const crm = new Crm(() => clock.now(), showsOwnWrites);
  const flow = new TwoWayFlow(stage, crm, { platform: 'elastic.io', reading: 'full reads' });
  const alternate = async (): Promise<void> => {
    stage.later(HOUR);
    await flow.pollCleverReach();
    await flow.pollCrm();
  };
  const together = async (): Promise<void> => {
    stage.later(HOUR);
    // both have read before one of them writes
    await flow.pollCleverReach(undefined, true);
    await flow.pollCrm();
    flow.deliverToCrm();
  };
  await alternate();
  const contact = crm.byEmail(EMAIL);
  if (!contact) throw new Error('the receiver did not reach the CRM');
  const edit = (): void => {
    account.edit(stage.group, EMAIL, { global_attributes: { firstname: 'CleverReach' } });
    crm.edit(contact, { firstName: 'CRM' });
  };
  const names = () => [valuesOf(account.receiver(stage.group, EMAIL))['firstname'], contact.values.firstName];
  return { stage, crm, contact, alternate, together, edit, names };
}

describe('if both sides edit the same value', () => {
  it('polls one after the other leave one value on both sides: that of the side that is polled first', async () => {
    const { alternate, edit, names } = await bothSides({ showsOwnWrites: true });
    edit();
    await alternate();
    expect(names()).toEqual(['CleverReach', 'CleverReach']);
    await alternate();
    expect(names()).toEqual(['CleverReach', 'CleverReach']);
  });

  it('polls at the same time swap the values each time, until the polls alternate', async () => {
    const { alternate, together, edit, names } = await bothSides({ showsOwnWrites: true });
    edit();
    await together();
    expect(names()).toEqual(['CRM', 'CleverReach']);
    await together();
    expect(names()).toEqual(['CleverReach', 'CRM']);
    await together();
    expect(names()).toEqual(['CRM', 'CleverReach']);
    await alternate();
    expect(names()).toEqual(['CRM', 'CRM']);
  });

  it('polls at the same time swap the values once if the CRM does not send what the flow has written', async () => {
    const { together, edit, names } = await bothSides({ showsOwnWrites: false });
    edit();
    await together();
    expect(names()).toEqual(['CRM', 'CleverReach']);
    for (let round = 0; round < 2; round += 1) {
      await together();
      expect(names()).toEqual(['CRM', 'CRM']);
    }
  });
});

describe('if both sides edit different values', () => {
  it('a record with only the changed values, written first, keeps both edits', async () => {
    const stage = await open();
    const { account } = stage.sandbox;
    account.addReceiver(stage.group, { email: EMAIL, global_attributes: { firstname: 'Jo', lastname: 'Öz' } });
    const trigger = stepOfOne(stage, { fullReadMinutes: 0 });
    await trigger.run();
    stage.later(HOUR);
    account.edit(stage.group, EMAIL, { global_attributes: { firstname: 'CleverReach' } });
    await action(stage).run({ metadata: {}, data: person(EMAIL, { lastName: 'CRM' }) });
    stage.later(HOUR);
    await trigger.run();
    expect(trigger.sent).toMatchObject([{ data: { firstName: 'CleverReach', lastName: 'CRM' } }]);
  });

  it('a whole record overwrites the value that the other side has edited', async () => {
    const stage = await open();
    const { account } = stage.sandbox;
    account.addReceiver(stage.group, { email: EMAIL, global_attributes: { firstname: 'Jo', lastname: 'Öz' } });
    account.edit(stage.group, EMAIL, { global_attributes: { firstname: 'CleverReach' } });
    await action(stage).run({ metadata: {}, data: person(EMAIL, { firstName: 'Jo', lastName: 'CRM' }) });
    const values = valuesOf(account.receiver(stage.group, EMAIL));
    expect(values).toMatchObject({ firstname: 'Jo', lastname: 'CRM' });
  });
});

describe('if one side edits, the other one ends the subscription, and both polls run at the same time', () => {
  it('an opt-out in the CRM stays and reaches CleverReach', async () => {
    const { stage, crm, contact, together } = await bothSides({ showsOwnWrites: true });
    const { account } = stage.sandbox;
    account.edit(stage.group, EMAIL, { global_attributes: { firstname: 'CleverReach' } });
    crm.optOut(contact);
    for (let round = 0; round < 2; round += 1) await together();
    expect(account.receiver(stage.group, EMAIL)).toMatchObject({ active: false });
    expect(contact.status).toBe('unsubscribed');
  });

  it.each(['CleverReach', 'the CRM'])('a deletion in %s stays and reaches the other side', async (side) => {
    const { stage, crm, contact, together } = await bothSides({ showsOwnWrites: true });
    const { account } = stage.sandbox;
    if (side === 'CleverReach') {
      account.remove(stage.group, EMAIL);
      crm.edit(contact, { firstName: 'CRM' });
    } else {
      account.edit(stage.group, EMAIL, { global_attributes: { firstname: 'CleverReach' } });
      crm.remove(contact);
    }
    for (let round = 0; round < 2; round += 1) await together();
    expect(account.receiver(stage.group, EMAIL)).toBeUndefined();
    expect(crm.all()).toEqual([]);
  });
});
