import { detail, type Receiver } from '../../../../lib/cleverreach/types';
import { ChangeFilter } from '../../../../lib/polling/changes/changeFilter';
import { LOOKBACK } from '../../../../lib/polling/changes/receiverContent';
import type { Reconciliation } from '../../../../lib/polling/changes/reconciliation';
import { reconciliationOf } from '../../../support/polling/reconciliation';
import type { Member } from '../../../../lib/polling/changes/differences';
import { KnownGroups } from '../../../../lib/polling/state/knownGroups';
import {
  parseSnapshot,
  SNAPSHOT_ROOM,
  toSnapshot,
  type Pass,
  type PollState,
  type SnapshotRoom,
} from '../../../../lib/polling/state/snapshot';
import { stateFor } from '../../../../lib/polling/state/startState';
import { receiver } from '../../../support/receiver';

const START = 1_764_000_000;
const HOUR = 3_600;
const SMALL = SNAPSHOT_ROOM['elastic.io'];
const FIRST = stateFor(undefined, '9', undefined);

interface Outcome {
  changes: Reconciliation;
  passes: Pass[];
  sent: string[];
  gone: string[];
  /** As the next poll finds it. */
  state: PollState;
}

const members = (...receivers: Receiver[]): Member[] => receivers.map((one) => ({ groupId: '9', receiver: one }));
/** Registered long before the polls. */
const old = (id: string, changed: Partial<Receiver> = {}): Receiver =>
  receiver(id, { registered: START - 90_000, activated: START - 90_000, ...changed });
const ids = (count: number, first = 1): string[] => Array.from({ length: count }, (_, index) => String(first + index));
const stored = (state: PollState): PollState =>
  stateFor(parseSnapshot(JSON.parse(JSON.stringify(toSnapshot(state, SNAPSHOT_ROOM.oih)))), state.scope, undefined);

/** Reads the rows in one pass, and emits those that are due. */
function walk(changes: Reconciliation, rows: readonly Member[], sent: string[]): void {
  for (const { groupId, receiver: row } of rows) {
    if (changes.judge(groupId, row).verdict === 'due') {
      sent.push(`${groupId}/${row.id}`);
      changes.delivered(groupId, row);
    }
    changes.addRow(groupId, row);
  }
}

/** Goes on after the first pass. */
function end(changes: Reconciliation, rows: readonly Member[], sent: string[], lookedUp = rows): Outcome {
  const passes: Pass[] = [changes.read.pass];
  for (let pass = changes.nextPass(); pass; pass = changes.nextPass()) {
    passes.push(pass);
    changes.begin(pass);
    walk(changes, rows, sent);
  }
  const differing = changes.differences.inSketch();
  const found = lookedUp.filter(({ receiver: row }) => differing.includes(row.id));
  changes.differences.begin(differing);
  for (const { groupId, receiver: row } of found) {
    if (changes.differences.isAsEmitted(groupId, row)) continue;
    sent.push(`${groupId}/${row.id}`);
    changes.delivered(groupId, row);
  }
  changes.differences.resolve(differing, found);
  const gone = differing.filter((id) => !found.some(({ receiver: row }) => row.id === id));
  return { changes, passes, sent, gone, state: stored(changes.finish()) };
}

/** A full read of these rows. */
function read(
  before: PollState,
  rows: readonly Member[],
  now: number,
  { room = SMALL, lookedUp = rows }: { room?: SnapshotRoom; lookedUp?: readonly Member[] } = {},
): Outcome {
  const changes = reconciliationOf(before, now, room);
  const sent: string[] = [];
  walk(changes, rows, sent);
  return end(changes, rows, sent, lookedUp);
}

/** The state after a first read of these rows. */
const after = (rows: readonly Member[], now = START): PollState => read(FIRST, rows, now).state;

describe('a first read', () => {
  it('sends all receivers, and the next one none of them', () => {
    const rows = members(...ids(300).map((id) => old(id)));
    const first = read(FIRST, rows, START);
    expect([first.sent.length, first.passes, first.gone]).toEqual([300, ['first'], []]);
    expect(first.state.full).toEqual({ at: START, horizon: START - LOOKBACK, requests: 0, rows: 300 });
    const second = read(first.state, rows, START + HOUR);
    expect([second.sent, second.passes, second.gone]).toEqual([[], ['first'], []]);
    expect(second.state.horizon).toBe(START + HOUR - LOOKBACK);
  });

  it('from a start time sends what was modified later, and the next one compares all receivers', () => {
    const rows = members(
      old('1'),
      old('2', { events: [{ stamp: START - 5, type: 'api' }] }),
      old('3', { deactivated: START - 7 }),
      old('4', { events: [{ stamp: START - 5, type: 'mail_open' }] }),
    );
    const first = read(stateFor(undefined, '9', START - 100), rows, START);
    expect(first.sent).toEqual(['9/2', '9/3']);
    const changed = members(...rows.map(({ receiver: row }) => ({ ...row, tags: row.id === '1' ? ['new'] : [] })));
    expect(read(first.state, changed, START + HOUR).sent).toEqual(['9/1']);
  });

  it('after the snapshot of an earlier version sends what was modified since', () => {
    const rows = members(old('1'), old('2', { events: [{ stamp: START - 5, type: 'api' }] }));
    const before = stateFor(parseSnapshot({ version: 1, lastUpdated: START - 100, scope: '9' }), '9', undefined);
    expect(read(before, rows, START).sent).toEqual(['9/2']);
  });
});

describe('a change', () => {
  const before = after(members(old('1'), old('2'), old('3', { active: false, activated: 0 })));
  const at = START + 600;

  it.each<[string, Receiver[], string[], string[]]>([
    ['of an attribute is sent', [old('2', { attributes: { a: 'b' } })], ['9/2'], []],
    ['of the address is sent', [old('2', { email: 'new@example.org' })], ['9/2'], []],
    ['of tags is sent', [old('2', { tags: ['b'] })], ['9/2'], []],
    ['of state is sent', [old('2', { deactivated: at, active: false })], ['9/2'], []],
    ['of state that became visible late is sent', [old('2', { deactivated: START - HOUR })], ['9/2'], []],
    ['of state and content is sent once', [old('2', { bounced: at, tags: ['b'] })], ['9/2'], []],
    ['of state in the far future is sent', [old('2', { bounced: START + 10 * 365 * 86_400 })], ['9/2'], []],
    ['by a registration is sent', [old('2'), old('4', { registered: at })], ['9/4'], []],
    ['by a registration that became visible late is sent', [old('2'), old('4')], ['9/4'], []],
    ['by a deletion is reported', [], [], ['2']],
    ['of nothing is not sent', [old('2', { points: 7, events: [{ stamp: at, type: 'mail_open' }] })], [], []],
  ])('%s', (_, rows, sent, gone) => {
    const all = members(old('1'), ...rows, old('3', { active: false, activated: 0 }));
    const outcome = read(before, all, START + HOUR);
    expect([outcome.sent, outcome.gone, outcome.passes]).toEqual([sent, gone, ['first']]);
    const next = read(outcome.state, all, START + 2 * HOUR);
    expect([next.sent, next.gone]).toEqual([[], []]);
  });

  it('that is taken back is sent again', () => {
    const changed = read(before, members(old('1'), old('2', { tags: ['b'] }), old('3')), START + HOUR);
    const back = read(changed.state, members(old('1'), old('2'), old('3')), START + 2 * HOUR);
    expect(back.sent).toEqual(['9/2']);
  });

  it('of state takes no room in the sketch, however many there are', () => {
    const many = ids(600);
    const state = after(members(...many.map((id) => old(id))));
    const rows = members(...many.map((id) => old(id, { deactivated: at, active: false })));
    const outcome = read(state, rows, START + HOUR);
    expect([outcome.sent.length, outcome.passes]).toEqual([600, ['first']]);
    expect(read(outcome.state, rows, START + 2 * HOUR).sent).toEqual([]);
  });

  it('is found even if the horizon of the last read comes from a clock that was years ahead', () => {
    const ahead = after(members(old('1'), old('2')), START + 10 * 365 * 86_400);
    const outcome = read(ahead, members(old('1', { deactivated: at }), old('2')), START + HOUR);
    expect([outcome.sent, outcome.state.horizon]).toEqual([['9/1'], START + HOUR - LOOKBACK]);
  });

  it('by a move to another group is sent with the other group', () => {
    const state = { ...after(members(old('1'), old('2'))), groups: new KnownGroups(new Set(['8', '9'])) };
    const rows = [...members(old('1')), { groupId: '8', receiver: old('2') }];
    const outcome = read(state, rows, START + HOUR);
    expect([outcome.sent, outcome.gone]).toEqual([['8/2'], []]);
  });

  it('by a new group is sent with all receivers of the group, however old they are', () => {
    const state = { ...after(members(old('1'))), groups: new KnownGroups(new Set(['9'])) };
    const rows = [...members(old('1')), ...['1', '5'].map((id) => ({ groupId: '10', receiver: old(id) }))];
    const outcome = read(state, rows, START + HOUR);
    expect([outcome.sent, outcome.gone]).toEqual([['10/1', '10/5'], []]);
    const known = { ...outcome.state, groups: new KnownGroups(new Set(['9', '10'])) };
    expect(read(known, rows, START + 2 * HOUR).sent).toEqual([]);
  });
});

describe('a change shortly before a read', () => {
  const fresh = old('1', { activated: START - 10 });
  const before = after(members(fresh, old('2')));

  it('is noted, and not sent again while it lies after the horizon', () => {
    expect(before.seen.size).toBe(1);
    const changes = reconciliationOf(before, START + 20, SMALL);
    expect(changes.judge('9', fresh)).toEqual({ verdict: 'known', changes: [] });
    const outcome = read(before, members(fresh, old('2')), START + 20);
    expect([outcome.sent, outcome.state.seen.size]).toEqual([[], 1]);
  });

  it('is forgotten once the horizon has passed it', () => {
    const outcome = read(before, members(fresh, old('2')), START + HOUR);
    expect([outcome.sent, outcome.state.seen.size]).toEqual([[], 0]);
    expect(read(outcome.state, members(fresh, old('2')), START + 2 * HOUR).sent).toEqual([]);
  });

  it('is sent again if the content has changed since', () => {
    expect(read(before, members({ ...fresh, tags: ['b'] }, old('2')), START + 20).sent).toEqual(['9/1']);
  });

  it('is sent again without its note, and not lost', () => {
    const withoutNote = { ...before, seen: FIRST.seen };
    expect(read(withoutNote, members(fresh, old('2')), START + 20).sent).toEqual(['9/1']);
  });

  it('leaves a note of which the read knows when it has not met the receiver', () => {
    const changes = reconciliationOf(before, START + 20, SMALL);
    walk(changes, members(old('2')), []);
    expect(changes.differences.ids()).toEqual(['1']);
  });
});

describe('the rows of a read', () => {
  const detailOf = (before: PollState, pass?: Exclude<Pass, 'first'>): number => {
    const changes = reconciliationOf(before, START + HOUR, SMALL);
    if (pass) changes.begin(pass);
    return changes.detail;
  };
  const compared = after(members(old('1')));
  const since = stateFor(undefined, '9', START - 100);

  it.each<[string, PollState, Exclude<Pass, 'first'> | undefined, number]>([
    ['of a first read', FIRST, undefined, detail.tags],
    ['of a read that compares', compared, undefined, detail.tags],
    ['of a pass for ids that are not numbers', compared, 'hashed', detail.tags],
    ['of a pass with history', compared, 'history', detail.tags | detail.events],
    ['of a pass that sends everything', compared, 'all', detail.tags],
    ['of a read from a start time', since, undefined, detail.tags | detail.events],
  ])('%s contain tags, and the history only if it is compared', (_, before, pass, expected) => {
    expect(detailOf(before, pass)).toBe(expected);
  });

  it.each([
    [30, 1],
    [LOOKBACK + 1, 1],
    [LOOKBACK + 2, 2],
    [START, START - LOOKBACK],
  ])('at second %d are compared up to second %d the next time', (now, horizon) => {
    expect(reconciliationOf(FIRST, now, SMALL).read.horizon).toBe(horizon);
  });

  it.each<[string, PollState, string]>([
    ['nothing was read', FIRST, 'all'],
    ['there is a start time', since, 'since'],
    ['there is a sketch', compared, 'changes'],
  ])('are compared with what is known: if %s', (_, before, basis) => {
    const { read: begun } = reconciliationOf(before, START + HOUR, SMALL);
    expect(begun).toMatchObject({ basis, from: before.horizon, pass: 'first', startedAt: START + HOUR });
    expect(begun).toMatchObject({ explained: 0, rows: 0, requests: 0, larger: undefined });
  });
});

describe('a step that asks for some changes only', () => {
  const before = after(members(old('1'), old('2'), old('abc')));
  const rows = members(
    old('1', { deactivated: START + 60, active: false }),
    old('2', { bounced: START + 60, active: false }),
    old('abc'),
  );
  const bounces = new ChangeFilter({ types: ['bounced'], tag: undefined });

  it('receives those, and later reads do not look for the others', () => {
    const changes = reconciliationOf(before, START + HOUR, SMALL, [], bounces);
    const verdicts = rows.map(({ groupId, receiver: row }) => changes.judge(groupId, row));
    expect(verdicts).toEqual([
      { verdict: 'filtered', changes: [] },
      { verdict: 'due', changes: ['bounced'] },
      { verdict: 'unchanged', changes: [] },
    ]);
    changes.filteredOut('9', old('1', { deactivated: START + 60, active: false }));
    changes.delivered('9', old('2', { bounced: START + 60, active: false }));
    for (const { groupId, receiver: row } of rows) changes.addRow(groupId, row);
    expect(changes.nextPass()).toBeUndefined();
    // both are explained by their timestamps
    expect(changes.read.explained).toBe(2);
    expect(read(stored(changes.finish()), rows, START + 2 * HOUR).sent).toEqual([]);
  });

  it('receives a receiver of the retry list only if one of its reasons is wanted', () => {
    const changes = reconciliationOf(before, START + HOUR, SMALL, [], bounces);
    changes.failed('9', old('1'), ['changed']);
    expect(changes.judge('9', old('1'))).toEqual({ verdict: 'filtered', changes: [] });
    changes.filteredOut('9', old('1'));
    expect(changes.judge('9', old('1'))).toEqual({ verdict: 'unchanged', changes: [] });
  });
});

describe('a clock that was set back', () => {
  it('does not hide the deletion of a receiver that was registered after the new horizon', () => {
    const recent = old('1', { registered: START - 100, activated: START - 100 });
    const before = after(members(recent, old('2')));
    const earlier = read(before, members(recent, old('2')), START - 300);
    expect([earlier.sent, earlier.gone, earlier.state.horizon]).toEqual([[], [], START - 300 - LOOKBACK]);
    const next = read(earlier.state, members(old('2')), START + HOUR);
    expect([next.sent, next.gone]).toEqual([[], ['1']]);
  });

  it('does not hide a receiver that is registered afterwards, and sends it once', () => {
    const before = after(members(old('2')));
    const fresh = old('1', { registered: START - 10, activated: START - 10 });
    const earlier = read(before, members(fresh, old('2')), START - 300);
    expect(earlier.sent).toEqual(['9/1']);
    expect(read(earlier.state, members(fresh, old('2')), START + HOUR).sent).toEqual([]);
  });
});

describe('a flow that was stopped for a month', () => {
  const now = START + 30 * 86_400;
  const before = after(members(old('1'), old('2')));

  it('sends a receiver at once that has unsubscribed shortly before the read', () => {
    const rows = members(old('1', { deactivated: now - 10, active: false }), old('2'));
    const outcome = read(before, rows, now);
    expect(outcome.sent).toEqual(['9/1']);
    expect(read(outcome.state, rows, now + 20).sent).toEqual([]);
  });

  it('sends a receiver once that was registered shortly before the read, and does not look for it afterwards', () => {
    const rows = members(old('1'), old('2'), old('3', { registered: now - 10, activated: now - 10 }));
    const first = reconciliationOf(before, now, SMALL);
    walk(first, rows.slice(0, 1), []);
    const resumed = reconciliationOf(stored(first.checkpoint(undefined)), now + 5, SMALL);
    const sent: string[] = [];
    walk(resumed, rows.slice(1), sent);
    const outcome = end(resumed, rows, sent);
    expect(outcome.sent).toEqual(['9/3']);
    const next = read(outcome.state, rows, now + 20);
    expect([next.sent, next.changes.differences.inSketch()]).toEqual([[], []]);
  });
});

describe('what this run has sent', () => {
  const before = after(members(old('1'), old('2')));
  const gone = old('1', { deactivated: START + 60, active: false });

  it('is known in the next pass, unless it has failed since or was edited', () => {
    const changes = reconciliationOf(before, START + HOUR, SMALL);
    walk(changes, members(gone, old('2')), []);
    changes.begin('history');
    expect(changes.judge('9', gone)).toEqual({ verdict: 'known', changes: [] });
    expect(changes.judge('9', { ...gone, tags: ['Kundin'] }).verdict).toBe('due');
    expect(changes.judge('9', old('2'))).toEqual({ verdict: 'unchanged', changes: [] });
    changes.failed('9', gone, ['unsubscribed']);
    expect(changes.judge('9', gone)).toEqual({ verdict: 'due', changes: ['unsubscribed', 'changed'] });
  });

  it('is not remembered by a first read, which sends everything once', () => {
    const changes = reconciliationOf(FIRST, START, SMALL);
    walk(changes, members(old('1')), []);
    expect(changes.differences.isAsEmitted('9', old('1'))).toBe(false);
  });

  it('is explained if it was modified after the horizon of the last full read', () => {
    const explained = (time: number): number => {
      const changes = reconciliationOf(before, START + HOUR, SMALL);
      changes.delivered('9', old('1', { events: [{ stamp: time, type: 'api' }] }));
      return changes.read.explained;
    };
    expect([explained(START - LOOKBACK), explained(START - LOOKBACK + 1)]).toEqual([0, 1]);
  });
});

describe('a receiver that could not be emitted', () => {
  it('is found by the filter of the snapshot if the list is full', () => {
    const changes = reconciliationOf(FIRST, START, SMALL);
    const rows = members(...ids(200).map((id) => old(id)));
    for (const { groupId, receiver: row } of rows) {
      changes.failed(groupId, row, ['new']);
      changes.addRow(groupId, row);
    }
    const state = stored(changes.finish());
    expect(Buffer.from(state.unlisted?.pack() ?? '', 'base64')).toHaveLength(SMALL.filterBytes);
    expect(read(state, rows, START + HOUR).sent).toEqual(ids(200).map((id) => `9/${id}`));
  });

  it('is due in the next read, although nothing has changed', () => {
    const changes = reconciliationOf(FIRST, START, SMALL);
    changes.failed('9', old('1'), ['changed']);
    changes.addRow('9', old('1'));
    const state = stored(changes.finish());
    const next = read(state, members(old('1')), START + HOUR);
    expect([next.sent, next.state.retry.size]).toEqual([['9/1'], 0]);
  });
});

describe('a pass for ids that are not numbers', () => {
  const before = after(members(old('abc'), old('abd'), old('1'), old('2')));

  it('follows if such an id differs, and sends only those that differ', () => {
    const rows = members(old('abc', { tags: ['b'] }), old('abd'), old('1', { tags: ['b'] }), old('2'));
    const outcome = read(before, rows, START + HOUR);
    expect(outcome.passes).toEqual(['first', 'hashed']);
    expect([...outcome.sent].sort()).toEqual(['9/1', '9/abc']);
    expect(outcome.state.full?.rows).toBe(4);
    expect(read(outcome.state, rows, START + 2 * HOUR).sent).toEqual([]);
  });

  it('continues after an interruption', () => {
    const rows = members(old('abc', { tags: ['b'] }), old('abd'), old('1'), old('2'));
    const first = reconciliationOf(before, START + HOUR, SMALL);
    const sent: string[] = [];
    walk(first, rows, sent);
    first.begin('hashed');
    const resumed = reconciliationOf(stored(first.checkpoint(undefined)), START + HOUR + 60, SMALL);
    walk(resumed, rows, sent);
    expect(resumed.nextPass()).toBeUndefined();
    expect(sent).toEqual(['9/abc']);
    expect(read(stored(resumed.finish()), rows, START + 2 * HOUR).sent).toEqual([]);
  });

  it('sends a receiver again that has changed between two passes, and changes back', () => {
    const rows = (tag: string): Member[] => members(old('abc', { tags: [tag] }), old('abd'), old('1'), old('2'));
    const changes = reconciliationOf(before, START + HOUR, SMALL);
    walk(changes, rows('b'), []);
    expect(changes.nextPass()).toBe('hashed');
    changes.begin('hashed');
    const sent: string[] = [];
    walk(changes, rows('c'), sent);
    expect(sent).toEqual(['9/abc']);
    expect(changes.nextPass()).toBeUndefined();
    expect(read(stored(changes.finish()), rows('b'), START + 2 * HOUR).sent).toEqual(['9/abc']);
  });

  it('leaves a receiver with a number as id to the look-up, even if it has changed between two passes', () => {
    const rows = (tag: string): Member[] => members(old('abc', { tags: ['b'] }), old('1', { tags: [tag] }), old('2'));
    const changes = reconciliationOf(before, START + HOUR, SMALL);
    walk(changes, [...rows('b'), ...members(old('abd'))], []);
    changes.begin('hashed');
    const sent: string[] = [];
    walk(changes, rows('c'), sent);
    const outcome = end(changes, rows('c'), sent);
    expect([...outcome.sent].sort()).toEqual(['9/1', '9/abc']);
    expect(read(outcome.state, [...rows('c'), ...members(old('abd'))], START + 2 * HOUR).sent).toEqual([]);
    expect(read(outcome.state, [...rows('b'), ...members(old('abd'))], START + 2 * HOUR).sent).toEqual(['9/1']);
  });

  it('finds such a receiver in each of its groups', () => {
    const inBoth = (...tags: string[]): Member[] =>
      ['8', '9'].flatMap((groupId) => ['abc', '1'].map((id) => ({ groupId, receiver: old(id, { tags }) })));
    const first = after(inBoth());
    const outcome = read(first, inBoth('Kundin'), START + HOUR);
    expect([outcome.passes, [...outcome.sent].sort()]).toEqual([
      ['first', 'hashed'],
      ['8/1', '8/abc', '9/1', '9/abc'],
    ]);
    expect(read(outcome.state, inBoth('Kundin'), START + 2 * HOUR).sent).toEqual([]);
    expect(read(outcome.state, inBoth(), START + 2 * HOUR).sent).toHaveLength(4);
  });

  it('cannot identify a deletion, and the sketch contains the rest', () => {
    const rows = members(old('abd'), old('1'), old('2'));
    const outcome = read(before, rows, START + HOUR);
    expect([outcome.passes, outcome.sent, outcome.gone]).toEqual([['first', 'hashed'], [], []]);
    expect(read(outcome.state, rows, START + 2 * HOUR).passes).toEqual(['first']);
  });
});

describe('more differences than the sketch can name', () => {
  const all = ids(400);
  const before = after(members(...all.map((id) => old(id))));
  const api = [{ stamp: START + 60, type: 'api' }];
  const changedRows = (count: number, changed: Partial<Receiver>): Member[] =>
    members(...all.map((id) => old(id, Number(id) <= count ? changed : {})));

  it('are found by the history, if it explains them', () => {
    const rows = changedRows(260, { tags: ['b'], events: api });
    const outcome = read(before, rows, START + HOUR);
    expect(outcome.passes).toEqual(['first', 'history']);
    expect(outcome.sent).toEqual(ids(260).map((id) => `9/${id}`));
    expect(read(outcome.state, rows, START + 2 * HOUR)).toMatchObject({ sent: [], passes: ['first'] });
  });

  it('are not looked up one by one', () => {
    const outcome = read(before, changedRows(260, { tags: ['b'], events: api }), START + HOUR);
    expect([outcome.changes.differences.inSketch(), outcome.gone]).toEqual([[], []]);
  });

  it('do not repeat the changes of state that the first pass has sent', () => {
    const rows = changedRows(260, { tags: ['b'], events: api });
    rows.push(...members(old('1000', { registered: START + 600 })));
    const outcome = read(before, rows, START + HOUR);
    expect(outcome.passes).toEqual(['first', 'history']);
    expect(outcome.sent.filter((one) => one === '9/1000')).toHaveLength(1);
    expect(outcome.sent).toHaveLength(261);
  });

  it('cause every receiver to be sent, if the history does not explain them', () => {
    const rows = changedRows(260, { tags: ['b'] });
    const outcome = read(before, rows, START + HOUR);
    expect(outcome.passes).toEqual(['first', 'history', 'all']);
    expect(outcome.sent).toEqual(all.map((id) => `9/${id}`));
    expect(read(outcome.state, rows, START + 2 * HOUR)).toMatchObject({ sent: [], passes: ['first'] });
  });

  it('cause every receiver to be sent if the account has shown a change without a trace', () => {
    const rows = changedRows(260, { tags: ['b'], events: api });
    const outcome = read({ ...before, untraced: true }, rows, START + HOUR);
    expect(outcome.passes).toEqual(['first', 'history', 'all']);
    expect(outcome.sent).toHaveLength(400);
  });

  it('count as explained from three quarters of the cells on', () => {
    const explained = (count: number): Pass[] => {
      const rows = members(
        ...all.map((id) =>
          old(id, Number(id) <= 300 ? { tags: ['b'], ...(Number(id) <= count && { events: api }) } : {}),
        ),
      );
      return read(before, rows, START + HOUR).passes;
    };
    expect([explained(191), explained(192)]).toEqual([
      ['first', 'history', 'all'],
      ['first', 'history'],
    ]);
  });
});

describe('a sketch', () => {
  const growing: SnapshotRoom = { bytes: 1_000_000, filterBytes: 900, cells: 64, maxCells: 256 };

  it.each([
    [512, 64],
    [513, 128],
    [1_024, 128],
    [5_000, 256],
  ])('of an account with %d receivers grows to %d cells if there is room', (count, cells) => {
    const rows = members(...ids(count).map((id) => old(id)));
    const first = read(FIRST, rows, START, { room: growing });
    expect(first.state.sketch?.cells).toBe(64);
    const second = read(first.state, rows, START + HOUR, { room: growing });
    expect([second.sent, second.state.sketch?.cells]).toEqual([[], cells]);
    const changed = rows.map((row, index) => (index === 3 ? { ...row, receiver: old('4', { tags: ['b'] }) } : row));
    const third = read(second.state, changed, START + 2 * HOUR, { room: growing });
    expect([third.sent, third.gone]).toEqual([['9/4'], []]);
  });

  it('does not grow on elastic.io', () => {
    const rows = members(...ids(3_000).map((id) => old(id)));
    const second = read(after(rows), rows, START + HOUR);
    expect(second.state.sketch?.cells).toBe(256);
  });

  it('that is built next to a smaller one contains what was looked up', () => {
    const rows = members(...ids(600).map((id) => old(id)));
    const { state } = read(FIRST, rows, START, { room: growing });
    const seen = rows.map((row, index) => (index === 3 ? { ...row, receiver: old('4', { tags: ['b'] }) } : row));
    const lookedUp = rows.map((row, index) => (index === 3 ? { ...row, receiver: old('4', { tags: ['c'] }) } : row));
    const outcome = read(state, seen, START + HOUR, { room: growing, lookedUp });
    expect(outcome.sent).toEqual(['9/4']);
    expect(read(outcome.state, lookedUp, START + 2 * HOUR, { room: growing }).sent).toEqual([]);
    expect(read(outcome.state, seen, START + 2 * HOUR, { room: growing }).sent).toEqual(['9/4']);
  });
});

describe('a receiver that changes between its row and the look-up', () => {
  const before = after(members(old('1'), old('2')));
  const one = members(old('1', { tags: ['one'] }), old('2'));
  const two = members(old('1', { tags: ['two'] }), old('2'));

  it('is sent as it was looked up, and again if it changes back to its row', () => {
    const outcome = read(before, one, START + HOUR, { lookedUp: two });
    expect(outcome.sent).toEqual(['9/1']);
    expect(read(outcome.state, two, START + 2 * HOUR).sent).toEqual([]);
    expect(read(outcome.state, one, START + 2 * HOUR).sent).toEqual(['9/1']);
  });

  it('is noted if an earlier run has read its row', () => {
    const first = reconciliationOf(before, START + HOUR, SMALL);
    walk(first, one, []);
    const resumed = reconciliationOf(stored(first.checkpoint(undefined)), START + HOUR + 60, SMALL);
    const outcome = end(resumed, [], [], two);
    expect([outcome.sent, outcome.state.seen.size]).toEqual([['9/1'], 1]);
    expect(read(outcome.state, one, START + 2 * HOUR).sent).toEqual(['9/1']);
  });
});

describe('a read that resumes after an interruption', () => {
  const all = ids(20).map((id) => old(id));
  const before = after(members(...all));
  const changed = members(
    ...all
      .filter(({ id }) => id !== '8')
      .map((row) => (['2', '15'].includes(row.id) ? { ...row, tags: ['b'] } : row))
      .map((row) => (['3', '16'].includes(row.id) ? { ...row, deactivated: START + 60, active: false } : row)),
  );

  it.each([0, 1, 5, 10, 18, 19])('after %d rows finds what one run finds', (count) => {
    const sent: string[] = [];
    const first = reconciliationOf(before, START + HOUR, SMALL);
    walk(first, changed.slice(0, count), sent);
    const checkpoint = stored(first.checkpoint({ groupId: '9', offset: count, anchors: [] }));
    const resumed = reconciliationOf(checkpoint, START + HOUR + 600, SMALL);
    walk(resumed, changed.slice(count), sent);
    const outcome = end(resumed, changed, sent);
    expect([...outcome.sent].sort()).toEqual(['9/15', '9/16', '9/2', '9/3']);
    expect(outcome.gone).toEqual(['8']);
    expect(outcome.state.full).toMatchObject({ at: START + HOUR, horizon: START + HOUR - LOOKBACK, rows: 19 });
    expect(read(outcome.state, changed, START + 3 * HOUR)).toMatchObject({ sent: [], gone: [] });
  });

  it('loses no change if it restarts because the position is lost', () => {
    const sent: string[] = [];
    const first = reconciliationOf(before, START + HOUR, SMALL);
    walk(first, changed.slice(0, 10), sent);
    const resumed = reconciliationOf(
      stored(first.checkpoint({ groupId: '9', offset: 10, anchors: [] })),
      START + HOUR + 600,
      SMALL,
    );
    resumed.restart();
    expect(resumed.read).toMatchObject({ at: undefined, rows: 0 });
    walk(resumed, changed, sent);
    const outcome = end(resumed, changed, sent);
    expect([new Set(outcome.sent), outcome.gone]).toEqual([new Set(['9/2', '9/3', '9/15', '9/16']), ['8']]);
    expect(outcome.state.full?.rows).toBe(19);
    expect(read(outcome.state, changed, START + 3 * HOUR)).toMatchObject({ sent: [], gone: [] });
  });

  it.each<[string, PollState, number, boolean]>([
    ['a read that compares', before, 10, true],
    ['a first read before its first row', FIRST, 0, true],
    ['a first read of rows that its sketch can identify', FIRST, 10, true],
    ['a first read of more rows', FIRST, 400, false],
  ])('knows after a restart whether it will find deletions: %s', (_, state, count, isFound) => {
    const rows = members(...ids(Math.max(count, 20)).map((id) => old(id)));
    const first = reconciliationOf(state, START + HOUR, SMALL);
    walk(first, rows.slice(0, count), []);
    const resumed = reconciliationOf(stored(first.checkpoint(undefined)), START + HOUR, SMALL);
    resumed.read.resolving = true;
    expect(resumed.restart()).toBe(isFound);
    expect(resumed.read).toMatchObject({ at: undefined, rows: 0, resolving: undefined });
  });

  it('warns only once that it will not find deletions', () => {
    const first = reconciliationOf(FIRST, START, SMALL);
    walk(first, members(...ids(400).map((id) => old(id))), []);
    const resumed = reconciliationOf(stored(first.checkpoint(undefined)), START + 60, SMALL);
    expect([resumed.restart(), resumed.restart()]).toEqual([false, true]);
  });

  it('looks receivers up again after a restart that were being looked up, although they have changed back', () => {
    const edited = members(...all.map((row) => (row.id === '5' ? { ...row, tags: ['b'] } : row)));
    const first = reconciliationOf(before, START + HOUR, SMALL);
    walk(first, edited, []);
    first.differences.begin(first.differences.inSketch());
    const resumed = reconciliationOf(stored(first.checkpoint(undefined)), START + HOUR + 60, SMALL);
    expect(resumed.restart()).toBe(true);
    walk(resumed, members(...all), []);
    expect([resumed.nextPass(), resumed.differences.inSketch()]).toEqual([undefined, ['5']]);
  });

  it.each([
    ['the same run', false],
    ['a later one', true],
  ])('finds deletions after a restart of a first read in %s, however many receivers were added', (_, isLater) => {
    const first = reconciliationOf(FIRST, START, SMALL);
    walk(first, members(...all), []);
    let last = reconciliationOf(stored(first.checkpoint(undefined)), START + 60, SMALL);
    last.restart();
    if (isLater) last = reconciliationOf(stored(last.checkpoint(undefined)), START + 120, SMALL);
    walk(last, members(...all.slice(2), ...ids(500, 1_000).map((id) => old(id))), []);
    expect([last.nextPass(), last.differences.inSketch().sort()]).toEqual([undefined, ['1', '2']]);
  });

  it('finds every edit after a restart, even of receivers that it has read before', () => {
    const edited = members(...all.map((row) => ({ ...row, tags: ['Kundin'] })));
    const first = reconciliationOf(before, START + HOUR, SMALL);
    walk(first, edited, []);
    const resumed = reconciliationOf(stored(first.checkpoint(undefined)), START + HOUR + 60, SMALL);
    resumed.restart();
    const sent: string[] = [];
    walk(resumed, edited, sent);
    expect(end(resumed, edited, sent).sent.sort()).toEqual(all.map(({ id }) => `9/${id}`).sort());
  });

  it('looks for ids that are not numbers from the first group again, and keeps its rows', () => {
    const rows = members(old('abc', { tags: ['b'] }), old('1'));
    const first = reconciliationOf(after(members(old('abc'), old('1'))), START + HOUR, SMALL);
    walk(first, rows, []);
    first.begin('hashed');
    const at = { groupId: '9', offset: 1, anchors: [] };
    const resumed = reconciliationOf(stored(first.checkpoint(at)), START + HOUR, SMALL);
    expect(resumed.read.at).toEqual(at);
    expect(resumed.restart()).toBe(true);
    expect(resumed.read).toMatchObject({ at: undefined, rows: 2, pass: 'hashed' });
    const sent: string[] = [];
    walk(resumed, rows, sent);
    expect([sent, resumed.nextPass()]).toEqual([['9/abc'], undefined]);
  });

  it('reports the deletion of a receiver that only the part before a restart of a first read has found', () => {
    const first = reconciliationOf(FIRST, START, SMALL);
    walk(first, members(old('1'), old('2'), old('3')), []);
    const resumed = reconciliationOf(stored(first.checkpoint(undefined)), START + 60, SMALL);
    resumed.restart();
    const sent: string[] = [];
    walk(resumed, members(old('1')), sent);
    // another run continues
    const last = reconciliationOf(stored(resumed.checkpoint(undefined)), START + 120, SMALL);
    const rows = members(old('1'), old('3'), old('4'));
    walk(last, rows.slice(1), sent);
    const outcome = end(last, rows, sent);
    expect([outcome.gone, sent]).toEqual([['2'], ['9/1', '9/3', '9/4']]);
    expect(read(outcome.state, rows, START + HOUR)).toMatchObject({ sent: [], gone: [], passes: ['first'] });
  });

  it('reports a deletion again that could not be verified', () => {
    const group = [{ id: '9' }];
    const left = changed.filter(({ receiver: row }) => row.id !== '5');
    const first = reconciliationOf(before, START + HOUR, SMALL, group);
    walk(first, left.slice(0, 10), []);
    const checkpoint = stored(first.checkpoint({ groupId: '9', offset: 10, anchors: [] }));
    const resumed = reconciliationOf(checkpoint, START + HOUR + 600, SMALL, group);
    walk(resumed, left.slice(10), []);
    resumed.differences.begin(['5']);
    resumed.differences.postpone('5');
    resumed.differences.resolve(['5'], []);
    const next = reconciliationOf(stored(resumed.finish()), START + 2 * HOUR, SMALL, group);
    walk(next, left, []);
    next.differences.begin(['5']);
    expect(next.differences.isDeletionReported('5')).toBe(false);
  });

  it('reports no deletion twice if the receiver was edited before it was read and deleted before the end', () => {
    const edited = members(...all).map((one) =>
      one.receiver.id === '5' ? { ...one, receiver: { ...one.receiver, tags: ['x'] } } : one,
    );
    const first = reconciliationOf(before, START + HOUR, SMALL, [{ id: '9' }]);
    walk(first, edited.slice(0, 10), []);
    const checkpoint = stored(first.checkpoint({ groupId: '9', offset: 10, anchors: [] }));
    const resumed = reconciliationOf(checkpoint, START + HOUR + 600, SMALL, [{ id: '9' }]);
    walk(resumed, edited.slice(10), []);
    const left = edited.filter(({ receiver }) => receiver.id !== '5');
    const outcome = end(resumed, left, []);
    expect(outcome.gone).toEqual(['5']);
    const next = reconciliationOf(outcome.state, START + 2 * HOUR, SMALL, [{ id: '9' }]);
    walk(next, left, []);
    const differing = next.differences.inSketch();
    next.differences.begin(differing);
    expect(differing.filter((id) => !next.differences.isDeletionReported(id))).toEqual([]);
  });

  it.each<[string, PollState, Exclude<Pass, 'first'> | undefined]>([
    ['a first read', FIRST, undefined],
    ['a pass with history', before, 'history'],
  ])('from the beginning of %s makes its sketch of the rows alone', (_, state, pass) => {
    const first = reconciliationOf(state, START + HOUR, SMALL);
    if (pass) first.begin(pass);
    walk(first, members(...all.slice(0, 10)), []);
    const checkpoint = stored(first.checkpoint({ groupId: '9', offset: 10, anchors: [] }));
    const resumed = reconciliationOf(checkpoint, START + HOUR, SMALL);
    resumed.restart();
    walk(resumed, members(...all), []);
    expect(resumed.finish().full?.rows).toBe(20);
    expect(read(stored(resumed.finish()), members(...all), START + 2 * HOUR).sent).toEqual([]);
  });

  it('keeps the horizon that quick polls have reached in the meantime', () => {
    const first = reconciliationOf(before, START + HOUR, SMALL);
    const checkpoint = stored(first.checkpoint(undefined));
    expect(checkpoint.horizon).toBe(START + HOUR - LOOKBACK);
    const moved = { ...checkpoint, horizon: START + 2 * HOUR };
    expect(reconciliationOf(moved, START + 2 * HOUR, SMALL).checkpoint(undefined).horizon).toBe(START + 2 * HOUR);
    expect(reconciliationOf(moved, START + 2 * HOUR, SMALL).finish().horizon).toBe(START + HOUR - LOOKBACK);
  });

  it('does not change the state that was stored', () => {
    const first = reconciliationOf(before, START + HOUR, SMALL);
    walk(first, changed.slice(0, 5), []);
    const checkpoint = first.checkpoint(undefined);
    const packed = JSON.stringify(toSnapshot(checkpoint, SMALL));
    const resumed = reconciliationOf(checkpoint, START + HOUR, SMALL);
    walk(resumed, changed.slice(5), []);
    end(resumed, changed, []);
    expect(JSON.stringify(toSnapshot(checkpoint, SMALL))).toBe(packed);
  });
});

describe('an emission', () => {
  const fresh = old('1', { activated: START - 10 });
  const before = { ...after(members(fresh, old('2'))), groups: new KnownGroups(new Set(['9'])) };
  const mustBeListed = (row: Receiver, state: PollState = before, groupId = '9'): boolean =>
    reconciliationOf(state, START + HOUR, SMALL).mustBeListed(groupId, row);

  it('has to be announced if the next step may know an earlier version', () => {
    expect(mustBeListed(old('2', { deactivated: START + 5 }))).toBe(true);
  });

  it('has to be announced if a note is about an earlier version', () => {
    expect(mustBeListed({ ...fresh, registered: START + 5 })).toBe(true);
  });

  it.each<[string, Receiver, PollState, string]>([
    ['the receiver is new', old('3', { registered: START + 5 }), before, '9'],
    ['the group is new', old('2'), before, '10'],
    ['it is the first read', old('2'), FIRST, '9'],
  ])('need not be announced if %s', (_, row, state, groupId) => {
    expect(mustBeListed(row, state, groupId)).toBe(false);
  });

  it('need not be announced if it is in the retry list already, nor in a later pass', () => {
    const changes = reconciliationOf(before, START + HOUR, SMALL);
    changes.retries.addPending({ groupId: '9', id: '2' }, ['changed']);
    expect(changes.mustBeListed('9', old('2'))).toBe(false);
    changes.begin('history');
    expect(changes.mustBeListed('9', old('5'))).toBe(false);
  });
});

describe('a look-up of receivers', () => {
  const fresh = old('1', { activated: START - 10 });
  const before = after(members(fresh, old('2')));

  it('puts those with a note on the retry list, so that a crash of the run loses nothing', () => {
    const changes = reconciliationOf(before, START + 20, SMALL);
    walk(changes, members(fresh, old('2')), []);
    changes.differences.begin(['1', '2']);
    const state = stored(changes.checkpoint(undefined));
    expect([state.seen.size, state.retry.pack()]).toEqual([0, { 9: '1' }]);
    expect(changes.differences.isAsEmitted('9', fresh)).toBe(true);
    expect(changes.differences.isAsEmitted('9', { ...fresh, tags: ['b'] })).toBe(false);
    changes.differences.resolve(['1'], members(fresh));
    expect(changes.checkpoint(undefined).retry.size).toBe(0);
    expect(changes.finish()).toMatchObject({ retry: { size: 0 }, seen: { size: 1 } });
  });

  it('does not trust the note of one on the retry list: the next step may have received something newer', () => {
    const changes = reconciliationOf(before, START + 20, SMALL);
    changes.retries.addPending({ groupId: '9', id: '1' }, ['changed']);
    changes.differences.begin(['1']);
    expect(changes.differences.isAsEmitted('9', fresh)).toBe(false);
    expect(changes.differences.wantedChanges('9', fresh, true)).toContain('changed');
  });

  it('does not send again what the same run has sent with the same content', () => {
    const changes = reconciliationOf(before, START + HOUR, SMALL);
    const row = old('2', { deactivated: START + 5, tags: ['b'] });
    const sent: string[] = [];
    walk(changes, members(fresh, row), sent);
    expect(sent).toEqual(['9/2']);
    expect(changes.differences.inSketch()).toEqual(['2']);
    expect(changes.differences.isAsEmitted('9', row)).toBe(true);
    expect(changes.differences.isAsEmitted('9', { ...row, tags: ['c'] })).toBe(false);
  });
});

describe('a change of state that quick polls should have found', () => {
  /** A full read at START; a quick poll an hour later has found nothing. */
  const quick = { ...after(members(old('1'), old('2'))), quickUntil: START + HOUR };
  /** The same, and quick polls have found other changes, so that they have moved the horizon. */
  const moved = { ...quick, horizon: START + HOUR };
  const isMissed = (row: Receiver, state: PollState = quick): boolean => {
    const changes = reconciliationOf(state, START + 2 * HOUR, SMALL);
    walk(changes, members(row, old('2')), []);
    changes.nextPass();
    return changes.detector.isMissedByQuickPolls('9', row);
  };

  it.each<[string, Receiver]>([
    ['an unsubscribe', old('1', { deactivated: START + 600, active: false })],
    ['a bounce', old('1', { bounced: START + HOUR, active: false })],
  ])('is recognised: %s', (_, row) => {
    expect([isMissed(row), isMissed(row, moved)]).toEqual([true, true]);
  });

  it('is recognised: a registration', () => {
    for (const state of [quick, moved]) {
      const changes = reconciliationOf(state, START + 2 * HOUR, SMALL);
      const row = old('3', { registered: START + 600 });
      walk(changes, members(old('1'), old('2'), row), []);
      changes.nextPass();
      expect(changes.detector.isMissedByQuickPolls('9', row)).toBe(true);
    }
  });

  it.each<[string, Receiver, PollState]>([
    ['a change of content', old('1', { tags: ['b'] }), quick],
    ['a change before the last full read', old('1', { deactivated: START - HOUR }), quick],
    ['a change after the last quick poll', old('1', { deactivated: START + HOUR + 5 }), quick],
    [
      'a change where there was no quick poll',
      old('1', { deactivated: START - HOUR }),
      after(members(old('1'), old('2'))),
    ],
    ['no change', old('1'), quick],
  ])('is not confused with another one: %s', (_, row, state) => {
    expect(isMissed(row, state)).toBe(false);
  });
});
