import type { CleverReachApi, Receiver } from '../../../lib/cleverreach/types';
import type { Reconciliation } from '../../../lib/polling/changes/reconciliation';
import { BY_DEFAULT, EVERYTHING, reconciliationOf } from '../../support/polling/reconciliation';
import { DifferenceLookUp } from '../../../lib/polling/differenceLookUp';
import { FailureSummary } from '../../../lib/polling/failureSummary';
import { PollReport } from '../../../lib/polling/pollReport';
import type { PollSettings } from '../../../lib/polling/pollSettings';
import { SNAPSHOT_ROOM, type PollState } from '../../../lib/polling/state/snapshot';
import { AuthorisationError, NotFoundError, TemporaryError } from '../../../lib/utils/errors';
import { MINUTE_MS, old, polledAccount, START, type Changes, type PolledAccount } from '../../support/polling/account';

interface Looked {
  lookUp: DifferenceLookUp;
  changes: Reconciliation;
  report: PollReport;
  /** Looks up all differences. @returns the ids of receivers that exist */
  resolve: () => Promise<string[]>;
}

/** An account an hour after a full read. */
async function account(rows: Record<string, Receiver[]>): Promise<PolledAccount> {
  const it = polledAccount(rows);
  await it.run();
  it.clock.advance(60 * MINUTE_MS);
  return it;
}

/** After another walk through all rows; look-ups return the current account. */
function walked(
  it: PolledAccount,
  changed: Partial<PollSettings> = {},
  io: Changes = {},
  state: PollState = it.state(),
): Looked {
  it.asked.length = it.sent.length = 0;
  const settings = it.settings({ fullReadMinutes: 60, changeFilter: EVERYTHING, ...changed });
  const changes = reconciliationOf(state, it.now(), SNAPSHOT_ROOM['elastic.io'], [], settings.changeFilter);
  for (const { id } of settings.groups) {
    for (const row of it.rows[id] ?? []) changes.addRow(id, row);
  }
  const scope = { scope: state.scope, groups: settings.groups };
  const deps = it.io(io);
  const report = new PollReport('Full read', scope, deps, new FailureSummary(), { requests: 0, bytes: 0 });
  const lookUp = new DifferenceLookUp(state.scope, changes, settings, deps, report);
  const resolve = async (): Promise<string[]> => {
    const found = await lookUp.emitOrReport(
      changes.differences.ids(),
      async (group, receiver, [change = 'changed']) => {
        await deps.emitter.emit(receiver, group, change);
      },
    );
    return found.map(({ groupId, receiver }) => `${groupId}/${receiver.id}`);
  };
  return { lookUp, changes, report, resolve };
}

const edit = (it: PolledAccount, groupId: string, id: string, changed: Partial<Receiver>): void => {
  const row = it.rows[groupId]?.find((one) => one.id === id);
  if (row) Object.assign(row, changed);
};

const groupsOf = (count: number): Record<string, Receiver[]> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [String(index + 1), old(String(100 + index))]));

describe('receivers that differ', () => {
  it('are looked up in each group, and sent', async () => {
    const it = await account({ 1: old('1', '2'), 2: old('1', '3') });
    edit(it, '1', '1', { tags: ['b'] });
    edit(it, '2', '3', { tags: ['b'] });
    const { changes, resolve } = walked(it);
    expect(changes.differences.ids().sort()).toEqual(['1', '3']);
    expect((await resolve()).sort()).toEqual(['1/1', '2/1', '2/3']);
    expect([...it.sent].sort()).toEqual(['1/1', '2/1', '2/3']);
    expect(it.asked.every((request) => request.startsWith('ids '))).toBe(true);
    expect(it.asked).toHaveLength(2);
  });

  it('are looked up in their own groups, if there are more than three groups for each of them', async () => {
    const it = await account(groupsOf(7));
    edit(it, '3', '102', { tags: ['b'] });
    edit(it, '5', '104', { tags: ['b'] });
    expect((await walked(it).resolve()).sort()).toEqual(['3/102', '5/104']);
    expect([...it.asked].sort()).toEqual(['groups of 102', 'groups of 104', 'ids 102 of 3', 'ids 104 of 5']);
  });

  it('are looked up in each of three groups, if there is one of them', async () => {
    const it = await account(groupsOf(3));
    edit(it, '3', '102', { tags: ['b'] });
    await walked(it).resolve();
    expect(it.asked).toEqual(['ids 102 of 1', 'ids 102 of 2', 'ids 102 of 3']);
  });

  it('are not looked up in groups that the flow does not read', async () => {
    const it = await account(groupsOf(5));
    edit(it, '1', '100', { tags: ['b'] });
    const looked = walked(it, {}, { api: { groupsOfReceiver: () => Promise.resolve([{ id: '99', name: '' }]) } });
    expect(await looked.resolve()).toEqual([]);
    expect(it.asked).toEqual(['receiver 100']);
  });

  it('are not sent if they are as they were emitted', async () => {
    const it = await account({ 1: old('1', '2') });
    edit(it, '1', '1', { tags: ['b'] });
    const looked = walked(it);
    const [row] = it.rows['1'] ?? [];
    if (row) looked.changes.delivered('1', row);
    expect(await looked.resolve()).toEqual(['1/1']);
    expect(it.sent).toEqual([]);
  });

  it('include those of the retry list that were not met, and those that were emitted lately', async () => {
    const it = await account({ 1: old('1', '2') });
    const state = it.state();
    state.retry.set({ groupId: '1', id: '8' });
    state.seen.set({ groupId: '1', id: '9' }, 'hash');
    expect(walked(it, {}, {}, state).changes.differences.ids()).toEqual(['8', '9']);
    expect(walked(it, { changeFilter: BY_DEFAULT }, {}, state).changes.differences.ids()).toEqual(['8']);
  });
});

describe('a deleted receiver', () => {
  it('is reported and counted', async () => {
    const it = await account({ 1: old('1', '2'), 2: old('3') });
    it.rows['1'] = old('1');
    const { resolve, report } = walked(it);
    expect(await resolve()).toEqual([]);
    expect([it.gone, it.sent, report.deletions]).toEqual([['2'], [], 1]);
    expect(it.asked).toEqual(['ids 2 of 1', 'ids 2 of 2', 'receiver 2', 'account']);
  });

  it('is not reported if the step does not ask for it', async () => {
    const it = await account({ 1: old('1', '2') });
    it.rows['1'] = old('1');
    await walked(it, { changeFilter: BY_DEFAULT }).resolve();
    expect([it.gone, it.asked]).toEqual([[], ['ids 2 of 1']]);
  });

  it('of one group is sent instead, if it is there after all', async () => {
    const it = await account({ 1: old('1', '2') });
    const [first, second] = it.rows['1'] ?? [];
    if (!first || !second) throw new Error('no receivers');
    it.rows['1'] = [first];
    const changed = { ...second, email: 'changed@example.org' };
    const looked = walked(it, {}, { api: { receiver: () => Promise.resolve(changed) } });
    expect(await looked.resolve()).toEqual(['1/2']);
    expect([it.sent, it.gone]).toEqual([['1/2'], []]);
  });

  it.each([
    ['the account has it in no group', [], ['2']],
    ['the account has it and does not return its groups', undefined, []],
    ['the account has it in a group', [{ id: '7', name: '' }], []],
  ])('in all groups is reported depending on the account: %s', async (_, groups, gone) => {
    const it = await account({ 1: old('1', '2'), 3: [] });
    it.rows['1'] = old('1');
    const api = {
      receiverInAccount: () => Promise.resolve(old('2')[0]),
      groupsOfReceiver: () => Promise.resolve(groups),
    };
    await walked(it, {}, { api }).resolve();
    expect(it.gone).toEqual(gone);
  });

  it('is reported with the id of the account, which is requested once', async () => {
    const it = await account({ 1: old('1', '2', '3') });
    it.rows['1'] = old('1');
    const reported: unknown[] = [];
    const emitDeletion = (...args: unknown[]): Promise<void> => Promise.resolve(void reported.push(args));
    await walked(it, {}, { emitDeletion }).resolve();
    expect(reported).toEqual(
      expect.arrayContaining([
        ['2', '300417'],
        ['3', '300417'],
      ]),
    );
    expect(it.asked.filter((request) => request === 'account')).toHaveLength(1);
  });

  it('is reported without the id of the account if CleverReach rejects the request, and the log says so once', async () => {
    const it = await account({ 1: old('1', '2', '3') });
    it.rows['1'] = old('1');
    const reported: unknown[] = [];
    const emitDeletion = (...args: unknown[]): Promise<void> => Promise.resolve(void reported.push(args));
    const lines = it.logger.lines.length;
    const api = { whoami: () => Promise.reject(new AuthorisationError('No scope.', 403)) };
    await walked(it, {}, { emitDeletion, api }).resolve();
    expect(reported).toEqual(
      expect.arrayContaining([
        ['2', undefined],
        ['3', undefined],
      ]),
    );
    expect(it.logger.lines.slice(lines)).toEqual([
      expect.stringMatching(/without the id of the account, because CleverReach rejects.* No scope\.$/),
    ]);
  });

  it('in one group is not reported if the group was deleted', async () => {
    const it = await account({ 1: old('1', '2') });
    it.rows['1'] = old('1');
    const { resolve, lookUp } = walked(it, {}, { api: { groups: () => Promise.resolve([{ id: '7', name: 'G7' }]) } });
    await resolve();
    expect(it.gone).toEqual([]);
    expect(lookUp.failures.first).toEqual(
      new NotFoundError('Group 1 was deleted while it was read. The groups that exist: "G7" (7).'),
    );
  });
});

describe('a look-up that fails', () => {
  const unreadable = new TemporaryError('CleverReach is unreadable');
  const isAway = (): Promise<never> => Promise.reject(unreadable);

  /** Every look-up of a list fails that contains one of the ids. */
  const failingWith =
    (error: Error, it: PolledAccount, ...ids: string[]): CleverReachApi['receiversByIds'] =>
    async (groupId, some) => {
      it.asked.push(`${some.length} ids of ${groupId}`);
      if (some.some((id) => ids.includes(id))) throw error;
      return await Promise.resolve((it.rows[groupId] ?? []).filter(({ id }) => some.includes(id)));
    };

  const failingFor = (it: PolledAccount, ...ids: string[]): CleverReachApi['receiversByIds'] =>
    failingWith(unreadable, it, ...ids);

  const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index + 1));

  async function edited(count: number): Promise<PolledAccount> {
    const it = await account({ 1: old(...numbers(count)) });
    for (const id of numbers(count)) edit(it, '1', id, { tags: ['b'] });
    return it;
  }

  it('does not affect the other receivers, which are looked up in shorter lists', async () => {
    const it = await edited(60);
    const { resolve, lookUp } = walked(it, {}, { api: { receiversByIds: failingFor(it, '7') } });
    expect(await resolve()).toHaveLength(59);
    expect(it.sent).toHaveLength(59);
    // the list, three parts of it, and one of them one by one
    expect([29, 14]).toContain(it.asked.length);
    expect(it.asked.filter((request) => request.startsWith('25 '))).toHaveLength(2);
    lookUp.failures.warn();
    expect(it.logger.lines.at(-1)).toMatch(
      /^Receivers that could not be looked up: 1 \(7\)\. .* the next full read looks them up again\. .* CleverReach is unreadable$/,
    );
    expect(lookUp.failures.first).toBe(unreadable);
  });

  it.each<[string, Record<string, Receiver[]>]>([
    ['one group', { 1: old(...numbers(4)) }],
    ['all groups', { 1: old(...numbers(4)), 2: old('9') }],
  ])('does not affect the others if it answers that the group is missing, which is listed: %s', async (_, rows) => {
    const invalid = new NotFoundError('Not Found: invalid group');
    const it = await account(rows);
    for (const id of ['1', '2', '3']) edit(it, '1', id, { tags: ['b'] });
    const { resolve, lookUp } = walked(it, {}, { api: { receiversByIds: failingWith(invalid, it, '2') } });
    expect((await resolve()).toSorted()).toEqual(['1/1', '1/3']);
    expect([lookUp.failures.first, lookUp.failures.has('2')]).toEqual([invalid, true]);
  });

  it('is not repeated without end: after twenty failures no receiver is looked up', async () => {
    const it = await edited(60);
    const { resolve, lookUp } = walked(it, {}, { api: { receiversByIds: failingFor(it, ...numbers(60)) } });
    expect(await resolve()).toEqual([]);
    expect(it.asked).toHaveLength(20);
    expect(numbers(60).every((id) => lookUp.failures.has(id))).toBe(true);
    lookUp.failures.warn();
    expect(it.logger.lines.at(-1)).toMatch(
      /^Receivers that could not be looked up: 60 \((\d+, ){9}\d+ and others\)\. /,
    );
  });

  it('is an error if CleverReach does not answer other requests either', async () => {
    const it = await edited(3);
    const { resolve } = walked(it, {}, { api: { receiversByIds: failingFor(it, '1'), groups: isAway } });
    await expect(resolve()).rejects.toBe(unreadable);
  });

  it('is an error if it is not one of CleverReach', async () => {
    const it = await edited(3);
    const { resolve } = walked(it, {}, { api: { receiversByIds: () => Promise.reject(new TypeError('broken')) } });
    await expect(resolve()).rejects.toThrow(new TypeError('broken'));
  });

  it('of the groups of one receiver does not affect the others', async () => {
    const it = await account(groupsOf(7));
    edit(it, '3', '102', { tags: ['b'] });
    edit(it, '5', '104', { tags: ['b'] });
    const groupsOfReceiver: CleverReachApi['groupsOfReceiver'] = async (id) =>
      id === '102' ? await isAway() : await it.api.groupsOfReceiver(id);
    const { resolve, lookUp } = walked(it, {}, { api: { groupsOfReceiver } });
    expect(await resolve()).toEqual(['5/104']);
    expect([lookUp.failures.has('102'), lookUp.failures.has('104')]).toEqual([true, false]);
  });

  it('in one of its groups postpones a receiver in all of them', async () => {
    const it = await account({ 1: old('1', '2'), 2: old('1') });
    edit(it, '1', '1', { tags: ['b'] });
    edit(it, '1', '2', { tags: ['b'] });
    const api = {
      receiversByIds: async (groupId: string, ids: readonly string[]) =>
        groupId === '2' && ids.includes('1') ? await isAway() : await it.api.receiversByIds(groupId, ids),
    };
    expect(await walked(it, {}, { api }).resolve()).toEqual(['1/2']);
    expect([it.sent, it.gone]).toEqual([['1/2'], []]);
  });

  it('of deleted receivers reports none of them, and the first error is kept', async () => {
    const it = await account({ 1: old('1', '2', '3'), 2: old('4') });
    it.rows['1'] = old('1');
    const { resolve, lookUp } = walked(it, {}, { api: { receiverInAccount: isAway } });
    await resolve();
    expect([it.gone, lookUp.failures.first]).toEqual([[], unreadable]);
    lookUp.failures.warn();
    expect(it.logger.lines.at(-1)).toMatch(/^Receivers that could not be looked up: 2 \([23], [23]\)\. /);
  });

  it('of the account postpones all deletions after one request, and looks up what is not deleted', async () => {
    const it = await account({ 1: old(...numbers(40)) });
    it.rows['1'] = [];
    let asked = 0;
    const whoami = (): Promise<never> => {
      asked += 1;
      return isAway();
    };
    const last = { ...(old('40')[0] as Receiver), tags: ['b'] };
    const receiverOf: CleverReachApi['receiver'] = (_, id) => Promise.resolve(id === '40' ? last : undefined);
    expect(await walked(it, {}, { api: { whoami, receiver: receiverOf } }).resolve()).toEqual(['1/40']);
    expect([it.gone, it.sent, asked]).toEqual([[], ['1/40'], 1]);
  });
});

describe('the audit of the filter', () => {
  const quickSince = (state: PollState): PollState => ({
    ...state,
    ...{ horizon: START + 3_000, quickUntil: START + 3_000 },
  });

  it('switches quick polls off for a day, and warns, if they have missed changes of state', async () => {
    const it = await account({ 1: old('1', '2', '3') });
    for (const id of ['1', '3']) edit(it, '1', id, { deactivated: START + 600, active: false });
    const { resolve, lookUp } = walked(it, {}, {}, quickSince(it.state()));
    await resolve();
    expect([...it.sent].sort()).toEqual(['1/1', '1/3']);
    expect(lookUp.filterOffUntil()).toBe(it.now() + 86_400);
    expect(it.logger.lines.at(-1)).toMatch(
      /^CleverReach's filter did not return 2 changes of state, .* full read has found/,
    );
  });

  it.each<[string, Partial<Receiver>, (state: PollState) => PollState]>([
    ['a change of content', { tags: ['b'] }, quickSince],
    ['a change of state without quick polls before', { deactivated: START - 600, active: false }, (state) => state],
  ])('finds no fault after %s', async (_, changed, stateOf) => {
    const it = await account({ 1: old('1', '2', '3') });
    const lines = it.logger.lines.length;
    edit(it, '1', '1', changed);
    const { resolve, lookUp } = walked(it, {}, {}, stateOf(it.state()));
    await resolve();
    expect([it.sent, lookUp.filterOffUntil(), it.logger.lines.length]).toEqual([['1/1'], undefined, lines]);
  });
});
