import type { Sandbox } from '../../../sandbox';
import { process as pollAll } from '../../../lib/triggers/getReceiversPolling';
import { process as pollOne } from '../../../lib/triggers/getReceiversByGroupIdPolling';
import { ConfigurationError, NotFoundError, RecordError, TemporaryError } from '../../../lib/utils/errors';
import { DAY, NOW, useAccount, type TestAccount } from '../../support/account';
import { FakeRuntime } from '../../support/runtime';

const account = useAccount();
let sandbox: Sandbox;
let group: string;
let add: TestAccount['add'];
let later: TestAccount['later'];

beforeEach(() => {
  ({ sandbox, group, add, later } = account);
});

const trigger = (fields: Record<string, unknown> = {}, kind: 'oih' | 'elastic.io' = 'oih'): FakeRuntime =>
  new FakeRuntime(kind, pollOne, { groupId: group, ...fields, ...account.credentials });
const triggerOfAll = (fields: Record<string, unknown> = {}): FakeRuntime =>
  new FakeRuntime('oih', pollAll, { ...fields, ...account.credentials });

describe('a poll of one group', () => {
  it('sends every receiver at first, then nothing, then what has changed, once', async () => {
    const [first, second, third] = add(12);
    const step = trigger({ pageSize: 5, fullReadMinutes: 0 });
    expect((await step.run()).ids).toHaveLength(12);
    later();
    expect((await step.run()).ids).toEqual([]);

    sandbox.account.edit(group, String(first), { global_attributes: { firstname: 'Bo' } });
    sandbox.account.unsubscribe(group, String(second));
    sandbox.account.bounce(group, String(third));
    const added = sandbox.account.addReceiver(group, { email: 'new@example.org' });
    later();
    expect((await step.run()).ids.sort()).toEqual([first, second, third, added].sort());
    later();
    expect((await step.run()).ids).toEqual([]);
    expect(step.log.filter((line) => /^(warn|error)/.test(line))).toEqual([]);
  });

  it('sends an OIH person, and the receiver as it is with skipTransformation', async () => {
    const [id] = add(1);
    const person = (await trigger().run()).sent[0];
    expect(person).toMatchObject({ metadata: { recordUid: id }, data: { firstName: 'Jo 0' } });
    const receiver = (await trigger({ skipTransformation: true }).run()).sent[0];
    expect(receiver).toMatchObject({
      metadata: { recordUid: id },
      data: { id, email: 'p000@example.org', active: true, group_id: group, category: 'Newsletter' },
    });
  });

  it('sends the id of the receiver together with the id that a custom mapping returns', async () => {
    const [id] = add(1);
    const step = trigger({ customMapping: '{"metadata": metadata, "data": {"key": "cr-" & metadata.recordUid}}' });
    expect((await step.run()).sent).toMatchObject([{ metadata: { recordUid: id }, data: { key: `cr-${id}` } }]);
  });

  it('sends the raw record before each message if the hub stores raw records', async () => {
    const ids = add(2);
    const step = await trigger({ nodeSettings: { storeRawRecord: true } }).run();
    expect(step.emitted.map(({ event }) => event)).toEqual(['raw-record', 'data', 'raw-record', 'data', 'snapshot']);
    expect(step.of('raw-record')).toMatchObject(
      ids.map((id) => ({ rawRecordId: expect.any(String) as string, payload: { id, category: 'Newsletter' } })),
    );
  });

  it.each([
    ['its own id as a number', 'data.id ~> $number', undefined],
    ['a string', '"cr-17"', 'cr-17'],
    ['a number', '1234567', '1234567'],
    ['null', 'null', undefined],
    ['a blank', '" "', undefined],
    ['no id', '{"x": 1}', undefined],
  ])('sends a recordUid that is a string, even if a custom mapping returns %s', async (_, given, uid) => {
    const [id = ''] = add(1);
    const step = trigger({ customMapping: `{"metadata": {"recordUid": ${given}}, "data": {"n": 1}}` });
    const { sent } = await step.run();
    expect(sent).toMatchObject([{ metadata: { recordUid: uid ?? id } }]);
  });

  it('sends the result of a custom mapping with the id of the receiver, whatever metadata the mapping returns', async () => {
    const [id] = add(1);
    const step = trigger({
      customMapping: '{"metadata": {"source": "cr"}, "data": {"mail": data.email, "list": data.category}}',
    });
    expect((await step.run()).sent[0]).toMatchObject({
      metadata: { recordUid: id, source: 'cr' },
      data: { mail: 'p000@example.org', list: 'Newsletter' },
    });
  });

  it('puts the whole object into the body on elastic.io', async () => {
    const [id] = add(1);
    const { sent } = await trigger({ groupId: Number(group), pageSize: '10' }, 'elastic.io').run();
    expect(sent[0]).toMatchObject({ metadata: { recordUid: id }, data: { firstName: 'Jo 0' } });
  });

  it.each(['  newsLETTER ', '\u200bNews\u00adletter\u00a0'])(
    'finds the group by its name as it looks: %j',
    async (groupName) => {
      add(2);
      expect((await trigger({ groupId: '', groupName }).run()).ids).toHaveLength(2);
    },
  );

  it('selects the group with exactly the same name if other names look the same', async () => {
    sandbox.account.addGroup('NEWSLETTER');
    add(2);
    expect((await trigger({ groupId: '', groupName: 'Newsletter' }).run()).ids).toHaveLength(2);
  });

  it.each([
    ['none', 'Press', /no group named "Press".*"Newsletter" \(\d+\)/],
    ['two', 'TWICE', /2 groups named "TWICE".*ids/],
  ])('is refused with the names that exist when %s has the name', async (_, groupName, text) => {
    sandbox.account.addGroup('Twice');
    sandbox.account.addGroup('twice ');
    const step = trigger({ groupId: undefined, groupName });
    await expect(step.run()).rejects.toThrow(text);
    await expect(step.run()).rejects.toBeInstanceOf(ConfigurationError);
  });

  it('is refused with the names that exist when there is no such id', async () => {
    const step = trigger({ groupId: '424242' });
    await expect(step.run()).rejects.toBeInstanceOf(NotFoundError);
    await expect(step.run()).rejects.toThrow(/424242.*"Newsletter"/);
  });

  it('begins where the start time says, and only the first time', async () => {
    const ids = add(5);
    const startTime = new Date((NOW - 10 * DAY + 3) * 1000).toISOString();
    const step = trigger({ startTime });
    expect((await step.run()).ids).toEqual(ids.slice(3));
    later();
    expect((await step.run()).ids).toEqual([]);
  });

  it('continues where the earlier connector stopped', async () => {
    const ids = add(5);
    const step = trigger();
    step.snapshot = { lastUpdated: NOW - 10 * DAY + 2 };
    expect((await step.run()).ids).toEqual(ids.slice(3));
  });

  it('reads another group from its beginning when the step is set to it', async () => {
    add(3);
    const other = sandbox.account.addGroup('Press');
    const ids = add(2, other, 'q');
    const step = trigger();
    await step.run();
    expect(step.log.filter((line) => line.startsWith('warn'))).toEqual([]);
    step.cfg['groupId'] = other;
    expect((await step.run()).ids).toEqual(ids);
    expect(step.log).toContain(
      `warn The stored snapshot is for group ${group}, so group ${other} will be read from the beginning.`,
    );
    const all = triggerOfAll();
    all.snapshot = step.snapshot;
    await all.run();
    expect(all.log).toContain(
      `warn The stored snapshot is for group ${other}, so all groups will be read from the beginning.`,
    );
  });

  it('warns of a setting of OIH that stores every message as a snapshot', async () => {
    const warning =
      'warn nodeSettings.autoSaveSnapshots is on, so OIH stores every message as a snapshot in addition to the real snapshot. ' +
      'Switch it off for this step.';
    const set = trigger({ nodeSettings: { autoSaveSnapshots: true } });
    await set.run();
    expect(set.log).toContain(warning);
    const unset = trigger();
    await unset.run();
    expect(unset.log).not.toContain(warning);
  });

  it('requests one page of a small group, a look-up after its last row, and the list of groups', async () => {
    add(3);
    const step = trigger();
    await step.run();
    sandbox.forgetRequests();
    await step.run();
    expect(sandbox.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v3/groups',
      `GET /v3/groups/${group}/receivers`,
      `GET /v3/groups/${group}/receivers`,
    ]);
  });

  it('logs in one line what it did, even if nothing has changed', async () => {
    add(3);
    const step = trigger();
    await step.run();
    later();
    await step.run();
    expect(step.log.filter((line) => line.includes('receivers read'))).toEqual([
      expect.stringMatching(
        /^info Full read of group \d+ "Newsletter": 3 receivers read, 3 sent, 0 unchanged, 0 already sent, 0 rejected; the next poll is a full read; 3 requests, [\d.]+ kB, [\d.]+ s\. There was no snapshot, so this is a first read\.$/,
      ),
      expect.stringMatching(
        /^info Full read of group \d+ "Newsletter": 3 receivers read, 0 sent, 3 unchanged, 0 already sent, 0 rejected; the next poll is a full read; 3 requests/,
      ),
    ]);
  });

  it('logs in the line of a quick poll, and of a full read, when the next full read is due', async () => {
    const [first = ''] = add(12);
    const step = trigger({ pageSize: 3 });
    await step.run();
    later();
    sandbox.account.unsubscribe(group, first);
    later();
    await step.run();
    const next = new Date((NOW + 3_600) * 1_000).toISOString().replace('.000Z', 'Z');
    expect(step.log.filter((line) => line.includes('receivers read'))).toEqual([
      expect.stringMatching(
        new RegExp(
          `^info Full read of group \\d+ "Newsletter": 12 receivers read, 12 sent, .*; next full read due at ${next}; `,
        ),
      ),
      expect.stringMatching(
        new RegExp(
          `^info Quick poll of group \\d+ "Newsletter": 1 receivers read, 1 sent, .*; next full read due at ${next}; 6 requests, \\d+ kB, `,
        ),
      ),
    ]);
  });

  it.each([
    [
      'changeDetection',
      { changeDetection: 'timestamps' },
      'every change of content and every deletion is detected now',
    ],
    ['emitConcurrency', { emitConcurrency: 10 }, 'messages about the same receiver stay in order'],
  ])('warns of the field "%s" of an earlier version, and works', async (name, fields, what) => {
    const ids = add(3);
    const step = await trigger(fields).run();
    expect(step.ids).toEqual(ids);
    expect(step.log.filter((line) => line.startsWith('warn'))).toEqual([
      expect.stringMatching(new RegExp(`^warn The field "${name}" no longer has an effect: .*${what}.* Remove it`)),
    ]);
  });
});

describe('a poll of all groups', () => {
  it('reads them in the order of their ids, however CleverReach lists them, because it resumes in that order', async () => {
    const press = sandbox.account.addGroup('Press');
    const [first = ''] = add(1);
    const [second = ''] = add(1, press, 'q');
    const body = [
      { id: press, name: 'Press' },
      { id: group, name: 'Newsletter' },
    ];
    sandbox.faults.add({ path: '/groups', kind: 'body', body, times: 9 });
    expect(Number(group)).toBeLessThan(Number(press));
    expect((await triggerOfAll().run()).ids).toEqual([first, second]);
  });

  it('walks the groups in the order of their ids, and sends a person in two groups twice', async () => {
    const late = sandbox.account.addGroup('Press', { id: 10_000 });
    const early = sandbox.account.addGroup('Partners', { id: 9 });
    const email = 'both@example.org';
    const id = sandbox.account.addReceiver(late, { email, registered: NOW - DAY });
    sandbox.account.addReceiver(early, { email, registered: NOW - DAY });
    const step = triggerOfAll({ skipTransformation: true });
    const { sent } = await step.run();
    expect(sent.map(({ metadata, data }) => [metadata['recordUid'], data['category']])).toEqual([
      [id, 'Partners'],
      [id, 'Press'],
    ]);
    later();
    expect((await step.run()).ids).toEqual([]);
  });

  it('finds receivers of a group that came after the first poll', async () => {
    add(2);
    const step = triggerOfAll();
    await step.run();
    later();
    const id = sandbox.account.addReceiver(sandbox.account.addGroup('Press'), { email: 'q@example.org' });
    later();
    expect((await step.run()).ids).toEqual([id]);
  });

  it('continues if a group is deleted while it is read', async () => {
    add(2);
    const other = sandbox.account.addGroup('Press');
    const ids = add(2, other, 'q');
    const step = triggerOfAll();
    // the list of groups has been read, and then one of them is deleted
    sandbox.faults.add({
      path: '/v3/groups',
      kind: 'body',
      body: [group, other].map((id) => ({ id, name: id })),
    });
    sandbox.account.removeGroup(group);
    expect((await step.run()).ids).toEqual(ids);
    expect(step.log.join('\n')).toContain(`Group ${group} was deleted`);
  });

  it('is an error when a group answers that it does not exist and is still listed: its receivers would be passed over', async () => {
    add(2);
    const other = sandbox.account.addGroup('Press');
    const ids = add(2, other, 'q');
    sandbox.faults.add({
      path: `/v3/groups/${group}/receivers`,
      kind: 'status',
      status: 404,
      body: { error: { code: 404, message: 'Not Found: invalid group' } },
    });
    const step = triggerOfAll();
    await expect(step.run()).rejects.toBeInstanceOf(NotFoundError);
    expect((await step.run()).ids).toEqual(expect.arrayContaining(ids));
    expect(step.ids).toHaveLength(4);
  });

  it('of an account without groups leaves the beginning as it is', async () => {
    sandbox.account.removeGroup(group);
    const step = triggerOfAll();
    await step.run();
    expect(step.snapshot).toEqual({});
  });
});

describe('a receiver that cannot be sent', () => {
  it('is reported without its values if the author of the mapping puts the receiver into an error', async () => {
    const [id = ''] = add(1);
    sandbox.account.edit(group, id, { global_attributes: { firstname: 'Xaverine' } });
    for (const failing of ['$error("no shop of " & $x)', '$assert(false, "no shop of " & $x)']) {
      const step = trigger({ customMapping: `($x := data.global_attributes.firstname; ${failing})` });
      await expect(step.run()).rejects.toThrow('no shop of …');
      expect(step.log.join()).not.toContain('Xaverine');
    }
  });

  afterEach(() => delete process.env['ELASTICIO_OUTGOING_MESSAGE_SIZE_LIMIT']);

  const mapping =
    '{"metadata": metadata, "data": {"n": data.global_attributes.firstname = "bad" ? $error("no such name") : 1}}';

  it('is named with its id in one error after the last snapshot, does not stop the others, and is tried again', async () => {
    const [first = '', second] = add(3);
    sandbox.account.edit(group, first, { global_attributes: { firstname: 'bad' } });
    const step = trigger({ customMapping: mapping });
    later();
    await expect(step.run()).rejects.toThrow(
      new RegExp(`1 of 3 receivers .*receiver ${first} of group ${group}: .*no such name`),
    );
    expect(step.ids).toHaveLength(2);
    expect(step.emitted.at(-1)?.event).toBe('snapshot');

    later();
    await expect(step.run()).rejects.toBeInstanceOf(RecordError);
    expect(step.ids).toEqual([]);

    step.cfg['customMapping'] = '{"metadata": metadata, "data": {"n": 1}}';
    expect((await step.run()).ids).toEqual([first]);
    later();
    expect((await step.run()).ids).toEqual([]);
    expect(second).toBeDefined();
  });

  it('because it is too large is reported, and the others arrive', async () => {
    const [first = ''] = add(3);
    const step = trigger({
      customMapping: `{"metadata": metadata, "data": {"n": data.id = "${first}" ? $join([1..600].$string("${'x'.repeat(1500)}")) : 1}}`,
    });
    process.env['ELASTICIO_OUTGOING_MESSAGE_SIZE_LIMIT'] = '500000';
    await expect(step.run()).rejects.toThrow(new RegExp(`receiver ${first} .*too large`));
    expect(step.ids).toHaveLength(2);
  });
});

describe('a poll that is interrupted', () => {
  it('anywhere loses no receiver, and repeats no more than a page', async () => {
    const ids = add(23);
    for (let stop = 1; stop <= 30; stop += 1) {
      const step = trigger({ pageSize: 5 });
      const seen: unknown[] = [];
      let emits = 0;
      step.onEmit = ({ event, payload }) => {
        emits += 1;
        if (emits === stop) throw new Error('killed');
        if (event === 'data') seen.push((payload as { metadata: { recordUid: string } }).metadata.recordUid);
      };
      await step.run().catch(() => undefined);
      emits = Number.NEGATIVE_INFINITY;
      await step.run();
      expect(new Set(seen)).toEqual(new Set(ids));
      expect(seen.length - ids.length).toBeLessThanOrEqual(5);
    }
  });

  it('because a message could not be sent stores no snapshot that covers it', async () => {
    const ids = add(8);
    const step = trigger({ pageSize: 5 });
    let emits = 0;
    step.onEmit = ({ event }, context) => {
      if (event === 'data' && (emits += 1) === 7) context.errorCount = (context.errorCount ?? 0) + 1;
    };
    await expect(step.run()).rejects.toBeInstanceOf(TemporaryError);
    step.onEmit = () => undefined;
    // those that were on their way at the same time may have failed as well
    expect((await step.run()).ids).toEqual(ids.slice(5));
  });

  it('stores what was sent before a failure of CleverReach, and resumes there', async () => {
    const ids = add(12);
    const step = trigger({ pageSize: 5 });
    sandbox.faults.add({
      path: `/v3/groups/${group}/receivers`,
      after: 2,
      times: 1,
      kind: 'status',
      status: 403,
      body: { error: { code: 403, message: 'Forbidden' } },
    });
    await expect(step.run()).rejects.toThrow(/403/);
    expect(step.ids.length).toBeGreaterThan(0);
    expect((await step.run()).ids).toEqual(ids.slice(5));
  });

  it.each([
    ['elastic.io', 4_000],
    ['oih', 4_000_000],
  ] as const)('keeps its snapshot on %s below %i bytes', async (kind, limit) => {
    for (let index = 0; index < 600; index += 1) sandbox.account.addReceiver(group, { email: `n${index}@example.org` });
    const step = trigger({ pageSize: 100 }, kind);
    const sizes: number[] = [];
    step.onEmit = ({ event, payload }) => {
      if (event === 'snapshot') sizes.push(Buffer.byteLength(JSON.stringify(payload)));
    };
    for (let poll = 0; poll < 2; poll += 1) {
      await step.run();
      later(3_600);
      for (const { id } of sandbox.account.receivers(group)) sandbox.account.edit(group, String(id), { tags: ['vip'] });
    }
    expect(sizes.length).toBeGreaterThan(4);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(limit);
  });
});

describe('a response that CleverReach may send in two forms', () => {
  it.each([
    { pageOutOfRange: '404' },
    { pageOutOfRange: '400' },
    { pageOutOfRange: '204' },
    { emptyMaps: 'array' },
    { ids: 'numbers' },
    { activeAs: 'digit' },
    { orderBy: 'rejected' },
    { orderBy: 'ignored' },
    { lastChanged: 'everything' },
    { lastChanged: 'never' },
    { singleAnswer: 'list' },
    { eventsShownIn: 'groupOfTheWrite' },
  ] as const)('does not change what a poll sees: %j', async (switches) => {
    Object.assign(sandbox.switches, switches);
    const ids = add(10);
    const step = trigger({ pageSize: 5 });
    expect((await step.run()).ids.sort()).toEqual([...ids].sort());
    later();
    expect((await step.run()).ids).toEqual([]);
    sandbox.account.unsubscribe(group, String(ids[2]));
    sandbox.account.edit(group, String(ids[3]), { global_attributes: { firstname: 'Bo' } });
    later();
    expect((await step.run()).ids).toEqual([ids[2]]);
    later(3_600);
    expect((await step.run()).ids).toEqual([ids[3]]);
    expect(step.log.filter((line) => line.includes('Every poll reads all receivers'))).toEqual([]);
  });
});

describe('a list of groups that lacks some', () => {
  const EVERYTHING = { changeTypes: 'new, changed, confirmed, unsubscribed, bounced, deleted', fullReadMinutes: 0 };

  it.each([
    ['once', 1],
    ['twice', 2],
    ['in every poll for a while', 6],
  ])('is not believed if it is empty %s: nothing is sent again, and no deletion is reported', async (_often, times) => {
    add(3);
    const step = triggerOfAll(EVERYTHING);
    expect((await step.run()).ids).toHaveLength(3);
    sandbox.faults.add({ path: '/groups', kind: 'body', body: [], times });
    for (let poll = 0; poll < 4; poll += 1) {
      later();
      expect((await step.run()).sent).toEqual([]);
    }
    const warnings = step.log.filter((line) => line.includes('CleverReach lists no groups'));
    expect(warnings.length).toBe(times === 1 ? 0 : times / 2);
  });

  it('is not believed if one group is missing once', async () => {
    add(3);
    const other = sandbox.account.addGroup('Other');
    sandbox.account.addReceiver(other, { email: 'o@example.org' });
    const step = triggerOfAll(EVERYTHING);
    expect((await step.run()).ids).toHaveLength(4);
    later();
    sandbox.faults.add({ path: '/groups', kind: 'body', body: [{ id: group, name: 'Newsletter' }] });
    expect((await step.run()).sent).toEqual([]);
    later();
    expect((await step.run()).sent).toEqual([]);
  });
});
