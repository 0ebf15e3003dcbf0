import type { Sandbox } from '../../sandbox';
import { anyText, textWith, objectWith } from '../support/runtimes/expectations';
import type { FlowRecord } from '../support/runtimes/plan';
import { runtimes, useStage } from '../support/runtimes/stage';

const person = (email: string, lastName: string): FlowRecord => ({
  metadata: {},
  data: { firstName: 'Mia', lastName, contactData: [{ type: 'email', value: email }] },
});

async function accountWithGroup(account: Promise<Sandbox>): Promise<{ account: Sandbox; group: string }> {
  const started = await account;
  const group = started.account.addGroup('Newsletter');
  started.account.addAttribute({ name: 'firstname' });
  started.account.addAttribute({ name: 'lastname' });
  return { account: started, group };
}

describe.each(runtimes)('the action under $name', (runtime) => {
  const stage = useStage();

  it('creates a receiver, updates it, and writes nothing if it is equal', async () => {
    const { account, group } = await accountWithGroup(stage.account());
    const step = await stage.step(runtime, account, { function: 'upsertReceiver', fields: { groupId: Number(group) } });

    const created = await step.handle(person('mia@example.org', 'Muster'));
    expect(created).toMatchObject({ outcome: 'ack', errors: [] });
    const id = String(account.account.receiver(group, 'mia@example.org')?.['id']);
    expect(created.data).toEqual([
      {
        id: anyText,
        metadata: { recordUid: id },
        data: objectWith({ id, email: 'mia@example.org' }),
      },
    ]);

    const updated = await step.handle(person('mia@example.org', 'Schulz'));
    expect(updated.data[0]?.data).toMatchObject({ id, global_attributes: { lastname: 'Schulz' } });
    expect(updated.data[0]?.id).not.toBe(created.data[0]?.id);

    const writes = () => account.count({ method: 'POST', path: '/groups/:gid/receivers/upsertplus' });
    const before = writes();
    const unchanged = await step.handle(person('mia@example.org', 'Schulz'));
    expect(unchanged.data[0]?.metadata).toEqual({ recordUid: id });
    expect(writes()).toBe(before);
    expect(account.hazards).toEqual([]);
  });

  it('does not subscribe an unsubscribed receiver again', async () => {
    const { account, group } = await accountWithGroup(stage.account());
    const id = account.account.addReceiver(group, { email: 'mia@example.org' });
    account.account.unsubscribe(group, id);
    const step = await stage.step(runtime, account, {
      function: 'upsertReceiver',
      fields: { groupName: 'newsletter' },
    });
    const { outcome } = await step.handle(person('mia@example.org', 'Schulz'));
    expect(outcome).toBe('ack');
    expect(account.account.receiver(group, id)).toMatchObject({
      active: false,
      global_attributes: { lastname: 'Schulz' },
    });
    expect(account.hazards).toEqual([]);
  });

  it.each(['form', 'flow'] as const)('sends a new receiver one double-opt-in mail of a %s', async (kind) => {
    const { account, group } = await accountWithGroup(stage.account());
    const { id } =
      kind === 'form' ? account.account.addForm({ groupId: group }) : account.account.addFlow({ groupId: group });
    const fields = { groupId: group, newReceivers: 'unconfirmed', doiFormId: String(id) };
    const step = await stage.step(runtime, account, { function: 'upsertReceiver', fields });
    expect(await step.handle(person('mia@example.org', 'Muster'))).toMatchObject({ outcome: 'ack', errors: [] });
    expect(account.account.receiver(group, 'mia@example.org')).toMatchObject({ active: false, activated: 0 });
    expect(await step.handle(person('mia@example.org', 'Schulz'))).toMatchObject({ outcome: 'ack', errors: [] });
    expect(account.account.mails).toHaveLength(1);
  });

  it('returns a message when CleverReach is down for long, and the redelivered message succeeds', async () => {
    const { account, group } = await accountWithGroup(stage.account());
    // longer than an action waits; two messages come back, one of them twice
    const long = { kind: 'status', status: 503, headers: { 'retry-after': '3600' } } as const;
    account.faults.add({ path: '/groups/:gid/receivers', times: 2, ...long });
    const step = await stage.step(runtime, account, { function: 'upsertReceiver', fields: { groupId: group } });
    const handled = await step.watch(() => step.enqueue(person('mia@example.org', 'Muster')), 3);
    expect(handled.errors).toEqual([]);
    expect(handled.rebounds).toHaveLength(2);
    expect(handled.data).toHaveLength(1);
    expect(step.container.outcomes).toEqual(['ack', 'ack', 'ack']);
    expect(account.account.size(group)).toBe(1);
  });

  it('fails an invalid message, states why, and continues with the next', async () => {
    const { account, group } = await accountWithGroup(stage.account());
    const step = await stage.step(runtime, account, { function: 'upsertReceiver', fields: { groupId: group } });
    const failed = await step.handle({ metadata: {}, data: { firstName: 'Mia' } });
    expect(failed).toMatchObject({ outcome: 'reject', data: [] });
    expect(failed.errors).toEqual([textWith(/e-?mail|address/i)]);
    expect(await step.handle(person('mia@example.org', 'Muster'))).toMatchObject({ outcome: 'ack', errors: [] });
  });

  it('sends an invalid message on with its error when onError is "emit"', async () => {
    const { account, group } = await accountWithGroup(stage.account());
    const fields = { groupId: group, onError: 'emit' };
    const step = await stage.step(runtime, account, { function: 'upsertReceiver', fields });
    const handled = await step.handle({ metadata: { recordUid: '17' }, data: { firstName: 'Mia' } });
    expect(handled).toMatchObject({ outcome: 'ack', errors: [] });
    const error = objectWith({ type: 'record', message: textWith(/no e-mail address/), recordUid: '17' });
    expect(handled.data).toEqual([{ id: anyText, metadata: { recordUid: '17' }, data: { error } }]);
  });

  it('loses no message while a permission is missing: the platform keeps or redelivers it', async () => {
    const { account, group } = await accountWithGroup(stage.account());
    const body = { error: { code: 403, message: 'Forbidden' } };
    account.faults.add({ path: '/groups/:gid/receivers', method: 'POST', times: 2, kind: 'status', status: 403, body });
    const step = await stage.step(runtime, account, { function: 'upsertReceiver', fields: { groupId: group } });
    const isKept = runtime.name === 'elastic.io';
    const handled = await step.watch(() => step.enqueue(person('mia@example.org', 'Muster')), isKept ? 1 : 3);
    expect(handled.errors).toEqual(isKept ? [textWith(/does not allow/)] : []);
    expect(handled.rebounds).toHaveLength(isKept ? 0 : 2);
    expect(account.account.size(group)).toBe(isKept ? 0 : 1);
  });

  it('writes messages that arrive together with few requests, and answers each separately', async () => {
    const { account, group } = await accountWithGroup(stage.account());
    const plan = { function: 'upsertReceiver', fields: { groupId: group }, prefetch: 20 } as const;
    const step = await stage.step(runtime, account, plan);
    const people = Array.from({ length: 40 }, (_, index) => person(`r${index}@example.org`, `Name ${index}`));
    const handled = await step.watch(async () => {
      for (const one of people) await step.enqueue(one);
    }, 40);
    expect(handled.errors).toEqual([]);
    expect(new Set(handled.data.map((message) => message.metadata['recordUid'])).size).toBe(40);
    expect(account.account.size(group)).toBe(40);
    const written = account.count({ method: 'POST', path: '/groups/:gid/receivers/upsertplus' });
    expect(written).toBeLessThan(20);
  });

  describe('with a delete request', () => {
    const request = (email: string): FlowRecord => ({ metadata: {}, data: { deleteRequested: true, email } });
    const answered = (outcome: string) => [objectWith({ data: { delete: outcome, timestamp: textWith(/^\d{13}$/) } })];

    it('confirms a deletion, even of a receiver that was already deleted', async () => {
      const { account, group } = await accountWithGroup(stage.account());
      account.account.addReceiver(group, { email: 'mia@example.org' });
      const fields = { groupId: group, deletes: true };
      const step = await stage.step(runtime, account, { function: 'upsertReceiver', fields });
      expect((await step.handle(request('mia@example.org'))).data).toEqual(answered('confirmed'));
      expect(account.account.size(group)).toBe(0);
      expect((await step.handle(request('mia@example.org'))).data).toEqual(answered('confirmed'));
      expect(account.hazards).toEqual([]);
    });

    it('denies it if the step may not delete', async () => {
      const { account, group } = await accountWithGroup(stage.account());
      account.account.addReceiver(group, { email: 'mia@example.org' });
      const step = await stage.step(runtime, account, { function: 'upsertReceiver', fields: { groupId: group } });
      expect((await step.handle(request('mia@example.org'))).data).toEqual(answered('denied'));
      expect(account.account.size(group)).toBe(1);
    });

    it('reports a failure if CleverReach refuses it', async () => {
      const { account, group } = await accountWithGroup(stage.account());
      account.account.addReceiver(group, { email: 'mia@example.org' });
      const refusal = { kind: 'status', status: 400, body: { error: { code: 400, message: 'Bad Request' } } } as const;
      account.faults.add({ method: 'DELETE', path: /receivers/, ...refusal });
      const fields = { groupId: group, deletes: true };
      const step = await stage.step(runtime, account, { function: 'upsertReceiver', fields });
      expect((await step.handle(request('mia@example.org'))).data).toEqual(answered('failed'));
      expect(account.account.size(group)).toBe(1);
    });
  });
});
