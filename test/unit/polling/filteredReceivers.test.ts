import type { CleverReachApi, FilterQuery, Receiver } from '../../../lib/cleverreach/types';
import { advice, permissionAdvice } from '../../../lib/http/errorAdvice';
import { filteredReceivers } from '../../../lib/polling/filteredReceivers';
import type { PollSettings } from '../../../lib/polling/pollSettings';
import { emptyRetry, emptySeen } from '../../../lib/polling/state/boundedNotes';
import type { PollState } from '../../../lib/polling/state/snapshot';
import { AuthorisationError, NotFoundError, RejectedError, TemporaryError } from '../../../lib/utils/errors';
import { group, old, polledAccount, START, type PolledAccount } from '../../support/polling/account';
import { receiver } from '../../support/receiver';

const HORIZON = START - 60;
const before = (changed: Partial<PollState> = {}): PollState => ({
  ...{ horizon: HORIZON, scope: 'all', seen: emptySeen(), retry: emptyRetry() },
  ...changed,
});
const changed = (id: string, members: Partial<Receiver> = {}): Receiver =>
  receiver(id, { registered: HORIZON - 500, activated: HORIZON + 1, ...members });

interface Found {
  /** As `group/id`, or the problem. */
  found: string[] | { problem: string | undefined };
  receivers: Receiver[];
}

async function find(
  it: PolledAccount,
  {
    state = before(),
    api = {},
    settings = {},
  }: { state?: PollState; api?: Partial<CleverReachApi>; settings?: Partial<PollSettings> } = {},
): Promise<Found> {
  const result = await filteredReceivers(state, it.settings(settings), it.io({ api }));
  if ('problem' in result) return { found: result, receivers: [] };
  return {
    found: result.rows.map(
      ({ group: { id, name }, receiver: one }) => `${id}/${one.id}${name === `G${id}` ? '' : '?'}`,
    ),
    receivers: result.rows.map((row) => row.receiver),
  };
}

/** A filter that returns these rows, in pages, and none for other timestamps. */
const filter =
  (rows: Partial<Record<FilterQuery['field'], readonly Receiver[]>>): CleverReachApi['receiversChangedAfter'] =>
  (_, { field, page, pageSize }) =>
    Promise.resolve(rows[field]?.slice(page * pageSize, (page + 1) * pageSize) ?? []);

describe('the filter of CleverReach', () => {
  it.each([
    ['one group is read', { 7: old('1') }, ['7']],
    ['all groups are read', { 7: old('1'), 8: old('2') }, []],
  ])('is asked for each of four timestamps, in pages of 1,000 rows, if %s', async (_, rows, groups) => {
    const asked: unknown[] = [];
    const receiversChangedAfter: CleverReachApi['receiversChangedAfter'] = (...request) => {
      asked.push(request);
      return Promise.resolve([]);
    };
    expect((await find(polledAccount(rows), { api: { receiversChangedAfter } })).found).toEqual([]);
    expect(asked).toEqual(
      ['registered', 'activated', 'deactivated', 'bounced'].map((field) => [
        groups,
        { field, after: HORIZON, page: 0, pageSize: 1_000 },
      ]),
    );
  });

  it('selects receivers, which are then read by id, each once', async () => {
    const jo = { email: 'zoe.mueller@example.org', attributes: { nachname: 'Müller-Lüdenscheidt' }, tags: ['Kundin'] };
    const row = changed('2', { ...jo, registered: HORIZON + 1, bounced: HORIZON + 2, active: false });
    const it = polledAccount({ 7: [...old('1'), row], 8: [row, changed('3')] });
    // rows of the filter have no attributes
    const receiversChangedAfter: CleverReachApi['receiversChangedAfter'] = async (groups, query) =>
      (await it.api.receiversChangedAfter(groups, query)).map((one) => ({ ...one, attributes: {}, tags: [] }));
    const { found, receivers } = await find(it, { api: { receiversChangedAfter } });
    expect(found).toEqual(['7/2', '8/2', '8/3']);
    expect(receivers[0]).toMatchObject(jo);
    expect(it.asked.filter((request) => request.startsWith('ids'))).toEqual(['ids 2 of 7', 'ids 2 3 of 8']);
  });

  it('selects changes from the second after the horizon on, and for a week', async () => {
    const week = 7 * 86_400;
    const rows = [HORIZON, HORIZON + 1, HORIZON + week, HORIZON + week + 1].map((activated, index) =>
      changed(String(index + 1), { activated, group_id: '7' }),
    );
    const it = polledAccount({ 7: rows });
    expect((await find(it, { api: { receiversChangedAfter: filter({ activated: rows }) } })).found).toEqual([
      '7/2',
      '7/3',
    ]);
  });

  it.each(['registered', 'activated', 'deactivated', 'bounced'] as const)(
    'is not to be trusted if it returns a row with an earlier timestamp "%s"',
    async (field) => {
      const rows = [changed('1', { registered: HORIZON, [field]: HORIZON - 1, group_id: '7' })];
      const { found } = await find(polledAccount({ 7: rows }), {
        api: { receiversChangedAfter: filter({ [field]: rows }) },
      });
      expect(found).toEqual({
        problem: `CleverReach's filter returned receivers that do not match the rule "${field}".`,
      });
    },
  );

  it('may return 1,500 rows in all; with more, a full read is simpler', async () => {
    const rows = (count: number): Receiver[] =>
      Array.from({ length: count }, (_, index) =>
        changed(String(index + 1), { bounced: HORIZON + 1, group_id: '7', active: false }),
      );
    const it = polledAccount({ 7: rows(2) });
    const found = async (activated: number, bounced: number): Promise<Found['found']> => {
      const receiversChangedAfter = filter({ activated: rows(activated), bounced: rows(bounced) });
      return (await find(it, { api: { receiversChangedAfter } })).found;
    };
    expect(await found(750, 750)).toEqual(['7/1', '7/2']);
    expect([await found(750, 751), await found(1_501, 0)]).toEqual([{ problem: undefined }, { problem: undefined }]);
  });

  it('is asked for another page only after a full one', async () => {
    const pagesFor = async (count: number): Promise<number[]> => {
      const rows = Array.from({ length: count }, (_, index) => changed(String(index + 1), { group_id: '8' }));
      const pages: number[] = [];
      const receiversChangedAfter: CleverReachApi['receiversChangedAfter'] = (groups, query) => {
        if (query.field === 'activated') pages.push(query.page);
        return filter({ activated: rows })(groups, query);
      };
      await find(polledAccount({ 7: [] }), { api: { receiversChangedAfter } });
      return pages;
    };
    expect([await pagesFor(999), await pagesFor(1_000), await pagesFor(1_001)]).toEqual([[0], [0, 1], [0, 1]]);
  });

  it('may return receivers without their group, which may then be in any group, and those of groups that are not read', async () => {
    const bare = changed('1');
    const it = polledAccount({ 7: [bare], 8: old('2'), 9: [bare] });
    const rows = [bare, changed('2', { group_id: '5' })];
    expect((await find(it, { api: { receiversChangedAfter: filter({ activated: rows }) } })).found).toEqual([
      '7/1',
      '9/1',
    ]);
    expect(it.asked).toEqual(['ids 1 of 7', 'ids 1 of 8', 'ids 1 of 9']);
  });

  it.each<[string, Error, string]>([
    ['rejected', new RejectedError(`Bad Request: unknown field ${advice.query}`, 400), 'Bad Request: unknown field'],
    ['not found', new NotFoundError(`Not Found ${advice.notFound}`), 'Not Found'],
    [
      'not permitted',
      new AuthorisationError(`Forbidden ${permissionAdvice('POST /v3/receivers/filter')}`, 403),
      'Forbidden',
    ],
  ])('that refuses a request is a problem without advice for the step: %s', async (_, error, reason) => {
    const { found } = await find(polledAccount({ 7: old('1') }), {
      api: { receiversChangedAfter: () => Promise.reject(error) },
    });
    expect(found).toEqual({ problem: `CleverReach's filter refused a request: ${reason}` });
  });

  it('that cannot be reached is an error of the poll', async () => {
    const away = new TemporaryError('CleverReach is away.');
    const asked = find(polledAccount({ 7: old('1') }), { api: { receiversChangedAfter: () => Promise.reject(away) } });
    await expect(asked).rejects.toBe(away);
  });
});

describe('receivers of the retry list', () => {
  it('are read like those of the filter, if their group is still read', async () => {
    const it = polledAccount({ 7: [changed('1'), ...old('2', '4')], 8: old('3') });
    const retry = emptyRetry();
    for (const [groupId, id] of [
      ['8', '3'],
      ['7', '2'],
      ['7', '1'],
      ['6', '4'],
    ] as const)
      retry.set({ groupId, id }, 'c');
    expect((await find(it, { state: before({ retry }) })).found).toEqual(['7/1', '7/2', '8/3']);
    expect(it.asked.filter((request) => request.startsWith('ids'))).toEqual(['ids 2 1 of 7', 'ids 3 of 8']);
  });

  it.each([
    [2, [2, 2, 1]],
    [5, [5]],
    [5_000, [5]],
  ])('are read in lists of at most a page of %d', async (pageSize, sizes) => {
    const ids = ['1', '2', '3', '4', '5'];
    const asked: number[] = [];
    const it = polledAccount({ 7: ids.map((id) => changed(id)) });
    const receiversByIds: CleverReachApi['receiversByIds'] = (groupId, some) => {
      asked.push(some.length);
      return it.api.receiversByIds(groupId, some);
    };
    const { found } = await find(it, { api: { receiversByIds }, settings: { pageSize } });
    expect([found, asked]).toEqual([ids.map((id) => `7/${id}`), sizes]);
  });

  it('are read in lists of at most 500', async () => {
    const rows = Array.from({ length: 501 }, (_, index) => changed(String(index + 1)));
    const asked: number[] = [];
    const it = polledAccount({ 7: rows });
    const receiversByIds: CleverReachApi['receiversByIds'] = (groupId, some) => {
      asked.push(some.length);
      return it.api.receiversByIds(groupId, some);
    };
    await find(it, { api: { receiversByIds }, settings: { pageSize: 5_000 } });
    expect(asked).toEqual([500, 1]);
  });
});

describe('a group that cannot be read', () => {
  const gone = new NotFoundError(`Not Found: invalid group ${advice.notFound}`);
  const apiOf = (it: PolledAccount, listed: readonly string[]): Partial<CleverReachApi> => ({
    groups: () => Promise.resolve(listed.map(group)),
    receiversByIds: (groupId, ids) => (groupId === '7' ? Promise.reject(gone) : it.api.receiversByIds(groupId, ids)),
  });

  it('was deleted if CleverReach no longer lists it: the log says so, and the others are read', async () => {
    const it = polledAccount({ 7: [changed('1')], 8: [changed('2')] });
    expect((await find(it, { api: apiOf(it, ['8']) })).found).toEqual(['8/2']);
    expect(it.logger.lines).toEqual([
      expect.stringMatching(/Group 7 was deleted while it was read: Not Found: invalid group$/),
    ]);
  });

  it.each([
    ['still exists', 'all', ['7', '8']],
    ['is the only one that the step reads', '7', []],
  ])('is left to a full read if it %s', async (_, scope, listed) => {
    const it = polledAccount({ 7: [changed('1')], 8: [changed('2')] });
    const { found } = await find(it, { state: before({ scope }), api: apiOf(it, listed) });
    expect(found).toEqual({ problem: undefined });
    expect(it.logger.lines).toEqual([
      expect.stringMatching(
        /The quick poll could not look up receivers, so a full read follows\. Not Found: invalid group/,
      ),
    ]);
  });

  it('is left to a full read if CleverReach refuses the look-up', async () => {
    const it = polledAccount({ 7: [changed('1')] });
    const refused = new RejectedError('no', 400);
    const { found } = await find(it, { api: { receiversByIds: () => Promise.reject(refused) } });
    expect(found).toEqual({ problem: undefined });
  });
});
