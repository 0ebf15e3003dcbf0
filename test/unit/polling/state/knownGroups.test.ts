import { ALL_GROUPS, KnownGroups, knownGroupsOf } from '../../../../lib/polling/state/knownGroups';
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

  it('are the highest ones if not all fit, and all lower ones', () => {
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

describe('a poll counts as known', () => {
  const first = stateFor(undefined, ALL_GROUPS, undefined);
  const all = [group('1')];

  it.each([
    ['nothing where nothing was read', first, false],
    ['what a state names', { ...first, groups: new KnownGroups(new Set(['1'])) }, true],
    ['all groups where it begins at a time', stateFor(undefined, ALL_GROUPS, 1_700_000_000), true],
    [
      'all groups where an earlier version has stored a time',
      stateFor(parseSnapshot({ lastUpdated: 5 }), ALL_GROUPS, 0),
      true,
    ],
    ['no groups where a first read names none', stateFor(parseSnapshot({}), ALL_GROUPS, undefined), false],
  ])('%s', (_, state, isKnown) => {
    expect(knownGroupsOf(state, all)?.has('1')).toBe(isKnown);
  });

  it('no groups if it reads one group', () => {
    expect(knownGroupsOf(stateFor(undefined, '1', undefined), all)).toBeUndefined();
  });
});
