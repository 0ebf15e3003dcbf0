import type { Sandbox, Switches } from '../../../sandbox';
import { process as pollAll } from '../../../lib/triggers/getReceiversPolling';
import { process as pollOne } from '../../../lib/triggers/getReceiversByGroupIdPolling';
import { TemporaryError } from '../../../lib/utils/errors';
import { useAccount, type TestAccount } from '../../support/account';
import { FakeRuntime } from '../../support/runtime';
import { useStage } from '../../support/stage';
import { stepOfOne } from '../../support/steps';
import { EVERY_TYPE } from '../../support/everyType';

const HOUR = 3_600;
const DAY = 24 * HOUR;

const account = useAccount({ eventForAttributes: false, eventForTags: false });
let sandbox: Sandbox;
let group: string;
let add: TestAccount['add'];
let later: TestAccount['later'];

beforeEach(() => {
  ({ sandbox, group, add, later } = account);
});

/** With pages so small that a full read of a dozen receivers takes more requests than a quick poll. */
const fields = (more: Record<string, unknown>): Record<string, unknown> => ({
  pageSize: 3,
  changeTypes: EVERY_TYPE,
  ...more,
  ...account.credentials,
});
const trigger = (more: Record<string, unknown> = {}): FakeRuntime =>
  new FakeRuntime('oih', pollOne, fields({ groupId: group, ...more }));
const triggerOfAll = (more: Record<string, unknown> = {}): FakeRuntime => new FakeRuntime('oih', pollAll, fields(more));

const requested = (): string[] =>
  sandbox.requests.map(
    ({ method, path, query }) => `${method} ${path}${query['id_list'] === undefined ? '' : ' by ids'}`,
  );
const filters = (): number => sandbox.count({ path: '/v3/receivers/filter' });
const warnings = ({ log }: FakeRuntime): string[] => log.filter((line) => line.startsWith('warn'));

describe('a quick poll', () => {
  it('sends receivers that are new, confirmed, unsubscribed or bounced, and reads no others', async () => {
    const [left = '', bounced = ''] = add(12);
    const waiting = sandbox.account.addReceiver(group, { email: 'w@example.org', registered: 1, activated: 0 });
    const step = trigger();
    await step.run();
    later();
    sandbox.account.unsubscribe(group, left);
    sandbox.account.bounce(group, bounced);
    sandbox.account.confirm(group, waiting);
    const fresh = sandbox.account.addReceiver(group, { email: 'new@example.org' });
    later();
    sandbox.forgetRequests();
    expect((await step.run()).ids.toSorted()).toEqual([left, bounced, waiting, fresh].toSorted());
    const filter = 'POST /v3/receivers/filter';
    const byIds = `GET /v3/groups/${group}/receivers by ids`;
    // four receivers, in lists no longer than a page
    expect(requested()).toEqual(['GET /v3/groups', filter, filter, filter, filter, byIds, byIds]);
    later();
    expect((await step.run()).ids).toEqual([]);
    later(HOUR);
    expect((await step.run()).ids).toEqual([]);
    expect(warnings(step)).toEqual([]);
  });

  it('that finds nothing takes five requests, and stores how far it has looked', async () => {
    add(12);
    const step = trigger();
    await step.run();
    later();
    sandbox.forgetRequests();
    const { emitted } = await step.run();
    expect(emitted.map(({ event }) => event)).toEqual(['snapshot']);
    expect(emitted[0]?.payload).toMatchObject({ quickUntil: sandbox.clock.now() - 60 });
    expect(sandbox.requests).toHaveLength(5);
  });

  it('leaves edits, imports and deletions to the full read, which is due after an hour if nothing else is set', async () => {
    const [edited = '', tagged = '', imported = '', removed = ''] = add(12);
    for (const [more, delay] of [
      [{}, HOUR],
      [{ fullReadMinutes: 5 }, 300],
      [{ fullReadMinutes: '1440' }, DAY],
    ] as const) {
      const step = trigger(more);
      const returned = sandbox.account.addReceiver(group, { email: `r${delay}@example.org`, registered: 1 });
      await step.run();
      sandbox.account.edit(group, edited, { global_attributes: { firstname: `Bo ${delay}` } });
      sandbox.account.edit(group, tagged, { tags: [`vip ${delay}`] });
      sandbox.account.importReceivers(group, [{ email: 'p002@example.org' }]);
      sandbox.account.remove(group, returned);
      later(delay - 60);
      expect((await step.run()).ids).toEqual([]);
      later(60);
      const { sent } = await step.run();
      expect(sent.map(({ metadata }) => metadata['recordUid']).toSorted()).toEqual(
        [edited, tagged, imported, returned].toSorted(),
      );
      expect(sent.filter(({ data }) => 'deleteRequested' in data)).toHaveLength(1);
      expect(warnings(step)).toEqual([]);
    }
    expect(removed).not.toBe('');
  });

  it('does not run with fullReadMinutes 0, or if a full read takes as few requests', async () => {
    const ids = add(12);
    for (const more of [{ fullReadMinutes: 0 }, { pageSize: 100 }, { pageSize: undefined }]) {
      const step = trigger(more);
      await step.run();
      sandbox.account.edit(group, ids[0] ?? '', { tags: [JSON.stringify(more)] });
      later();
      expect((await step.run()).ids).toEqual([ids[0]]);
    }
    expect(filters()).toBe(0);
  });

  it('of all groups sends the membership that has changed, and those of a group that is new', async () => {
    const [both = ''] = add(8);
    const press = sandbox.account.addGroup('Press');
    add(4, press);
    const step = triggerOfAll({ skipTransformation: true });
    await step.run();
    later();
    sandbox.account.unsubscribe(press, both);
    const events = sandbox.account.addGroup('Events');
    sandbox.account.addReceiver(events, { email: 'p001@example.org' });
    later();
    const { sent } = await step.run();
    expect(sent.map(({ data }) => [data['email'], data['group_id']])).toEqual([
      ['p000@example.org', press],
      ['p001@example.org', events],
    ]);
    expect(filters()).toBeGreaterThan(0);
    later(HOUR);
    expect((await step.run()).ids).toEqual([]);
  });

  it('sends a receiver that could not be sent before, and reports it until it can be sent', async () => {
    add(12);
    const bad = sandbox.account.addReceiver(group, { email: 'bad@example.org' });
    const step = trigger({
      customMapping: `{"metadata": metadata, "data": data.id = "${bad}" ? $error("no") : {"n": 1}}`,
    });
    await expect(step.run()).rejects.toThrow(/1 of 13/);
    later();
    await expect(step.run()).rejects.toThrow(`receiver ${bad} of group ${group}`);
    expect(step.log.at(-1)).toContain('Quick poll of group');
    step.cfg['customMapping'] = '{"metadata": metadata, "data": {"n": 1}}';
    expect((await step.run()).ids).toEqual([bad]);
    later();
    expect((await step.run()).ids).toEqual([]);
    later(HOUR);
    expect((await step.run()).ids).toEqual([]);
  });

  it('sends its receivers in one message if the step sends pages', async () => {
    const [first = '', second = ''] = add(12);
    const customMapping = '{"data": {"key": data.id}}';
    const step = trigger({ emitBehavior: 'fetchPage', customMapping });
    await step.run();
    later();
    sandbox.account.bounce(group, first);
    sandbox.account.unsubscribe(group, second);
    later();
    const { sent } = await step.run();
    expect(sent).toMatchObject([{ metadata: {}, data: { results: expect.any(Array) as unknown } }]);
    const results = sent[0]?.data['results'] as { key: string }[];
    expect(results.map(({ key }) => key).toSorted()).toEqual([first, second].toSorted());
  });

  it('is replaced by a full read if more than 5,000 receivers have changed', async () => {
    add(12);
    const step = trigger();
    await step.run();
    later();
    const fresh = Array.from({ length: 5_001 }, (_, index) =>
      sandbox.account.addReceiver(group, { email: `n${index}@example.org` }),
    );
    later();
    step.cfg['pageSize'] = 5_000;
    expect((await step.run()).ids).toHaveLength(fresh.length);
    expect(step.log.at(-1)).toContain('Full read of group');
    expect(warnings(step)).toEqual([]);
  });
});

describe('a filter that', () => {
  const off = 'For one day, every poll is a full read. Then quick polls are tried again.';

  it.each<[string, Partial<Switches>]>([
    ['returns receivers of all groups', { filterGroups: 'ignored' }],
    ['returns no attributes and no tags', { filterAttributes: 'missing' }],
    ['returns more details than asked for', { filterDetail: 'ignored' }],
    ['takes "greater" for "greater or equal"', { filterBigger: 'inclusive' }],
  ])('%s sends each change of state once, as it is', async (_, switches) => {
    Object.assign(sandbox.switches, switches);
    const [left = ''] = add(12);
    const press = sandbox.account.addGroup('Press');
    add(12, press, 'q');
    sandbox.account.edit(group, left, { tags: ['vip'] });
    const step = trigger({ skipTransformation: true });
    await step.run();
    const sentAfter = async (round: number): Promise<unknown[]> => {
      later();
      sandbox.account.unsubscribe(press, `q00${round}@example.org`);
      const { sent } = await step.run();
      return sent.map(({ data }) => data);
    };
    sandbox.account.unsubscribe(group, left);
    const changed = { id: left, tags: ['vip'], global_attributes: { firstname: 'Jo 0' }, active: false };
    expect(await sentAfter(1)).toMatchObject([changed]);
    expect([await sentAfter(2), await sentAfter(3)]).toEqual([[], []]);
    expect(filters()).toBe(12);
    later(HOUR);
    expect((await step.run()).ids).toEqual([]);
    expect(warnings(step)).toEqual([]);
  });

  it.each<[string, Partial<Switches>, RegExp]>([
    ['is not there', { filterEndpoint: 'missing' }, /filter refused a request: .*404/],
    ['refuses a rule', { filterRegistered: 'rejected' }, /filter refused a request: .*400/],
    [
      'ignores its rules',
      { filterRules: 'ignored' },
      /filter returned receivers that do not match the rule "registered"/,
    ],
  ])('%s is given up for a day, and the same poll reads all receivers', async (_, switches, why) => {
    Object.assign(sandbox.switches, switches);
    const [left = '', edited = ''] = add(12);
    const step = trigger();
    await step.run();
    later();
    sandbox.account.unsubscribe(group, left);
    later();
    expect((await step.run()).ids).toEqual([left]);
    expect(warnings(step)).toEqual([expect.stringMatching(why)]);
    expect(warnings(step)[0]).toContain(off);
    const before = filters();
    later(HOUR);
    sandbox.account.edit(group, edited, { tags: ['vip'] });
    expect((await step.run()).ids).toEqual([edited]);
    later(DAY - 2 * HOUR);
    await step.run();
    expect([filters(), warnings(step).length]).toEqual([before, 1]);

    // the next full read is due an hour later
    later(HOUR + 60);
    await step.run();
    later();
    await step.run();
    expect(filters()).toBeGreaterThan(before);
  });

  it('drops receivers is found out by the next full read, which sends them', async () => {
    sandbox.switches.filterDrops = 100;
    const [left = '', edited = ''] = add(12);
    const step = trigger();
    await step.run();
    later();
    sandbox.account.unsubscribe(group, left);
    const fresh = sandbox.account.addReceiver(group, { email: 'new@example.org' });
    later();
    expect((await step.run()).ids).toEqual([]);
    later(HOUR);
    expect((await step.run()).ids.toSorted()).toEqual([left, fresh].toSorted());
    later();
    sandbox.account.edit(group, edited, { tags: ['vip'] });
    later(HOUR);
    expect((await step.run()).ids).toEqual([edited]);
  });

  it('drops some receivers only is reported by the next full read, and given up for a day', async () => {
    const ids = add(12);
    const step = trigger();
    await step.run();
    later();
    sandbox.switches.filterDrops = 50;
    for (const id of ids) sandbox.account.unsubscribe(group, id);
    later();
    const { ids: seen } = await step.run();
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.length).toBeLessThan(12);
    later(HOUR);
    const { ids: missed } = await step.run();
    expect([...seen, ...missed].toSorted()).toEqual(ids.toSorted());
    expect(warnings(step)).toEqual([
      expect.stringContaining(`CleverReach's filter did not return ${missed.length} changes of state`),
    ]);
    expect(warnings(step)[0]).toContain(off);
    later();
    const before = filters();
    expect((await step.run()).ids).toEqual([]);
    expect(filters()).toBe(before);
  });

  it('knows changes late has them sent by the quick poll that sees them', async () => {
    sandbox.switches.filterLagSeconds = 120;
    const [left = ''] = add(12);
    const step = trigger();
    await step.run();
    later();
    sandbox.account.unsubscribe(group, left);
    later(60);
    expect((await step.run()).ids).toEqual([]);
    later(90);
    expect((await step.run()).ids).toEqual([left]);
    later(HOUR);
    expect((await step.run()).ids).toEqual([]);
    expect(warnings(step)).toEqual([]);
  });

  it.each([401, 403, 405, 413])('answers with %i is given up for a day as well', async (status) => {
    const [left = ''] = add(12);
    const step = trigger();
    await step.run();
    later();
    sandbox.account.unsubscribe(group, left);
    later();
    sandbox.faults.add({ path: '/v3/receivers/filter', kind: 'status', status, times: 9 });
    expect((await step.run()).ids).toEqual([left]);
    expect(warnings(step)).toEqual([expect.stringContaining(off)]);
    const before = filters();
    later();
    expect((await step.run()).ids).toEqual([]);
    expect(filters()).toBe(before);
  });
});

describe('a filter that fails', () => {
  const stageWith = useStage();
  const failing = { path: '/v3/receivers/filter', kind: 'status', status: 500, times: Infinity } as const;

  it('ends the poll with its error, and the full read comes when it is due', async () => {
    const stage = await stageWith();
    const ids = Array.from({ length: 12 }, (_, index) =>
      stage.sandbox.account.addReceiver(stage.group, { email: `p${index}@example.org`, registered: 1 }),
    );
    const step = stepOfOne(stage, { pageSize: 3 });
    await step.run();
    stage.later(60);
    stage.sandbox.account.unsubscribe(stage.group, ids[0] ?? '');
    stage.sandbox.faults.add(failing);
    const { error } = await stage.attempt(step);
    expect(error).toBeInstanceOf(TemporaryError);
    expect(step.emitted).toEqual([]);
    stage.later(HOUR);
    expect((await step.run()).ids).toEqual([ids[0]]);
  });

  it('does not hold up a full read that is not finished', async () => {
    const stage = await stageWith();
    for (let index = 10; index < 30; index += 1)
      stage.sandbox.account.addReceiver(stage.group, { email: `p${index}@example.org`, registered: 1 });
    const step = stepOfOne(stage, { pageSize: 3, maxRunMinutes: 1 });
    step.onEmit = ({ event }) => {
      if (event === 'data') stage.later(25);
    };
    await step.run();
    const sent = [...step.ids];
    stage.sandbox.faults.add(failing);
    const isUnfinished = (): boolean => 'read' in (step.snapshot as object);
    expect(isUnfinished()).toBe(true);
    while (isUnfinished()) sent.push(...(await step.run()).ids);
    expect(new Set(sent).size).toBe(20);
    expect(sent).toHaveLength(20);
    expect(step.log.join('\n')).toContain('A full read is due and runs anyway.');
  });
});

describe('while a full read is not finished', () => {
  const stageWith = useStage();

  it('each poll begins with a quick poll, and the full read continues after it', async () => {
    const stage = await stageWith();
    const register = (count: number, prefix: string): string[] =>
      Array.from({ length: count }, (_, index) =>
        stage.sandbox.account.addReceiver(stage.group, { email: `${prefix}${index + 10}@example.org`, registered: 1 }),
      );
    const ids = register(12, 'p');
    const step = stepOfOne(stage, { pageSize: 3, maxRunMinutes: 1 });
    step.onEmit = ({ event }) => {
      if (event === 'data') stage.later(25);
    };
    await step.run();
    const first = step.ids;
    expect(first.length).toBeLessThan(12);
    // behind the place where the read has stopped, before it, and new
    const [early = '', late = ''] = [ids[0], ids[11]];
    stage.sandbox.account.unsubscribe(stage.group, early);
    stage.sandbox.account.unsubscribe(stage.group, late);
    stage.later(120);
    const sent = [...first];
    const runs: unknown[][] = [];
    for (let run = 0; run < 9 && step.snapshot !== undefined; run += 1) {
      await step.run();
      runs.push(step.ids);
      sent.push(...step.ids);
      stage.later(120);
      if (step.ids.length === 0) break;
    }
    expect(runs[0]?.slice(0, 2).toSorted()).toEqual([early, late].toSorted());
    expect(runs.length).toBeGreaterThan(2);
    expect(new Set(sent)).toEqual(new Set(ids));
    // the first one and the change of it; all others once
    expect(sent).toHaveLength(13);
    stage.later(2 * HOUR);
    expect((await step.run()).ids).toEqual([]);
  });
});
