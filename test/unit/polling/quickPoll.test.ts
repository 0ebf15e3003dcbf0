import type { Receiver } from '../../../lib/cleverreach/types';
import { noteOf } from '../../../lib/polling/changes/note';
import { FailureSummary } from '../../../lib/polling/failureSummary';
import { PollReport } from '../../../lib/polling/pollReport';
import { readsDue } from '../../../lib/polling/fullReadSchedule';
import type { PollSettings } from '../../../lib/polling/pollSettings';
import { quickPoll } from '../../../lib/polling/quickPoll';
import type { PollState } from '../../../lib/polling/state/snapshot';
import { NotFoundError, RecordError, RejectedError, TemporaryError } from '../../../lib/utils/errors';
import { MINUTE_MS, old, polledAccount, START, type Changes, type PolledAccount } from '../../support/polling/account';
import { receiver } from '../../support/receiver';

const FILTERS = ['registered', 'activated', 'deactivated', 'bounced'];

interface Polled extends PolledAccount {
  quick(state?: PollState, io?: Changes, settings?: Partial<PollSettings>): ReturnType<typeof quickPoll>;
  report: PollReport;
}

/** An account after a full read at START, ten minutes later. */
async function account(rows: Record<string, Receiver[]>): Promise<Polled> {
  const it = polledAccount(rows);
  await it.run();
  it.clock.advance(10 * MINUTE_MS);
  it.sent.length = it.asked.length = 0;
  const scope = { scope: it.state().scope, groups: it.settings().groups };
  const newReport = (): PollReport =>
    new PollReport('Quick poll', scope, it.io(), new FailureSummary(), { requests: 0, bytes: 0 });
  const polled: Polled = Object.assign(it, {
    report: newReport(),
    quick: (state: PollState = it.state(), io: Changes = {}, settings: Partial<PollSettings> = {}) => {
      polled.report = newReport();
      const all = it.settings({ fullReadMinutes: 60, ...settings });
      return quickPoll(state, all, it.io(io), polled.report, readsDue(state, all).full);
    },
  });
  return polled;
}

/** Changes a receiver of a group. */
function change(it: PolledAccount, groupId: string, id: string, changed: Partial<Receiver>): Receiver {
  const row = it.rows[groupId]?.find((one) => one.id === id);
  if (!row) throw new Error(`There is no receiver ${id}.`);
  return Object.assign(row, changed);
}

/** Rows as an API may return them that does not name their group. */
function withoutGroup(rows: readonly Receiver[]): Receiver[] {
  const bare = structuredClone([...rows]);
  for (const row of bare) delete row.group_id;
  return bare;
}

const unsubscribed = (seconds = 300): Partial<Receiver> => ({ deactivated: START + seconds, active: false });

describe('a quick poll', () => {
  it('that finds nothing filters by four timestamps, and stores up to which time it has looked', async () => {
    const it = await account({ 1: old('1', '2'), 2: old('3') });
    const [state, stored] = [it.state(), it.saved.length];
    const { state: after, isComplete } = await it.quick(state);
    expect(it.asked).toEqual(FILTERS.map((field) => `${field} after -60`));
    expect([after, isComplete, it.saved.length]).toEqual([{ ...state, quickUntil: it.now() - 60 }, true, stored + 1]);
  });

  it.each<[string, Partial<Receiver>]>([
    ['activated', { activated: START + 300 }],
    ['deactivated', unsubscribed()],
    ['bounced', { bounced: START + 300, active: false }],
  ])('sends receivers that were %s, as they are in their group', async (_, changed) => {
    const it = await account({ 1: old('1', '2'), 2: old('2', '3') });
    change(it, '2', '2', changed);
    const { state, isComplete } = await it.quick();
    expect([it.sent, isComplete]).toEqual([['2/2'], true]);
    expect(it.asked).toEqual([...FILTERS.map((field) => `${field} after -60`), 'ids 2 of 2']);
    expect(state.horizon).toBe(START + 600 - 60);
    it.sent.length = 0;
    await it.quick(state);
    expect(it.sent).toEqual([]);
  });

  it('sends new receivers', async () => {
    const it = await account({ 1: old('1') });
    it.rows['1']?.push(receiver('9', { registered: START + 300 }));
    await it.quick();
    expect(it.sent).toEqual(['1/9']);
  });

  it('requests only one group if the flow reads one, and does not depend on the group in the response', async () => {
    const it = await account({ 1: old('1') });
    change(it, '1', '1', unsubscribed());
    const wanted: unknown[] = [];
    await it.quick(it.state(), {
      api: {
        receiversChangedAfter: async (groups, query) => {
          wanted.push(groups);
          const rows = await it.api.receiversChangedAfter(groups, query);
          return withoutGroup(rows);
        },
      },
    });
    expect([wanted[0], it.sent]).toEqual([['1'], ['1/1']]);
  });

  it('ignores receivers of groups that it does not read', async () => {
    const it = await account({ 1: old('1') });
    const rows = [receiver('1', { deactivated: START + 300, group_id: '8' })];
    await it.quick(it.state(), { api: { receiversChangedAfter: () => Promise.resolve(rows) } });
    expect([it.sent, it.asked]).toEqual([[], []]);
  });

  it('ignores receivers that were changed or deleted again before they were read', async () => {
    const it = await account({ 1: old('1', '2') });
    const rows = ['1', '2'].map((id) => receiver(id, { deactivated: START + 300, group_id: '1' }));
    it.rows['1'] = old('1');
    const { isComplete } = await it.quick(it.state(), {
      api: { receiversChangedAfter: (_, { field }) => Promise.resolve(field === 'deactivated' ? rows : []) },
    });
    expect([it.sent, isComplete]).toEqual([[], true]);
  });

  it('notes changes after its horizon, and sends them once', async () => {
    const it = await account({ 1: old('1') });
    const row = change(it, '1', '1', unsubscribed(590));
    const { state } = await it.quick();
    expect(state.seen.get({ groupId: '1', id: '1' })).toBe(noteOf(row));
    it.clock.advance(30_000);
    await it.quick(state);
    expect(it.sent).toEqual(['1/1']);
  });

  it('drops a note once its horizon has passed the change, and does not send the receiver again', async () => {
    const it = await account({ 1: old('1', '2') });
    change(it, '1', '1', unsubscribed(590));
    const { state } = await it.quick();
    it.clock.advance(10 * MINUTE_MS);
    change(it, '1', '2', unsubscribed(1_000));
    const { state: after } = await it.quick(state);
    expect([state.seen.size, after.seen.size, it.sent]).toEqual([1, 0, ['1/1', '1/2']]);
    it.clock.advance(60 * MINUTE_MS);
    await it.run();
    expect(it.sent).toHaveLength(2);
  });

  it('sends a noted receiver again if it has changed since', async () => {
    const it = await account({ 1: old('1') });
    change(it, '1', '1', unsubscribed(590));
    const { state } = await it.quick();
    it.clock.advance(30_000);
    change(it, '1', '1', { tags: ['b'] });
    await it.quick(state);
    expect(it.sent).toEqual(['1/1', '1/1']);
  });

  it('does not move its horizon back if the clock was set back', async () => {
    const it = await account({ 1: old('1') });
    change(it, '1', '1', unsubscribed(300));
    const { state } = await it.quick({ ...it.state(), horizon: START + 299 }, {}, { now: START + 200 });
    expect([it.sent, state.horizon]).toEqual([['1/1'], START + 299]);
  });

  it('reads all pages of an answer', async () => {
    const ids = Array.from({ length: 1_200 }, (_, index) => String(index + 1));
    const it = await account({ 1: old(...ids) });
    for (const row of it.rows['1'] ?? []) Object.assign(row, unsubscribed());
    await it.quick();
    expect(it.sent).toHaveLength(1_200);
    expect(it.asked.filter((request) => request.startsWith('deactivated'))).toEqual([
      'deactivated after -60',
      'deactivated after -60, page 1',
    ]);
  });

  it('stores a checkpoint before it sends 500 receivers, and one at its end', async () => {
    const ids = Array.from({ length: 1_200 }, (_, index) => String(index + 1));
    const it = await account({ 1: old(...ids) });
    for (const row of it.rows['1'] ?? []) Object.assign(row, unsubscribed());
    const stored = it.saved.length;
    await it.quick(it.state(), {}, { pageSize: 2_000 });
    expect(it.saved.length - stored).toBe(4);
  });

  it('leaves no filter of the receivers that it has sent, so that the next poll is quick again and sends none of them', async () => {
    const ids = Array.from({ length: 400 }, (_, index) => String(index + 1));
    const it = await account({ 1: old(...ids) });
    for (const row of it.rows['1'] ?? []) Object.assign(row, unsubscribed());
    const { state } = await it.quick(it.state(), {}, { pageSize: 500 });
    expect([it.sent.length, state.unlisted, state.retry.size]).toEqual([400, undefined, 0]);
    it.clock.advance(60 * MINUTE_MS);
    it.sent.length = 0;
    await it.run();
    expect(it.sent).toEqual([]);
  });

  it('leaves a filter of the receivers that it could not send', async () => {
    const ids = Array.from({ length: 400 }, (_, index) => String(index + 1));
    const it = await account({ 1: old(...ids) });
    for (const row of it.rows['1'] ?? []) Object.assign(row, unsubscribed());
    const failing = { emit: () => Promise.reject(new RecordError('no name')) };
    const { state } = await it.quick(it.state(), failing, { pageSize: 500 });
    const isLeft = (id: string): boolean => {
      const key = { groupId: '1', id };
      return state.retry.has(key) || state.unlisted?.has(key) === true;
    };
    expect(ids.filter((id) => !isLeft(id))).toEqual([]);
  });
});

describe('the sketch after a quick poll', () => {
  it('contains receivers as they were sent, so that a full read sends none of them', async () => {
    const it = await account({ 1: old('1', '2', '3') });
    change(it, '1', '1', unsubscribed());
    it.rows['1']?.push(receiver('9', { registered: START + 300 }));
    await it.quick();
    it.clock.advance(60 * MINUTE_MS);
    it.sent.length = 0;
    await it.run();
    expect(it.sent).toEqual([]);
    expect(it.logger.lines.join('\n')).not.toContain('missed');
  });

  it('still shows a change of content that a full read has to find, and the full read sends it once', async () => {
    const it = await account({ 1: old('1', '2', '3') });
    change(it, '1', '2', { tags: ['b'] });
    change(it, '1', '1', unsubscribed());
    await it.quick();
    it.clock.advance(60 * MINUTE_MS);
    await it.run();
    await it.run();
    expect(it.sent).toEqual(['1/1', '1/2']);
  });

  it('shows a receiver whose change was taken back after it was sent', async () => {
    const it = await account({ 1: old('1', '2') });
    change(it, '1', '1', { tags: ['b'], ...unsubscribed() });
    await it.quick();
    change(it, '1', '1', { tags: [], deactivated: 0, active: true });
    it.clock.advance(60 * MINUTE_MS);
    await it.run();
    expect(it.sent).toEqual(['1/1', '1/1']);
  });

  it('does not change during a full read, and notes show what was sent', async () => {
    const it = await account({ 1: old('1', '2', '3', '4', '5', '6') });
    await it.run(undefined, {
      api: {
        receivers: (groupId, query) => {
          if (query.page === 1) it.clock.advance(2 * MINUTE_MS);
          return it.api.receivers(groupId, query);
        },
      },
    });
    const state = it.state();
    expect(state.read?.at?.groupId).toBe('1');
    change(it, '1', '1', unsubscribed(610));
    const { state: after } = await it.quick(state);
    expect(it.sent).toEqual(['1/1']);
    expect([after.read?.total.pack(), after.seen.size]).toEqual([state.read?.total.pack(), 1]);
    await it.run();
    it.clock.advance(60 * MINUTE_MS);
    await it.run();
    await it.run();
    expect(it.sent).toEqual(['1/1']);
  });
});

describe('receivers in the retry list', () => {
  it('are sent by a quick poll, and are noted until the next full read', async () => {
    const it = await account({ 1: old('1', '2') });
    const state = it.state();
    state.retry.set({ groupId: '1', id: '2' });
    const { state: after } = await it.quick(state);
    expect([it.sent, after.retry.size, after.seen.size]).toEqual([['1/2'], 0, 1]);
    await it.quick(after);
    it.clock.advance(60 * MINUTE_MS);
    await it.run();
    expect(it.sent).toEqual(['1/2']);
  });

  it('are sent again by the next full read if there is no room for a note', async () => {
    const it = await account({ 1: old('1', '2') });
    change(it, '1', '2', { tags: ['b'] });
    const state = it.state();
    state.retry.set({ groupId: '1', id: '2' });
    let id = 1_000;
    while (state.seen.set({ groupId: '1', id: String(id) }, 'x'.repeat(8))) id += 1;
    await it.quick(state);
    change(it, '1', '2', { tags: [] });
    it.clock.advance(60 * MINUTE_MS);
    await it.run();
    await it.run();
    expect(it.sent).toEqual(['1/2', '1/2']);
  });

  it('stay in it if they fail again, or are not found', async () => {
    const it = await account({ 1: old('1', '2') });
    const state = it.state();
    for (const id of ['2', '7']) state.retry.set({ groupId: '1', id });
    const { state: after } = await it.quick(state, { emit: () => Promise.reject(new RecordError('no')) });
    expect(after.retry.pack()).toEqual({ 1: '2=anc+ 7' });
  });

  it('contain those that are about to be sent, if the run dies', async () => {
    const it = await account({ 1: old('1', '2') });
    change(it, '1', '1', unsubscribed());
    await expect(it.quick(it.state(), { emit: () => Promise.reject(new TemporaryError('away')) })).rejects.toThrow(
      'away',
    );
    expect(it.saved.at(-1)).toMatchObject({ lastUpdated: START - 60, retry: { 1: '1=u' } });
    change(it, '1', '1', { deactivated: 0, active: true });
    await it.quick();
    expect(it.sent).toEqual(['1/1']);
  });
});

describe('the filter of CleverReach', () => {
  const from = START + 600;

  it.each([
    ['refuses a request', new RejectedError('Bad Request: unknown field', 400), 'refused a request: Bad Request'],
    ['does not exist', new NotFoundError('Not Found'), 'refused a request: Not Found'],
  ])('is not used for a day if it %s', async (_, error, warning) => {
    const it = await account({ 1: old('1') });
    const { state, isComplete } = await it.quick(it.state(), {
      api: { receiversChangedAfter: () => Promise.reject(error) },
    });
    expect([state.filterOffUntil, isComplete, it.report.isComplete]).toEqual([from + 86_400, false, false]);
    const lines = it.logger.lines.filter((line) => line.includes('filter'));
    expect(lines).toEqual([expect.stringContaining(warning)]);
    expect(lines[0]).toContain('For one day, every poll is a full read');
  });

  it('is not used for a day if it returns rows that do not satisfy the rule, and none of them is sent', async () => {
    const it = await account({ 1: old('1', '2') });
    const rows = it.rows['1'] ?? [];
    const { state, isComplete } = await it.quick(it.state(), {
      api: { receiversChangedAfter: () => Promise.resolve(rows) },
    });
    expect([state.filterOffUntil, isComplete, it.sent]).toEqual([from + 86_400, false, []]);
    expect(it.logger.lines.at(-1)).toMatch(
      /^CleverReach's filter returned receivers that do not match the rule "registered"\./,
    );
  });

  it('may treat its rule as "bigger or equal"', async () => {
    const it = await account({ 1: old('1', '2') });
    change(it, '1', '1', { registered: START - 60 });
    const { isComplete } = await it.quick(it.state(), {
      api: {
        receiversChangedAfter: (_, { field, after }) =>
          Promise.resolve((it.rows['1'] ?? []).filter((row) => row[field] >= after)),
      },
    });
    expect([isComplete, it.sent]).toEqual([true, []]);
  });

  it('may return receivers with timestamps in the far future, which are not sent each time', async () => {
    const it = await account({ 1: [receiver('1', { registered: START + 9_000_000 })] });
    const { isComplete } = await it.quick();
    expect([isComplete, it.sent]).toEqual([true, []]);
  });

  it('is given up for a full read without a warning if it returns more than 1,500 rows', async () => {
    const it = await account({ 1: old('1') });
    const lines = it.logger.lines.length;
    const row = receiver('1', { registered: START + 300, group_id: '1' });
    const state = it.state();
    const outcome = await it.quick(state, {
      api: { receiversChangedAfter: () => Promise.resolve(Array<Receiver>(1_000).fill(row)) },
    });
    expect(outcome).toEqual({ state, isComplete: false });
    expect([it.sent, it.logger.lines.length]).toEqual([[], lines]);
  });

  it('that cannot be reached ends the poll, unless a full read is due', async () => {
    const it = await account({ 1: old('1') });
    change(it, '1', '1', unsubscribed());
    const away = new TemporaryError('CleverReach is away.');
    const state = it.state();
    const large: PollState = { ...state, ...(state.full && { full: { ...state.full, requests: 100 } }) };
    const io = { api: { receiversChangedAfter: () => Promise.reject(away) } };
    await expect(it.quick(large, io)).rejects.toBe(away);

    const outcome = await it.quick(large, io, { fullReadMinutes: 5 });
    expect(outcome).toEqual({ state: large, isComplete: false });
    expect(it.logger.lines.at(-1)).toBe(
      'The quick poll failed: CleverReach is away. A full read is due and runs anyway.',
    );
    expect(it.sent).toEqual([]);
  });

  it('selects receivers of which one cannot be looked up, so that a full read has to follow', async () => {
    const it = await account({ 1: old('1') });
    change(it, '1', '1', unsubscribed());
    const state = it.state();
    const outcome = await it.quick(state, {
      api: { receiversByIds: () => Promise.reject(new TemporaryError('It is unreadable.')) },
    });
    expect(outcome).toEqual({ state, isComplete: false });
    expect(it.sent).toEqual([]);
    expect(it.logger.lines.at(-1)).toBe(
      'The quick poll could not look up receivers, so a full read follows. It is unreadable.',
    );
  });

  it('selects receivers that are then read in lists no longer than a page', async () => {
    const it = await account({ 1: old('1', '2', '3', '4', '5') });
    for (const id of ['1', '2', '3', '4', '5']) change(it, '1', id, unsubscribed());
    const sizes: number[] = [];
    const io: Changes = {
      api: {
        receiversByIds: async (groupId, ids, options) => {
          sizes.push(ids.length);
          return await it.api.receiversByIds(groupId, ids, options);
        },
      },
    };
    await it.quick(it.state(), io, { pageSize: 2 });
    expect(it.sent).toHaveLength(5);
    expect(sizes).toEqual([2, 2, 1]);
  });

  it('may return rows without their group, which are looked for in every group', async () => {
    const it = await account({ 1: old('1'), 2: old('2') });
    change(it, '2', '2', unsubscribed());
    await it.quick(it.state(), {
      api: {
        receiversChangedAfter: async (groups, query) => {
          const rows = await it.api.receiversChangedAfter(groups, query);
          return withoutGroup(rows);
        },
      },
    });
    expect(it.sent).toEqual(['2/2']);
  });
});
