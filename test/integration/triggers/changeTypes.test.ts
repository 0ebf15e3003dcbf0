import type { Sandbox } from '../../../sandbox';
import { process as pollAll } from '../../../lib/triggers/getReceiversPolling';
import { process as pollOne } from '../../../lib/triggers/getReceiversByGroupIdPolling';
import { DAY, NOW, useAccount, type TestAccount } from '../../support/account';
import { FakeRuntime } from '../../support/runtime';

const HOUR = 3_600;
const account = useAccount({ eventForAttributes: false, eventForTags: false });
let sandbox: Sandbox;
let group: string;
let add: TestAccount['add'];
let later: TestAccount['later'];

beforeEach(() => {
  ({ sandbox, group, add, later } = account);
});

type Fields = Record<string, unknown>;
/** With pages so small that a full read takes more requests than a quick poll. */
const trigger = (more: Fields = {}, kind: 'oih' | 'elastic.io' = 'oih', process = pollOne): FakeRuntime =>
  new FakeRuntime(kind, process, { groupId: group, pageSize: 3, ...more, ...account.credentials });

/** What the last poll has sent, as `id type`. */
const sentBy = ({ sent }: FakeRuntime): string[] =>
  sent.map(({ metadata }) => `${String(metadata['recordUid'])} ${String(metadata['changeType'])}`).toSorted();
const lastLine = ({ log }: FakeRuntime): string =>
  log.findLast((line) => /(?:Quick poll|Full read) of/.test(line)) ?? '';
const tagged = (email: string, ...tags: string[]): string => {
  const id = sandbox.account.addReceiver(group, { email, registered: sandbox.clock.now() });
  sandbox.account.edit(group, id, { tags });
  return id;
};

describe.each(['oih', 'elastic.io'] as const)('a message on %s says why it was sent', (kind) => {
  it('at the first poll by the state of the receiver, then by what has happened to it', async () => {
    const [left = '', bounced = '', edited = '', ...others] = add(12);
    sandbox.account.unsubscribe(group, left);
    sandbox.account.bounce(group, bounced);
    const waiting = sandbox.account.addReceiver(group, { email: 'w@example.org', registered: NOW - DAY, activated: 0 });
    const step = trigger({}, kind);
    later();
    expect(sentBy(await step.run())).toEqual(
      [
        `${left} unsubscribed`,
        `${bounced} bounced`,
        ...[edited, waiting, ...others].map((id) => `${id} new`),
      ].toSorted(),
    );
    const [gone = '', failing = '', both = ''] = others;
    later();
    sandbox.account.unsubscribe(group, gone);
    sandbox.account.bounce(group, failing);
    sandbox.account.confirm(group, waiting);
    sandbox.account.confirm(group, left);
    sandbox.account.edit(group, edited, { tags: ['vip'] });
    sandbox.account.edit(group, both, { tags: ['vip'] });
    const fresh = sandbox.account.addReceiver(group, { email: 'new@example.org' });
    later();
    sandbox.account.unsubscribe(group, both);
    later();
    expect(sentBy(await step.run())).toEqual(
      [
        ...[`${gone} unsubscribed`, `${failing} bounced`, `${waiting} confirmed`, `${left} confirmed`],
        ...[`${fresh} new`, `${both} unsubscribed`],
      ].toSorted(),
    );
    later(HOUR);
    expect(sentBy(await step.run())).toEqual(expect.arrayContaining([`${edited} changed`, `${both} changed`]));
    later(HOUR);
    expect(sentBy(await step.run())).toEqual([]);
  });
});

describe('a step that asks for unsubscribes only', () => {
  it('sends them at once, counts the others, and stores nothing more for them', async () => {
    const [left = '', edited = '', bounced = ''] = add(12);
    const step = trigger({ changeTypes: 'unsubscribed' });
    expect(sentBy(await step.run())).toEqual([]);
    expect(lastLine(step)).toContain('12 receivers read, 0 sent, 12 filtered, 0 unchanged');
    expect(step.of('snapshot')).toHaveLength(1);
    later();
    sandbox.account.unsubscribe(group, left);
    sandbox.account.bounce(group, bounced);
    sandbox.account.edit(group, edited, { tags: ['vip'] });
    sandbox.account.addReceiver(group, { email: 'new@example.org' });
    later();
    expect(sentBy(await step.run())).toEqual([`${left} unsubscribed`]);
    expect(lastLine(step)).toContain('1 sent, 2 filtered');
    // an edit of a receiver that was sent is not sent as an unsubscribe again
    sandbox.account.edit(group, left, { tags: ['vip'] });
    later(HOUR);
    expect(sentBy(await step.run())).toEqual([]);
    later(HOUR);
    expect(sentBy(await step.run())).toEqual([]);
    expect(lastLine(step)).toContain('13 receivers read, 0 sent, 13 unchanged');
  });

  it('sends receivers that had unsubscribed earlier at its first poll', async () => {
    const [left = ''] = add(3);
    sandbox.account.unsubscribe(group, left);
    later();
    expect(sentBy(await trigger({ changeTypes: ['Unsubscribed'] }).run())).toEqual([`${left} unsubscribed`]);
  });

  it('lists filtered receivers in the details of the log', async () => {
    const [first = ''] = add(1);
    const step = await trigger({ changeTypes: 'unsubscribed', devMode: true }).run();
    expect(step.log.join('\n')).toContain(
      `Receiver ${first} of group ${group}: filtered, because the step does not ask for such a change or tag.`,
    );
  });
});

describe('a step that asks for new receivers with a tag', () => {
  it.each(['quick polls', 'full reads'])('receives only those, with %s', async (reading) => {
    add(12);
    const before = tagged('before@example.org', 'vip');
    const step = trigger({ changeTypes: 'new', tag: ' VIP', fullReadMinutes: reading === 'full reads' ? 0 : 60 });
    later();
    expect(sentBy(await step.run())).toEqual([`${before} new`]);
    later();
    const fresh = tagged('fresh@example.org', 'other', 'Vip');
    tagged('none@example.org', 'vip2');
    sandbox.account.edit(group, before, { global_attributes: { firstname: 'Bo' } });
    later();
    expect(sentBy(await step.run())).toEqual([`${fresh} new`]);
    sandbox.account.edit(group, fresh, { global_attributes: { firstname: 'Bo' } });
    later(HOUR);
    expect(sentBy(await step.run())).toEqual([]);
  });
});

describe('a step that asks for edits only', () => {
  it('receives the edit of a receiver whose unsubscribe was filtered out by a quick poll', async () => {
    const [left = '', other = ''] = add(12);
    const step = trigger({ changeTypes: 'changed' });
    await step.run();
    later();
    sandbox.account.edit(group, left, { tags: ['vip'] });
    sandbox.account.unsubscribe(group, left);
    sandbox.account.unsubscribe(group, other);
    later();
    expect(sentBy(await step.run())).toEqual([]);
    expect(lastLine(step)).toContain('2 filtered');
    later(HOUR);
    expect(sentBy(await step.run())).toEqual([`${left} changed`]);
    later(HOUR);
    expect(sentBy(await step.run())).toEqual([]);
  });

  it('receives a receiver that gets the tag, but not one that loses it', async () => {
    const [gets = ''] = add(6);
    const loses = tagged('l@example.org', 'vip');
    const step = trigger({ tag: 'vip', fullReadMinutes: 0 });
    later();
    expect(sentBy(await step.run())).toEqual([`${loses} new`]);
    later();
    sandbox.account.edit(group, gets, { tags: ['vip'] });
    sandbox.account.edit(group, loses, { tags: [] });
    later();
    expect(sentBy(await step.run())).toEqual([`${gets} changed`]);
  });
});

describe('if the step is changed', () => {
  it('what was filtered out before is sent only when it changes again', async () => {
    const [left = '', right = ''] = add(12);
    const step = trigger({ changeTypes: 'unsubscribed' });
    await step.run();
    later();
    sandbox.account.edit(group, left, { tags: ['a'] });
    sandbox.account.edit(group, right, { tags: ['a'] });
    later(HOUR);
    expect(sentBy(await step.run())).toEqual([]);
    step.cfg['changeTypes'] = 'unsubscribed, changed';
    later(HOUR);
    expect(sentBy(await step.run())).toEqual([]);
    sandbox.account.edit(group, right, { tags: ['b'] });
    later(HOUR);
    expect(sentBy(await step.run())).toEqual([`${right} changed`]);
    step.snapshot = {};
    expect(sentBy(await step.run())).toEqual([]);
    step.cfg['changeTypes'] = '';
    step.snapshot = {};
    expect((await step.run()).sent).toHaveLength(12);
  });

  it('a receiver that could not be sent is still sent for the reason that it had', async () => {
    add(12);
    const step = trigger({ changeTypes: 'new', customMapping: '$error("no")' });
    await expect(step.run()).rejects.toThrow('12 of 12');
    step.cfg['customMapping'] = '{"metadata": {"type": metadata.changeType}, "data": {"id": data.id}}';
    later(DAY);
    const { sent } = await step.run();
    expect(sent).toHaveLength(12);
    expect(new Set(sent.map(({ metadata }) => metadata['type']))).toEqual(new Set(['new']));
    later(DAY);
    expect((await step.run()).sent).toEqual([]);
  });
});

describe('a group that is new to a flow over all groups', () => {
  it('is sent as it is at a first poll', async () => {
    add(12);
    const step = trigger({ changeTypes: 'new', groupId: undefined }, 'oih', pollAll);
    await step.run();
    const press = sandbox.account.addGroup('Press');
    const [first = '', left = ''] = add(2, press, 'q');
    sandbox.account.unsubscribe(press, left);
    later();
    expect(sentBy(await step.run())).toEqual([]);
    later(HOUR);
    expect(sentBy(await step.run())).toEqual([`${first} new`]);
  });
});

describe('deletions', () => {
  it('are sent by a step that asks for nothing else, even for receivers that were never sent', async () => {
    const [gone = ''] = add(12);
    const step = trigger({ changeTypes: 'deleted', tag: 'vip' });
    expect((await step.run()).sent).toEqual([]);
    sandbox.account.remove(group, gone);
    later(HOUR);
    expect((await step.run()).sent).toMatchObject([
      { metadata: { recordUid: gone }, data: { deleteRequested: expect.any(String) as string } },
    ]);
  });

  it('are still sent by a step of an earlier version, with a warning', async () => {
    const [gone = ''] = add(12);
    const step = trigger({ emitDeletions: true });
    await step.run();
    expect(step.log.filter((line) => line.startsWith('warn'))).toEqual([
      expect.stringContaining('The field "emitDeletions" is replaced by "changeTypes"'),
    ]);
    sandbox.account.remove(group, gone);
    later(HOUR);
    expect((await step.run()).ids).toEqual([gone]);
  });
});

describe('a custom mapping that returns nothing', () => {
  const onlyBo = (nothing: string): string =>
    `data.global_attributes.firstname = "Bo" ? {"metadata": metadata, "data": {"id": data.id}} : ${nothing}`;

  it.each(['$notHere', 'null'])('skips the receiver until it changes: %s', async (nothing) => {
    const [first = ''] = add(12);
    const step = trigger({ customMapping: onlyBo(nothing), fullReadMinutes: 0 });
    expect((await step.run()).sent).toEqual([]);
    expect(lastLine(step)).toContain('12 receivers read, 0 sent, 12 skipped, 0 unchanged');
    expect(lastLine(step)).toMatch(/^info/);
    sandbox.account.edit(group, first, { global_attributes: { firstname: 'Bo' } });
    later();
    expect(sentBy(await step.run())).toEqual([`${first} changed`]);
  });

  it('leaves the receiver out of a page, and needs no page for none', async () => {
    const [first = ''] = add(12);
    sandbox.account.edit(group, first, { global_attributes: { firstname: 'Bo' } });
    const step = trigger({ customMapping: onlyBo('null'), emitBehavior: 'fetchPage', fullReadMinutes: 0 });
    expect((await step.run()).sent).toMatchObject([{ metadata: {}, data: { results: [{ id: first }] } }]);
    sandbox.account.edit(group, first, { global_attributes: { firstname: 'Jo' } });
    later();
    expect((await step.run()).sent).toEqual([]);
  });

  it('is an error if only its data is nothing', async () => {
    add(1);
    await expect(trigger({ customMapping: '{"metadata": metadata, "data": data.none}' }).run()).rejects.toThrow(
      'returned an object without an object "data"',
    );
  });
});
