import type { Sandbox } from '../../sandbox';
import {
  anyText,
  idsIn,
  idsOf,
  readLines,
  sentBy,
  textWith,
  untilFullReadIsDue,
} from '../support/runtimes/expectations';
import { runtimes, useStage } from '../support/runtimes/stage';
import { editUntraced, untraced } from '../support/runtimes/untraced';
import { EVERY_TYPE } from '../support/everyType';

describe.each(runtimes)('a full read under $name', (runtime) => {
  const stage = useStage();

  it('finds an edit without an event, a tag and a deletion, which quick polls do not find', async () => {
    const account = await stage.account({ switches: untraced });
    const [group = ''] = account.seed({ receivers: 60 }).groups;
    const step = await stage.step(runtime, account, {
      function: 'getReceiversByGroupIdPolling',
      fields: { groupId: group, pageSize: 10, changeTypes: EVERY_TYPE },
    });
    expect(sentBy(await step.tick())).toEqual({ errors: [], ids: idsIn(account, group) });

    const [edited = '', tagged = '', gone = ''] = idsIn(account, group);
    await editUntraced(account, group, [edited], () => ({ attributes: { store: 'Altona' } }));
    await editUntraced(account, group, [tagged], () => ({ tags: ['vip'] }));
    account.account.remove(group, gone);
    expect(await step.tick()).toMatchObject({ outcome: 'ack', errors: [], data: [] });

    untilFullReadIsDue(account);
    const changed = await step.tick();
    expect(sentBy(changed)).toEqual({ errors: [], ids: [edited, tagged, gone].sort() });
    const deletion = changed.data.find((message) => message.metadata['recordUid'] === gone);
    expect(deletion?.data).toMatchObject({
      deleteRequested: anyText,
      cleverreach: { accountId: anyText, groupId: group },
    });
    expect(readLines(changed.log)).toEqual([
      textWith(/^Quick poll of group .*, 0 sent, /),
      textWith(
        /^Full read of group \d+ "[^"]+": \d+ receivers read, 2 sent, .* 1 deletion reported; next full read due at /,
      ),
    ]);

    untilFullReadIsDue(account);
    expect(await step.tick()).toMatchObject({ outcome: 'ack', errors: [], data: [] });
    expect(account.hazards).toEqual([]);
  });

  it('sends a receiver that was moved to another group, and reports no deletion for it', async () => {
    const account = await stage.account({ switches: untraced });
    const [one = '', two = ''] = account.seed({ groups: 2, receivers: 40 }).groups;
    const step = await stage.step(runtime, account, {
      function: 'getReceiversPolling',
      fields: { pageSize: 10, changeTypes: EVERY_TYPE },
    });
    await step.tick();
    const moved = onlyIn(account, one, two);
    const { email, registered, activated } = account.account.receiver(one, moved) ?? {};
    account.account.addReceiver(two, {
      email: String(email),
      registered: Number(registered),
      activated: Number(activated),
    });
    account.account.remove(one, moved);
    const both = idsIn(account, one).find((id) => idsIn(account, two).includes(id)) ?? '';
    account.account.remove(one, both);

    untilFullReadIsDue(account);
    const { data, errors, outcome } = await step.tick();
    expect({ errors, outcome }).toEqual({ errors: [], outcome: 'ack' });
    expect(idsOf(data)).toEqual([both, moved].sort());
    for (const message of data) expect(message.data).not.toHaveProperty('deleteRequested');

    untilFullReadIsDue(account);
    expect(await step.tick()).toMatchObject({ outcome: 'ack', errors: [], data: [] });
  });

  it('sends nothing twice when a receiver is changed and changed back between two reads', async () => {
    const account = await stage.account({ switches: untraced });
    const [group = ''] = account.seed({ receivers: 60 }).groups;
    const step = await stage.step(runtime, account, { function: 'getReceiversPolling', fields: { pageSize: 10 } });
    await step.tick();
    const [edited = ''] = idsIn(account, group);
    const moveTo = (store: string) => editUntraced(account, group, [edited], () => ({ attributes: { store } }));
    await moveTo('Altona');
    untilFullReadIsDue(account);
    expect(sentBy(await step.tick())).toEqual({ errors: [], ids: [edited] });
    await moveTo('Barmbek');
    await moveTo('Altona');
    untilFullReadIsDue(account);
    expect(await step.tick()).toMatchObject({ outcome: 'ack', errors: [], data: [] });
  });
});

function onlyIn(account: Sandbox, one: string, other: string): string {
  const others = idsIn(account, other);
  const found = idsIn(account, one).find((id) => !others.includes(id));
  if (found === undefined) throw new Error('Everybody is in both groups.');
  return found;
}
