import { anyText, idsIn, sentBy } from '../support/runtimes/expectations';
import { runtimes, useStage } from '../support/runtimes/stage';

const BY_CONTENT = { function: 'getReceiversByGroupIdPolling' } as const;

describe.each(runtimes)('a trigger that compares contents under $name', (runtime) => {
  const stage = useStage();

  it('detects a change that leaves no trace in CleverReach, and requests the deletion of deleted receivers', async () => {
    const account = await stage.account({ switches: { eventForAttributes: false } });
    const [group = ''] = account.seed({ receivers: 60 }).groups;
    const fields = { groupId: group, pageSize: 25, changeDetection: 'content', emitDeletions: true };
    const step = await stage.step(runtime, account, { ...BY_CONTENT, fields });
    expect(sentBy(await step.tick())).toEqual({ errors: [], ids: idsIn(account, group) });
    expect(await step.tick()).toMatchObject({ outcome: 'ack', errors: [], data: [] });

    const [edited = '', gone = ''] = idsIn(account, group);
    account.account.edit(group, edited, { attributes: { store: 'Altona' } });
    account.account.remove(group, gone);
    const changed = await step.tick();
    expect(sentBy(changed)).toEqual({ errors: [], ids: [edited, gone].sort() });
    const deletion = changed.data.find((message) => message.metadata['recordUid'] === gone);
    expect(deletion?.data).toEqual({ deleteRequested: anyText });
    expect(await step.tick()).toMatchObject({ outcome: 'ack', errors: [], data: [] });
  });
});

describe.each(runtimes)('a group whose fingerprints need more than five kilobytes, under $name,', (runtime) => {
  const stage = useStage();

  it('is refused before anything is sent if the platform limits the snapshot, and read otherwise', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 500 }).groups;
    const fields = { groupId: group, changeDetection: 'content' };
    const step = await stage.step(runtime, account, { ...BY_CONTENT, fields });
    const { outcome, errors, data, snapshots } = await step.tick();
    const isRead = { outcome: 'ack', sent: 500, says: '' };
    const isRefused = {
      outcome: 'reject',
      sent: 0,
      says: expect.stringContaining('keeps snapshots that hold') as unknown,
    };
    expect({ outcome, sent: data.length, says: errors.join() }).toEqual(runtime.name === 'OIH' ? isRead : isRefused);
    expect(snapshots.length > 0).toBe(runtime.name === 'OIH');
  });
});
