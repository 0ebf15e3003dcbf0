import type { FilterQuery, Receiver } from '../../../../lib/cleverreach/types';
import { ChangeFilter } from '../../../../lib/polling/changes/changeFilter';
import { MINUTE_MS, old, polledAccount, START, type PolledAccount } from '../../../support/polling/account';
import { receiver } from '../../../support/receiver';

const only = (...types: ConstructorParameters<typeof ChangeFilter>[0]['types']): { changeFilter: ChangeFilter } => ({
  changeFilter: new ChangeFilter({ types, tag: undefined }),
});
/** Quick polls, and a full read after an hour. */
const hourly = { fullReadMinutes: 60 };

async function account(rows: Record<string, Receiver[]>, settings = {}): Promise<PolledAccount> {
  const it = polledAccount(rows);
  it.overhead = 100;
  await it.run({ ...hourly, ...settings });
  it.why.length = 0;
  return it;
}

function change(it: PolledAccount, id: string, members: Partial<Receiver>): void {
  for (const rows of Object.values(it.rows)) for (const row of rows) if (row.id === id) Object.assign(row, members);
}

/** Runs a poll some minutes later. @returns the receivers with the reasons for which they were sent */
async function later(it: PolledAccount, minutes: number, settings = {}, io = {}): Promise<string[]> {
  it.why.length = 0;
  it.clock.advance(minutes * MINUTE_MS);
  await it.run({ ...hourly, ...settings }, io);
  return [...it.why].sort();
}

/** A look-up that shows a change since the row was read. */
function lookUpAfter(it: PolledAccount, id: string, members: Partial<Receiver>) {
  return (): Promise<Receiver[]> => {
    change(it, id, members);
    return Promise.resolve(structuredClone(it.rows['1']?.filter((row) => row.id === id) ?? []));
  };
}

const blind = { api: { receiversChangedAfter: () => Promise.resolve([]) } };
const left = { deactivated: START + 300, active: false };

describe('a difference that only the sketch shows', () => {
  it('is sent as changed when the content differs', async () => {
    const it = await account({ 1: old('1', '2') });
    change(it, '1', { tags: ['b'] });
    expect(await later(it, 61)).toEqual(['1 changed']);
  });

  it('is sent as changed when a quick poll has sent another change of the receiver in the same hour', async () => {
    const it = await account({ 1: old('1', '2', '3') });
    it.rows['1']?.push(receiver('9', { registered: START + 60, activated: START + 60 }));
    change(it, '1', left);
    expect(await later(it, 10)).toEqual(['1 unsubscribed', '9 new']);
    change(it, '1', { tags: ['b'] });
    change(it, '9', { tags: ['b'] });
    expect(await later(it, 61)).toEqual(['1 changed', '9 changed']);
  });

  it('is not sent when a quick poll has already sent what the step asks for', async () => {
    const settings = only('new', 'unsubscribed');
    const it = await account({ 1: old('1', '2', '3') }, settings);
    it.rows['1']?.push(receiver('9', { registered: START + 60, activated: START + 60 }));
    change(it, '1', left);
    expect(await later(it, 10, settings)).toEqual(['1 unsubscribed', '9 new']);
    for (const id of ['1', '9']) change(it, id, { tags: ['b'] });
    expect(await later(it, 61, settings)).toEqual([]);
  });

  it('is sent as a change of state when quick polls have missed it and moved the horizon', async () => {
    const it = await account({ 1: old('1', '2', '3') }, only('new', 'unsubscribed', 'bounced'));
    it.rows['1']?.push(receiver('9', { registered: START + 60, activated: START + 60 }));
    change(it, '1', { ...left, tags: ['b'] });
    change(it, '2', { bounced: START + 600, active: false });
    const settings = only('new', 'unsubscribed', 'bounced');
    const receiversChangedAfter = (_: unknown, { field }: FilterQuery): Promise<Receiver[]> =>
      Promise.resolve(field === 'bounced' ? (it.rows['1']?.filter(({ id }) => id === '2') ?? []) : []);
    const seesOne = { api: { receiversChangedAfter } };
    expect(await later(it, 15, settings, seesOne)).toEqual(['2 bounced']);
    expect(await later(it, 61, settings, blind)).toEqual(['1 unsubscribed', '9 new']);
  });

  it('is sent as new when the receiver was not in the group, whatever its timestamps', async () => {
    const settings = only('new');
    const it = await account({ 1: old('1', '2') }, settings);
    it.rows['1']?.push(...old('9'));
    change(it, '1', { tags: ['b'] });
    expect(await later(it, 61, settings)).toEqual(['9 new']);
  });

  it.each([
    ['with the time of the change', START + 3_700],
    ['with a time before the last read, because the clock is ahead of the timestamps', START - 90],
  ])('is sent with the change of state that happens during the look-up: %s', async (_, deactivated) => {
    const settings = only('unsubscribed');
    const it = await account({ 1: old('1', '2') }, settings);
    change(it, '1', { tags: ['b'] });
    const receiversByIds = lookUpAfter(it, '1', { deactivated, active: false });
    expect(await later(it, 62, { ...settings, fullReadMinutes: 0 }, { api: { receiversByIds } })).toEqual([
      '1 unsubscribed',
    ]);
    expect(await later(it, 62, { ...settings, fullReadMinutes: 0 })).toEqual([]);
  });

  it('is sent as new when a new receiver is edited during the look-up', async () => {
    const settings = { ...only('new'), fullReadMinutes: 0 };
    const it = await account({ 1: old('1', '2') }, settings);
    it.rows['1']?.push(...old('9'));
    const receiversByIds = lookUpAfter(it, '9', { tags: ['b'] });
    expect(await later(it, 62, settings, { api: { receiversByIds } })).toEqual(['9 new']);
    expect(await later(it, 62, settings)).toEqual([]);
  });

  it('is sent as confirmed when a quick poll has found a subscription and an unsubscribe together', async () => {
    const it = await account({ 1: old('1', '2') });
    change(it, '1', { ...left, activated: START + 290 });
    expect(await later(it, 10)).toEqual(['1 unsubscribed']);
    // the time of this change lies before the horizon, because CleverReach's clock is ahead of its timestamps
    change(it, '1', { deactivated: 0, active: true });
    expect(await later(it, 61)).toEqual(['1 confirmed']);
    expect(await later(it, 61)).toEqual([]);
  });

  it('is sent with every possible reason when the receiver is in several groups', async () => {
    const rows = { 1: old('1', '2'), 2: old('1', '3') };
    const it = await account(rows);
    change(it, '1', left);
    expect(await later(it, 10)).toEqual(['1 unsubscribed', '1 unsubscribed']);
    change(it, '1', { tags: ['b'] });
    expect(await later(it, 61)).toEqual(['1 unsubscribed', '1 unsubscribed']);
  });
});

describe('a change of state whose timestamp is older than the last read', () => {
  const longAgo = START - 500_000;
  const states = [
    ['unsubscribed', { deactivated: longAgo, active: false }],
    ['bounced', { bounced: longAgo, active: false }],
  ] as const;

  it.each(states)('is sent once when the receiver is in two groups: %s', async (type, members) => {
    const settings = { ...only(type), fullReadMinutes: 0 };
    const it = await account({ 1: old('1', '2'), 2: old('1', '3') }, settings);
    Object.assign(it.rows['1']?.[0] ?? {}, members);
    expect(await later(it, 10, settings)).toEqual([`1 ${type}`]);
    expect(await later(it, 10, settings)).toEqual([]);
    change(it, '1', { tags: ['b'] });
    expect(await later(it, 10, settings)).toEqual([]);
  });

  it.each(states)('is sent once when more receivers have changed than a sketch holds: %s', async (type, members) => {
    const settings = { ...only(type), fullReadMinutes: 0, pageSize: 500 };
    const ids = Array.from({ length: 300 }, (_, index) => String(index + 1));
    const it = await account({ 1: old(...ids) }, settings);
    for (const row of it.rows['1'] ?? []) Object.assign(row, members, { tags: ['b'] });
    expect(await later(it, 10, settings)).toHaveLength(300);
    expect(await later(it, 10, settings)).toEqual([]);
  });

  it('is not assumed when the difference may be an edit and the step asks for edits', async () => {
    const settings = { fullReadMinutes: 0, pageSize: 500 };
    const ids = Array.from({ length: 300 }, (_, index) => String(index + 1));
    const it = await account({ 1: old(...ids) }, settings);
    for (const row of it.rows['1'] ?? []) Object.assign(row, { tags: ['b'] });
    expect(new Set((await later(it, 10, settings)).map((why) => why.split(' ')[1]))).toEqual(new Set(['changed']));
  });
});

describe('a read that continues after a quick poll', () => {
  it('finds reasons that the quick poll did not find', async () => {
    const settings = only('new');
    const it = polledAccount({ 1: old('1', '2', '3') });
    it.overhead = 100;
    const atLast = (): Promise<void> => {
      it.clock.advance(2 * MINUTE_MS);
      return Promise.resolve();
    };
    // the first page only
    await it.run({ ...hourly, ...settings, pageSize: 1 }, { emit: atLast });
    it.clock.advance(10 * MINUTE_MS);
    // a change that the step does not ask for, of a receiver that has not been read yet
    change(it, '3', { activated: START + 300 });
    expect(await later(it, 10, settings)).toEqual(['2 new', '3 new']);
    expect(await later(it, 70, settings)).toEqual([]);
  });
});

describe('a poll with a snapshot that has only a time', () => {
  it('sends the receivers that have changed after that time', async () => {
    const it = polledAccount({ 1: old('1', '2') });
    it.rows['1']?.push(receiver('9', { registered: START - 60, activated: START - 60 }));
    change(it, '1', { deactivated: START - 30, active: false });
    change(it, '2', { events: [{ stamp: START - 10, type: 'api' }] });
    it.saved.push({ lastUpdated: START - 3_600 });
    await it.run();
    expect(it.why).toEqual(['1 unsubscribed', '2 changed', '9 new']);
  });
});
