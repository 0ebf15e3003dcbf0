import type { Sandbox } from '../../../sandbox';
import { process as pollOne } from '../../../lib/triggers/getReceiversByGroupIdPolling';
import { process as pollAll } from '../../../lib/triggers/getReceiversPolling';
import { ConfigurationError } from '../../../lib/utils/errors';
import { useAccount, type TestAccount } from '../../support/account';
import { FakeRuntime } from '../../support/runtime';

const account = useAccount({ eventForAttributes: false, eventForTags: false });
let sandbox: Sandbox;
let group: string;
let add: TestAccount['add'];
let later: TestAccount['later'];

beforeEach(() => {
  ({ sandbox, group, add, later } = account);
});

const byContent = { changeDetection: 'content', emitDeletions: true };
const trigger = (fields: Record<string, unknown> = {}, kind: 'oih' | 'elastic.io' = 'oih'): FakeRuntime =>
  new FakeRuntime(kind, pollOne, { groupId: group, ...byContent, ...fields, ...account.credentials });
const deletion = (id: string | undefined): object => ({
  metadata: { recordUid: id },
  data: { deleteRequested: expect.any(String) as string },
});

describe('a poll that compares contents', () => {
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
    await trigger().run();
    const details = sandbox.requests
      .filter(({ path }) => path.endsWith('/receivers'))
      .map(({ query }) => query['detail']);
    expect(new Set(details)).toEqual(new Set(['0', '4']));
  });

  it('announces a deleted receiver once', async () => {
    const [, second] = add(12);
    const step = trigger({ pageSize: 5 });
    await step.run();
    sandbox.account.remove(group, String(second));
    expect((await step.run()).sent).toMatchObject([deletion(second)]);
    expect((await step.run()).sent).toEqual([]);
  });

  it('forgets a deleted receiver silently if deletions are not announced, and sends it when it returns', async () => {
    const [first = ''] = add(2);
    const step = trigger({ emitDeletions: false });
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

  it('announces no deletion when it is interrupted', async () => {
    const [first = ''] = add(12);
    const step = trigger({ pageSize: 5 });
    await step.run();
    sandbox.account.remove(group, first);
    sandbox.faults.add({ path: `/v3/groups/${group}/receivers`, after: 2, kind: 'status', status: 403, body: {} });
    await expect(step.run()).rejects.toThrow(/403/);
    expect(step.sent).toEqual([]);
    expect((await step.run()).sent).toMatchObject([deletion(first)]);
  });

  it('looks a receiver up before announcing its deletion', async () => {
    const ids = add(2);
    const step = trigger();
    await step.run();
    const [first = ''] = ids;
    sandbox.faults.add({
      path: `/v3/groups/${group}/receivers`,
      after: 1,
      kind: 'body',
      body: [sandbox.account.receiver(group, String(ids[1]))],
    });
    expect((await step.run()).sent).toEqual([]);
    expect(sandbox.count({ path: `/v3/groups/${group}/receivers/${first}` })).toBe(1);
  });

  it('of all groups announces a deletion only when the last group has lost the receiver', async () => {
    const other = sandbox.account.addGroup('Press');
    const [id] = add(1);
    sandbox.account.addReceiver(other, { email: 'p000@example.org' });
    const step = new FakeRuntime('oih', pollAll, { ...byContent, ...account.credentials });
    expect((await step.run()).ids).toEqual([id, id]);
    sandbox.account.remove(group, String(id));
    expect((await step.run()).sent).toEqual([]);
    sandbox.account.remove(other, String(id));
    expect((await step.run()).sent).toMatchObject([deletion(id)]);
  });

  it.each(['gone', 'kept'] as const)(
    'of all groups announces a deletion and no move if a receiver without a group is %s in the account',
    async (receiverWithoutGroup) => {
      sandbox.switches.receiverWithoutGroup = receiverWithoutGroup;
      const other = sandbox.account.addGroup('Press');
      const [mover = '', leaver = ''] = add(2, other);
      const step = new FakeRuntime('oih', pollAll, { ...byContent, ...account.credentials });
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
  ])('announces a deletion if the account answers with %s', async (_what, status, body) => {
    const [first = ''] = add(2);
    const step = new FakeRuntime('oih', pollAll, { ...byContent, ...account.credentials });
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
    'announces no uncertain deletion, reports that, and sends all else: the account answers with %s',
    async (_what, status, body) => {
      const [first = '', second = ''] = add(2);
      const step = new FakeRuntime('oih', pollAll, { ...byContent, ...account.credentials });
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

  it('that is interrupted anywhere loses no receiver, repeats at most one page, and announces every deletion', async () => {
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

describe('a switch of the change detection', () => {
  it('from timestamps to content sends nothing again, and then detects changes that only the content shows', async () => {
    const [first = ''] = add(12);
    const step = trigger({ changeDetection: 'timestamps', emitDeletions: false, pageSize: 5 });
    await step.run();
    const fresh = sandbox.account.addReceiver(group, { email: 'fresh@example.org' });
    expect((await step.run()).ids).toEqual([fresh]);
    Object.assign(step.cfg, byContent);
    const added = sandbox.account.addReceiver(group, { email: 'added@example.org' });
    expect((await step.run()).ids).toEqual([added]);
    sandbox.account.edit(group, first, { tags: ['vip'] });
    expect((await step.run()).ids).toEqual([first]);
  });

  it('from content to timestamps sends nothing again', async () => {
    add(12);
    sandbox.account.addReceiver(group, { email: 'fresh@example.org' });
    const step = trigger({ pageSize: 5 });
    await step.run();
    Object.assign(step.cfg, { changeDetection: 'timestamps', emitDeletions: false });
    expect((await step.run()).ids).toEqual([]);
    later();
    const added = sandbox.account.addReceiver(group, { email: 'added@example.org' });
    expect((await step.run()).ids).toEqual([added]);
    expect(JSON.stringify(step.snapshot)).not.toContain('fingerprints');
  });

  it('waits until the interrupted poll is finished', async () => {
    const ids = add(12);
    const step = trigger({ changeDetection: 'timestamps', emitDeletions: false, pageSize: 5 });
    let emits = 0;
    step.onEmit = () => {
      if ((emits += 1) === 9) throw new Error('killed');
    };
    await step.run().catch(() => undefined);
    const before = step.ids;
    step.onEmit = () => undefined;
    Object.assign(step.cfg, byContent);
    await step.run();
    expect(new Set([...before, ...step.ids])).toEqual(new Set(ids));
    expect((await step.run()).ids).toEqual([]);
    expect(JSON.stringify(step.snapshot)).toContain('fingerprints');
  });
});

describe('a group that is too large for a snapshot', () => {
  it('is refused on elastic.io before anything is sent, with an error that states the number that would fit and what to do', async () => {
    add(400);
    const step = trigger({}, 'elastic.io');
    await expect(step.run()).rejects.toBeInstanceOf(ConfigurationError);
    await expect(step.run()).rejects.toThrow(/hold 346 receivers.*Nothing was sent.*"timestamps"/);
    expect(step.emitted).toEqual([]);
  });

  it('is accepted on OIH, and a snapshot that fits on elastic.io stays under its 5 KB', async () => {
    add(346);
    const step = trigger({}, 'elastic.io');
    expect((await step.run()).ids).toHaveLength(346);
    expect(JSON.stringify(step.snapshot).length).toBeLessThan(5000);
    account.add(100, group, 'more');
    expect((await trigger().run()).ids).toHaveLength(446);
  });
});
