import type { GroupList } from '../../../../lib/cleverreach/types';
import {
  ALL_GROUPS,
  isKnownGroup,
  KnownGroups,
  knownGroupsOf,
  listedGroups,
  noGroupsText,
} from '../../../../lib/polling/state/knownGroups';
import { parseSnapshot } from '../../../../lib/polling/state/snapshot';
import { stateFor } from '../../../../lib/polling/state/startState';

const group = (id: string): { id: string; name: string } => ({ id, name: '' });
const again = (known: KnownGroups): KnownGroups => KnownGroups.unpack(known.pack());

describe('the groups that were read', () => {
  it('are restored unchanged from a snapshot, even if their ids are not numbers, or if there are no groups', () => {
    const known = again(new KnownGroups(new Set(['10', '9', 'a b', '<'])));
    expect(known.pack()).toBe('9 10 %3C a%20b');
    expect(['9', '10', 'a b', '<', '8', 'a'].map((id) => known.has(id))).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(again(new KnownGroups(new Set())).has('1')).toBe(false);
  });

  it('are stored by their highest ids only if not all fit, and all lower ids count as read', () => {
    const ids = Array.from({ length: 1000 }, (_, index) => String(500_000 + index));
    const known = again(new KnownGroups(new Set(ids)));
    expect(known.pack().length).toBeLessThanOrEqual(600);
    expect(['1', '500000', '500999', '501000'].map((id) => known.has(id))).toEqual([true, true, true, false]);
    const more = again(again(known.with([group('501000')])));
    expect(['1', '500000', '500999', '501000', '501001'].map((id) => more.has(id))).toEqual([
      ...[true, true, true, true],
      false,
    ]);
  });

  it('are forgotten when they no longer exist', () => {
    const known = new KnownGroups(new Set(['1', '2'])).among([group('2'), group('3')]);
    expect(['1', '2', '3'].map((id) => known.has(id))).toEqual([false, true, false]);
  });
});

describe('the ids of the groups in a snapshot', () => {
  const idsOf = (count: number): string[] => Array.from({ length: count }, (_, index) => String(10_000 + index));

  it('are cut to 600 characters; the lowest ids are dropped first', () => {
    // 100 ids of five digits, and 99 blanks
    expect(new KnownGroups(new Set(idsOf(100))).pack()).toHaveLength(599);
    const cut = new KnownGroups(new Set([...idsOf(99), '100000'])).pack();
    expect([cut.length, cut.slice(0, 13)]).toEqual([1 + 600 - 6, '<10001 10002 ']);
    expect(KnownGroups.unpack(cut).has('10000')).toBe(true);
  });

  it('are sorted as numbers, and stay marked as cut', () => {
    expect(new KnownGroups(new Set(['10', '9', '7']), '7').pack()).toBe('<7 9 10');
    expect(new KnownGroups(new Set(['10', '9'])).pack()).toBe('9 10');
  });

  it('include at least one id, however long it is', () => {
    const long = 'x'.repeat(700);
    expect(new KnownGroups(new Set(['5', long])).pack()).toBe(`<${long}`);
    expect(new KnownGroups(new Set([long])).pack()).toBe(long);
  });

  it('may be none', () => {
    expect([new KnownGroups(new Set()).pack(), again(new KnownGroups(new Set())).pack()]).toEqual(['', '']);
    expect(KnownGroups.unpack('<').has('1')).toBe(false);
  });

  it('include all ids below the lowest one if they are cut, and only then', () => {
    const [cut, all] = [KnownGroups.unpack('<7 9'), KnownGroups.unpack('7 9')];
    expect(['6', '7', '8', '9', '10'].map((id) => cut.has(id))).toEqual([true, true, false, true, false]);
    expect(['6', '7', '8', '9', '10'].map((id) => all.has(id))).toEqual([false, true, false, true, false]);
  });
});

describe('the groups that a poll reads', () => {
  const known = new KnownGroups(new Set(['1', '2']));
  const lists = (...answers: GroupList[]): { asked: number; groupList: () => Promise<GroupList> } => {
    const api = {
      asked: 0,
      groupList: (): Promise<GroupList> => {
        const answer = answers[api.asked];
        api.asked += 1;
        return answer ? Promise.resolve(answer) : Promise.reject(new Error('no further list'));
      },
    };
    return api;
  };
  const named = (id: string): { id: string; name: string } => ({ id, name: `Kundinnen ${id}` });

  it.each([
    ['all known groups are listed', known],
    ['it reads one group', undefined],
  ])('are those of one list if %s', async (_, before) => {
    const list = { groups: before ? [group('3'), group('2'), group('1')] : [], serverTime: 5 };
    const api = lists(list);
    expect([await listedGroups(api, before), api.asked]).toEqual([list, 1]);
  });

  it('are those of two lists if a known one is missing from the first: one of them may be incomplete', async () => {
    const api = lists(
      { groups: [named('1'), group('4')], serverTime: 5 },
      { groups: [group('1'), group('2')], serverTime: 7 },
    );
    const list = await listedGroups(api, known);
    expect(list).toEqual({ groups: [group('1'), group('2'), group('4')], serverTime: 7 });
    expect(api.asked).toBe(2);
  });

  it('are none if both lists are empty, and the log says that the snapshot stays', async () => {
    const { groups } = await listedGroups(lists({ groups: [] }, { groups: [] }), known);
    expect(groups).toEqual([]);
    expect(noGroupsText(groups, known)).toMatch(
      /^CleverReach lists no groups, although the last poll has read some\. .* the snapshot stays as it is\. If all groups were deleted on purpose, stop the flow\.$/,
    );
  });

  it('may be none if none was known, or if one group is read', () => {
    expect(noGroupsText([], new KnownGroups(new Set()))).toBeUndefined();
    expect(noGroupsText([], undefined)).toBeUndefined();
    expect(noGroupsText([group('7')], known)).toBeUndefined();
  });

  it('are known if they were read before; for a poll of one group, every group is known', () => {
    expect([isKnownGroup(known, '1'), isKnownGroup(known, '3'), isKnownGroup(undefined, '3')]).toEqual([
      true,
      false,
      true,
    ]);
    expect([known.areIn([group('2'), group('1')]), known.areIn([group('1'), group('3')])]).toEqual([true, false]);
  });
});

describe('the known groups of a poll', () => {
  const first = stateFor(undefined, ALL_GROUPS, undefined);
  const all = [group('1')];

  it.each([
    ['are none if nothing was read', first, false],
    ['are those that the state names', { ...first, groups: new KnownGroups(new Set(['1'])) }, true],
    ['are all if the poll begins at a start time', stateFor(undefined, ALL_GROUPS, 1_700_000_000), true],
    [
      'are all if an earlier version has stored a time',
      stateFor(parseSnapshot({ lastUpdated: 5 }), ALL_GROUPS, 0),
      true,
    ],
    ['are none if a first read names none', stateFor(parseSnapshot({}), ALL_GROUPS, undefined), false],
  ])('%s', (_, state, isKnown) => {
    expect(knownGroupsOf(state, all)?.has('1')).toBe(isKnown);
  });

  it('are all while a first read from the beginning is under way, unless the state names some', () => {
    const read = {} as NonNullable<(typeof first)['read']>;
    expect(knownGroupsOf({ ...first, read }, all)?.has('1')).toBe(true);
    expect(knownGroupsOf({ ...first, read, groups: new KnownGroups(new Set()) }, all)?.has('1')).toBe(false);
  });

  it('are undefined for a poll of one group', () => {
    expect(knownGroupsOf(stateFor(undefined, '1', undefined), all)).toBeUndefined();
  });
});
