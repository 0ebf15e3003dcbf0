import type { Sandbox } from '../../../sandbox';
import { process as pollOne } from '../../../lib/triggers/getReceiversByGroupIdPolling';
import { process as pollAll } from '../../../lib/triggers/getReceiversPolling';
import { useAccount, type TestAccount } from '../../support/account';
import { FakeRuntime } from '../../support/runtime';
import { EVERY_TYPE } from '../../support/everyType';

const account = useAccount({ eventForAttributes: false, eventForTags: false });
let sandbox: Sandbox;
let group: string;
let add: TestAccount['add'];
let later: TestAccount['later'];

beforeEach(() => {
  ({ sandbox, group, add, later } = account);
});

const everyChange = { fullReadMinutes: 0, changeTypes: EVERY_TYPE };
const trigger = (fields: Record<string, unknown> = {}, kind: 'oih' | 'elastic.io' = 'oih'): FakeRuntime =>
  new FakeRuntime(kind, pollOne, { groupId: group, ...everyChange, ...fields, ...account.credentials });
const deletion = (id: string | undefined): object => ({
  metadata: { recordUid: id },
  data: { deleteRequested: expect.any(String) as string },
});

describe('a full read', () => {
  it('sends only new and different receivers, whatever events CleverReach records', async () => {
    const [first = '', second = ''] = add(12);
    const step = trigger({ pageSize: 5 });
    expect((await step.run()).ids).toHaveLength(12);
    later();
    expect((await step.run()).ids).toEqual([]);
    sandbox.account.edit(group, first, { global_attributes: { firstname: 'Bo' } });
    sandbox.account.edit(group, second, { tags: ['vip'] });
    later();
    expect((await step.run()).ids).toEqual([first, second]);
    later();
    expect((await step.run()).ids).toEqual([]);
  });

  it('requests no events', async () => {
    add(3);
    const step = await trigger().run();
    await step.run();
    const details = sandbox.requests
      .filter(({ path }) => path.endsWith('/receivers'))
      .map(({ query }) => query['detail']);
    expect(new Set(details)).toEqual(new Set(['0', '4']));
  });

  it('sends a receiver whose address, group attribute, tag, state or group was changed', async () => {
    sandbox.account.addAttribute({ name: 'visits', type: 'number', groupId: group });
    const [renamed = '', visited = '', tagged = '', left = '', copied = ''] = add(12);
    const press = sandbox.account.addGroup('Press');
    add(2, press, 'q');
    const step = new FakeRuntime('oih', pollAll, { ...everyChange, pageSize: 5, ...account.credentials });
    await step.run();
    later();
    sandbox.account.changeEmail(renamed, 'renamed@example.org');
    sandbox.account.edit(group, visited, { attributes: { visits: '3' } });
    sandbox.account.edit(group, tagged, { tags: ['vip'] });
    sandbox.account.unsubscribe(group, left);
    sandbox.account.addReceiver(press, { email: 'p004@example.org', registered: 1 });
    later();
    const { ids } = await step.run();
    // of a receiver in several groups, it is not known in which of them it has changed
    expect(ids.toSorted()).toEqual([renamed, visited, tagged, left, copied, copied].toSorted());
    later();
    expect((await step.run()).ids).toEqual([]);
  });

  it('sends no receiver that has changed back, or that has only received an email', async () => {
    const [back = '', opened = ''] = add(12);
    const step = trigger({ pageSize: 5 });
    await step.run();
    later();
    sandbox.account.edit(group, back, { tags: ['vip'] });
    sandbox.account.edit(group, back, { tags: [] });
    sandbox.account.recordMail(group, opened, 'mail_open');
    later();
    expect((await step.run()).ids).toEqual([]);
  });

  it('reports a deleted receiver once', async () => {
    const [, second] = add(12);
    const step = trigger({ pageSize: 5 });
    await step.run();
    sandbox.account.remove(group, String(second));
    expect((await step.run()).sent).toMatchObject([deletion(second)]);
    expect((await step.run()).sent).toEqual([]);
  });

  it('forgets a deleted receiver silently if deletions are not reported, and sends it when it returns', async () => {
    const [first = ''] = add(2);
    const step = trigger({ changeTypes: '' });
    await step.run();
    sandbox.account.remove(group, first);
    expect((await step.run()).sent).toEqual([]);
    expect(sandbox.count({ path: `/v3/groups/${group}/receivers/${first}` })).toBe(0);
    const again = sandbox.account.addReceiver(group, {
      email: 'p000@example.org',
      global_attributes: { firstname: 'Jo 0' },
    });
    expect((await step.run()).ids).toEqual([again]);
  });

  it('reports no deletion when it is interrupted', async () => {
    const [first = ''] = add(12);
    const step = trigger({ pageSize: 5 });
    await step.run();
    sandbox.account.remove(group, first);
    sandbox.faults.add({ path: `/v3/groups/${group}/receivers`, after: 2, kind: 'status', status: 403, body: {} });
    await expect(step.run()).rejects.toThrow(/403/);
    expect(step.sent).toEqual([]);
    expect((await step.run()).sent).toMatchObject([deletion(first)]);
  });

  it('looks a receiver up that the list has missed, and sends it instead of reporting its deletion', async () => {
    const ids = add(2);
    const step = trigger();
    await step.run();
    const [first = ''] = ids;
    sandbox.faults.add({
      path: `/v3/groups/${group}/receivers`,
      kind: 'body',
      body: [sandbox.account.receiver(group, String(ids[1]))],
    });
    expect((await step.run()).ids).toEqual([first]);
    expect((await step.run()).sent).toEqual([]);
    expect(sandbox.requests.filter(({ query }) => String(query['id_list']).includes(first))).toHaveLength(1);
  });

  it('of all groups reports a deletion only when the last group has lost the receiver', async () => {
    const other = sandbox.account.addGroup('Press');
    const [id] = add(1);
    sandbox.account.addReceiver(other, { email: 'p000@example.org' });
    const step = new FakeRuntime('oih', pollAll, { ...everyChange, ...account.credentials });
    expect((await step.run()).ids).toEqual([id, id]);
    sandbox.account.remove(group, String(id));
    expect((await step.run()).sent).toEqual([]);
    sandbox.account.remove(other, String(id));
    expect((await step.run()).sent).toMatchObject([deletion(id)]);
  });

  it.each(['gone', 'kept'] as const)(
    'of all groups reports a deletion and no move if a receiver without a group is %s in the account',
    async (receiverWithoutGroup) => {
      sandbox.switches.receiverWithoutGroup = receiverWithoutGroup;
      const other = sandbox.account.addGroup('Press');
      const [mover = '', leaver = ''] = add(2, other);
      const step = new FakeRuntime('oih', pollAll, { ...everyChange, ...account.credentials });
      await step.run();
      sandbox.account.addReceiver(group, { email: 'p000@example.org', registered: 1 });
      sandbox.account.remove(other, mover);
      sandbox.account.remove(other, leaver);
      // it moves when this group has been read already; the first request counts the receivers
      sandbox.faults.add({ path: `/v3/groups/${group}/receivers`, after: 1, times: 2, kind: 'body', body: [] });
      expect((await step.run()).sent).toMatchObject([deletion(leaver)]);
      expect((await step.run()).ids).toEqual([mover]);
      expect((await step.run()).sent).toEqual([]);
    },
  );

  it.each([
    ['a receiver that is not known', 404, { error: { code: 404, message: 'Not Found: invalid receiver' } }],
    ['an empty list', 200, []],
  ])('reports a deletion if the account answers with %s', async (_what, status, body) => {
    const [first = ''] = add(2);
    const step = new FakeRuntime('oih', pollAll, { ...everyChange, ...account.credentials });
    await step.run();
    sandbox.account.remove(group, first);
    sandbox.faults.add({ path: `/v3/receivers/${first}`, kind: 'status', status, body });
    expect((await step.run()).sent).toMatchObject([deletion(first)]);
  });

  it.each([
    ['another receiver', 200, [{ id: '1', email: 'other@example.org' }]],
    ['a refusal', 403, { error: { code: 403, message: 'Forbidden' } }],
    ['a bad request', 400, { error: { code: 400, message: 'Bad Request' } }],
  ])(
    'reports no uncertain deletion, warns of it, and sends everything else: the account answers with %s',
    async (_what, status, body) => {
      const [first = '', second = ''] = add(2);
      const step = new FakeRuntime('oih', pollAll, { ...everyChange, ...account.credentials });
      await step.run();
      sandbox.account.remove(group, first);
      const asked = { path: `/v3/receivers/${first}`, times: 9, kind: 'status', status, body } as const;
      sandbox.faults.add(asked);
      await expect(step.run()).rejects.toThrow();
      expect(step.sent).toEqual([]);
      sandbox.account.edit(group, second, { tags: ['vip'] });
      await expect(step.run()).rejects.toThrow();
      expect(step.ids).toEqual([second]);
      sandbox.faults.clear();
      expect((await step.run()).sent).toMatchObject([deletion(first)]);
    },
  );

  it('retries a receiver that could not be sent, and does not treat it as deleted', async () => {
    const [first = ''] = add(3);
    const failing = `{"metadata": metadata, "data": data.id = "${first}" ? $error("no") : {"n": 1}}`;
    const step = trigger({ customMapping: failing });
    await expect(step.run()).rejects.toThrow(/1 of 3/);
    await expect(step.run()).rejects.toThrow(/1 of 3/);
    expect(step.sent).toEqual([]);
    step.cfg['customMapping'] = '{"metadata": metadata, "data": {"n": 1}}';
    expect((await step.run()).ids).toEqual([first]);
    expect((await step.run()).ids).toEqual([]);
  });

  it('that is interrupted anywhere loses no receiver, repeats at most one page, and reports every deletion', async () => {
    const ids = add(13);
    for (let stop = 1; stop <= 20; stop += 1) {
      const step = trigger({ pageSize: 5 });
      const gone = sandbox.account.addReceiver(group, { email: `q${stop}@example.org` });
      const seen: string[] = [];
      const deleted: string[] = [];
      let emits = 0;
      let running = true;
      step.onEmit = ({ event, payload }) => {
        emits += 1;
        if (running && emits === stop) throw new Error('killed');
        if (event !== 'data') return;
        const { metadata, data } = payload as { metadata: { recordUid: string }; data: object };
        ('deleteRequested' in data ? deleted : seen).push(metadata.recordUid);
      };
      await step.run().catch(() => undefined);
      running = false;
      await step.run();
      sandbox.account.remove(group, gone);
      await step.run();
      expect(new Set(seen)).toEqual(new Set([...ids, gone]));
      expect(seen.length - ids.length - 1).toBeLessThanOrEqual(5);
      expect(deleted).toEqual([gone]);
    }
  });
});

describe('a full read of many changes', () => {
  const warnings = ({ log }: FakeRuntime): string[] => log.filter((line) => line.startsWith('warn'));
  const editAll = (ids: readonly string[], tag: string): void => {
    for (const id of ids) sandbox.account.edit(group, id, { tags: [tag] });
  };

  it.each([
    ['elastic.io', 150],
    ['oih', 400],
  ] as const)('on %s finds %i of them, or as many deletions, in one pass without a warning', async (kind, count) => {
    const ids = add(400);
    const step = trigger({}, kind);
    await step.run();
    later();
    const some = ids.slice(-count);
    editAll(some, 'vip');
    later();
    sandbox.forgetRequests();
    expect((await step.run()).ids.toSorted()).toEqual(some.toSorted());
    expect(sandbox.requests.filter(({ query }) => query['detail'] === '5' && !('id_list' in query))).toEqual([]);
    for (const id of some) sandbox.account.remove(group, id);
    const { sent } = await step.run();
    expect(sent.map(({ metadata }) => metadata['recordUid']).toSorted()).toEqual(some.toSorted());
    expect(sent.every(({ data }) => 'deleteRequested' in data)).toBe(true);
    expect((await step.run()).sent).toEqual([]);
    expect(warnings(step)).toEqual([]);
  });

  it('sends the receivers that the history shows if the snapshot cannot identify that many', async () => {
    sandbox.switches.eventForTags = true;
    const ids = add(400);
    const step = trigger({}, 'elastic.io');
    await step.run();
    later();
    const some = ids.slice(0, 300);
    editAll(some, 'vip');
    later();
    expect((await step.run()).ids.toSorted()).toEqual(some.toSorted());
    expect(warnings(step)).toEqual([expect.stringContaining('all receivers are read again with their history')]);
    later();
    expect((await step.run()).ids).toEqual([]);
    sandbox.account.edit(group, ids[399] ?? '', { tags: ['vip'] });
    later();
    expect((await step.run()).ids).toEqual([ids[399]]);
  });

  it('sends every receiver if neither the snapshot nor the history identifies them', async () => {
    const ids = add(400);
    const step = trigger({}, 'elastic.io');
    await step.run();
    later();
    // edits of people in another group, which leave no event in this one
    sandbox.switches.eventsShownIn = 'groupOfTheWrite';
    const press = sandbox.account.addGroup('Press');
    for (const id of ids.slice(0, 300)) {
      sandbox.account.addReceiver(press, { email: String(sandbox.account.receiver(group, id)?.['email']) });
      sandbox.account.edit(press, id, { global_attributes: { firstname: 'Bo' } });
    }
    later();
    const { ids: sent } = await step.run();
    expect(new Set(sent)).toEqual(new Set(ids));
    expect(warnings(step).at(-1)).toContain('To lose no change, every receiver is sent again');
    later();
    expect((await step.run()).ids).toEqual([]);
  });
});
