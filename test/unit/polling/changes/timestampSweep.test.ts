import type { Receiver } from '../../../../lib/cleverreach/types';
import {
  parseSnapshot,
  SNAPSHOT_LIMIT,
  stateFor,
  toSnapshot,
  type PollState,
} from '../../../../lib/polling/state/snapshot';
import type { Verdict } from '../../../../lib/polling/changes/sweepRun';
import { KnownGroups } from '../../../../lib/polling/state/knownGroups';
import { emptySeen } from '../../../../lib/polling/state/boundedNotes';
import { ContentSweep } from '../../../../lib/polling/changes/contentSweep';
import { TimestampSweep } from '../../../../lib/polling/changes/timestampSweep';
import { receiver } from '../../../support/receiver';

const NOW = 1_764_000_000;
const first = (): PollState => stateFor(undefined, '9', undefined);

/** A complete sweep at `now` over these receivers; `fails` names the ones that cannot be sent. */
function sweep(
  state: PollState,
  now: number,
  rows: Receiver[],
  fails: string[] = [],
): { verdicts: Verdict[]; next: PollState } {
  const run = new TimestampSweep(state, now);
  const verdicts = rows.map((row) => {
    const verdict = run.judge('9', row);
    if (verdict === 'due') {
      if (fails.includes(row.id)) run.failed('9', row);
      else run.sent('9', row);
    }
    return verdict;
  });
  return { verdicts, next: run.finish() };
}

describe('the cursor after a poll', () => {
  it('is a minute before the newest change where none was met that is newer, and what was changed since is noted', () => {
    const rows = [receiver('1', { registered: NOW - 500 }), receiver('2', { registered: NOW - 300 })];
    const { next } = sweep(first(), NOW, rows);
    expect(next.cursor).toBe(NOW - 360);
    expect(Object.keys(toSnapshot(next).seen ?? {})).toEqual(['9']);
    expect([next.seen.size, next.seen.has({ groupId: '9', id: '2' })]).toEqual([1, true]);
  });

  it('is the newest change where that is older than any clock is ahead, and none is noted or sent again', () => {
    const rows = Array.from({ length: 300 }, (_, index) => receiver(String(index), { registered: NOW - 7_260 }));
    const { next } = sweep(first(), NOW, rows);
    expect([next.cursor, next.seen.size, next.seen.isCut]).toEqual([NOW - 7_260, 0, false]);
    expect(new Set(sweep(next, NOW + 600, rows).verdicts)).toEqual(new Set(['unchanged']));
  });

  it('stays before the second of the newest change once, where that second may not have been over', () => {
    const rows = Array.from({ length: 600 }, (_, index) => receiver(String(index), { registered: NOW - 300 }));
    const { next } = sweep(first(), NOW, rows.slice(0, 400));
    expect(next.cursor).toBe(NOW - 360);
    const second = sweep(next, NOW + 600, rows);
    expect(second.verdicts.filter((verdict) => verdict === 'due')).toHaveLength(600 - next.seen.size);
    expect(second.next.cursor).toBe(NOW - 300);
    expect(new Set(sweep(second.next, NOW + 1200, rows).verdicts)).toEqual(new Set(['unchanged']));
  });

  it('is the newest change that is a minute old where the clock is known to be right, and notes are of the last minute', () => {
    const { next } = sweep(first(), NOW - 600, [receiver('1', { registered: NOW - 600 })]);
    expect(next.lead).toBe(0);
    const rows = [3000, 300, 60, 59, 5].map((age) => receiver(String(age), { registered: NOW - age }));
    const second = sweep(stateFor(parseSnapshot(toSnapshot(next)), '9', undefined), NOW, rows);
    expect([second.next.cursor, Object.values(toSnapshot(second.next).seen ?? {})]).toEqual([
      NOW - 60,
      [expect.stringMatching(/^59=\S+ 5=\S+$/)],
    ]);
  });

  it('needs no notes but of the last minute where newer and newer changes are met, however many they are', () => {
    const rows = Array.from({ length: 5000 }, (_, index) =>
      receiver(String(index), { registered: NOW - 6000 + index }),
    );
    const { next } = sweep(first(), NOW, rows);
    expect([next.cursor, next.seen.size]).toEqual([NOW - 1061, 60]);
    expect(new Set(sweep(next, NOW + 600, rows).verdicts)).toEqual(new Set(['unchanged', 'known']));
  });

  it.each([0, 60, 120, 3600, 7200])(
    "passes nothing that was changed behind the place of a poll, with CleverReach's clock %d s ahead",
    (ahead) => {
      const old = receiver('1', { registered: NOW - 9000 });
      const meanwhile = receiver('2', { registered: NOW + 5 });
      const changed = { ...old, tags: ['late'], events: [{ stamp: NOW + 2, type: 'log' }] };
      let seconds = 0;
      const run = new TimestampSweep(first(), NOW + ahead, () => seconds);
      run.sent('9', old);
      seconds = 5.2;
      run.sent('9', meanwhile);
      const uninterrupted = run.finish();
      expect(uninterrupted.lead).toBe(Math.min(7200, ahead + 1));

      const begun = new TimestampSweep(first(), NOW + ahead);
      begun.sent('9', old);
      const resumed = new TimestampSweep(begun.checkpoint(undefined), NOW + ahead + 900);
      resumed.sent('9', { ...meanwhile, registered: NOW + 800 });
      for (const state of [uninterrupted, resumed.finish()])
        expect(new TimestampSweep(state, NOW + ahead + 1800).judge('9', changed)).toBe('due');
    },
  );

  it('notes nothing of old changes that were sent late', () => {
    const state = { ...first(), cursor: NOW - 1000, groups: new KnownGroups(new Set(['8'])) };
    const { verdicts, next } = sweep(state, NOW, [receiver('1', { registered: NOW - 5000 })]);
    expect([verdicts, next.cursor, next.seen.size]).toEqual([['due'], NOW - 1000, 0]);
  });

  it('is never 0 after a poll', () => {
    expect(sweep(first(), NOW, [receiver('1', { registered: 1 })]).next.cursor).toBe(1);
  });

  it('is never later than a minute before the poll began, whatever stamps were seen', () => {
    const rows = [
      receiver('1', { registered: NOW - 5 }),
      receiver('2', { deactivated: NOW + 1e7 }),
      receiver('3', { registered: NOW - 90 }),
    ];
    expect(sweep(first(), NOW, rows).next.cursor).toBe(NOW - 90);
    expect(sweep(first(), NOW, rows.slice(0, 2)).next.cursor).toBe(0);
  });

  it('stays where it was when nothing has changed', () => {
    const rows = [receiver('1', { registered: NOW - 500 })];
    const { next } = sweep(sweep(first(), NOW, rows).next, NOW + 60, rows);
    expect([next.cursor, next.seen.size]).toEqual([NOW - 500, 0]);
    expect(sweep(next, NOW + 660, rows).next).toEqual(next);
  });

  it('goes back with a clock that was set back, so that nothing after it is missed', () => {
    const state = { ...first(), cursor: NOW };
    const changed = receiver('1', { registered: NOW - 7200, events: [{ stamp: NOW - 3000, type: 'api' }] });
    const { verdicts, next } = sweep(state, NOW - 3000, [changed]);
    expect(verdicts).toEqual(['due']);
    expect(next.cursor).toBe(NOW - 3060);
  });
});

describe('a receiver', () => {
  const old = receiver('1', { registered: NOW - 5000 });
  const { next: polled } = sweep(first(), NOW, [old]);

  it('is due at the first poll, even without any stamp', () => {
    expect(sweep(first(), NOW, [old, receiver('2')]).verdicts).toEqual(['due', 'due']);
  });

  it('is not due again when nothing has happened', () => {
    expect(sweep(polled, NOW + 600, [old]).verdicts).toEqual(['known']);
  });

  it.each([
    ['an edit', { events: [{ stamp: NOW + 10, type: 'log' }] }],
    ['an unsubscribe', { deactivated: NOW + 10 }],
    ['a bounce', { bounced: NOW + 10 }],
  ])('that is old is due after %s, once', (_, change) => {
    const changed = { ...old, ...change, tags: ['changed'] };
    const { verdicts, next } = sweep(polled, NOW + 600, [changed]);
    expect(verdicts).toEqual(['due']);
    expect(sweep(next, NOW + 1200, [changed]).verdicts).toEqual(['known']);
  });

  it('that changed in the last minute before a poll is sent by it, and not again', () => {
    const fresh = receiver('2', { registered: NOW - 3 });
    const one = sweep(first(), NOW, [fresh]);
    const two = sweep(one.next, NOW + 20, [fresh]);
    const three = sweep(two.next, NOW + 40, [fresh]);
    const four = sweep(three.next, NOW + 600, [fresh]);
    const five = sweep(four.next, NOW + 1200, [fresh]);
    expect([one, two, three, four, five].map((poll) => poll.verdicts[0])).toEqual([
      'due',
      'known',
      'known',
      'known',
      'unchanged',
    ]);
  });

  it.each([0, 60, 3600])(
    "that changes again in the second of the newest change is sent again, with CleverReach's clock %d s ahead",
    (ahead) => {
      const [a, b] = [receiver('1', { registered: NOW }), receiver('2', { registered: NOW - 7200 })];
      const { next } = sweep(first(), NOW + ahead, [a, b]);
      const later = [
        { ...a, tags: ['again'] },
        { ...b, tags: ['now'], events: [{ stamp: NOW, type: 'log' }] },
      ];
      const second = sweep(next, NOW + ahead + 600, later);
      expect(second.verdicts).toEqual(['due', 'due']);
      expect(sweep(second.next, NOW + ahead + 1200, later).verdicts).toEqual(['unchanged', 'unchanged']);
    },
  );

  it('that changes again in that second is sent again also where the poll was interrupted', () => {
    const a = receiver('1', { registered: NOW });
    const begun = new TimestampSweep(first(), NOW + 3600);
    begun.sent('9', a);
    const stored = stateFor(parseSnapshot(JSON.parse(JSON.stringify(toSnapshot(begun.checkpoint(undefined))))), '9', 0);
    const state = new TimestampSweep(stored, NOW + 3700).finish();
    expect(state.cursor).toBe(NOW - 60);
    expect(sweep(state, NOW + 4200, [{ ...a, tags: ['again'] }]).verdicts).toEqual(['due']);
    expect(sweep(state, NOW + 4200, [a]).verdicts).toEqual(['known']);
  });

  it('that changes a second time within one second is sent a second time', () => {
    const fresh = receiver('2', { registered: NOW - 3, global_attributes: { firstname: 'Jo' } });
    const { next } = sweep(first(), NOW, [fresh]);
    expect(sweep(next, NOW + 20, [{ ...fresh, global_attributes: { firstname: 'Bo' } }]).verdicts).toEqual(['due']);
  });

  it('that changed exactly a minute before a poll counts as what is behind it', () => {
    const edge = receiver('1', { registered: NOW - 60 });
    const { next } = sweep(first(), NOW, [edge]);
    expect([next.cursor, next.seen.size]).toEqual([NOW - 120, 1]);
    expect(sweep({ ...first(), lead: 0 }, NOW, [edge]).next).toMatchObject({ cursor: NOW - 60, seen: emptySeen() });
    expect(sweep(first(), NOW, [receiver('1', { registered: NOW - 59 })]).next.cursor).toBe(0);
  });

  it('whose content a poll by content has left is due only where it differs', () => {
    const known = new ContentSweep(first(), NOW - 10);
    known.sent('9', old);
    const state = { ...known.finish(), cursor: NOW - 9_000 };
    expect(sweep(state, NOW, [old]).verdicts).toEqual(['known']);
    expect(sweep(state, NOW, [{ ...old, email: 'new@example.org' }]).verdicts).toEqual(['due']);
    expect(sweep(state, NOW, [receiver('2', { registered: NOW - 5000 })]).verdicts).toEqual(['due']);
  });

  it("that changed since a poll by content is due although CleverReach's clock was ahead, then and later", () => {
    const known = new ContentSweep(first(), NOW + 3600);
    known.sent('9', old);
    const changed = { ...old, tags: ['a'], events: [{ stamp: NOW + 10, type: 'log' }] };
    const { verdicts, next } = sweep(known.finish(), NOW + 3700, [changed, receiver('2', { registered: NOW + 10 })]);
    expect([verdicts, next.cursor]).toEqual([['due', 'due'], NOW - 50]);
  });

  it('that was not met says nothing, as timestamps do not show which receivers are gone', () => {
    const run = new TimestampSweep({ ...first(), cursor: NOW - 9_000 }, NOW);
    run.forgetMissing();
    run.gone();
    run.keep();
    expect(run.missing()).toEqual([]);
  });

  it('with old timestamps is due in a group that was never read, and in no other', () => {
    const state = { ...first(), cursor: NOW - 1000, groups: new KnownGroups(new Set(['8'])) };
    const run = new TimestampSweep(state, NOW);
    expect([run.judge('9', old), run.judge('8', old)]).toEqual(['due', 'unchanged']);
  });

  it('in another group is another receiver', () => {
    const fresh = receiver('2', { registered: NOW - 3 });
    const { next } = sweep(first(), NOW, [fresh]);
    expect(new TimestampSweep(next, NOW + 20).judge('10', fresh)).toBe('due');
  });
});

describe('a receiver that could not be sent', () => {
  const bad = receiver('1', { registered: NOW - 5000 });
  const good = receiver('2', { registered: NOW - 400 });

  it('is tried again by every following poll until it is sent, and does not hold back the others', () => {
    const one = sweep(first(), NOW, [bad, good], ['1']);
    expect(one.next.cursor).toBe(NOW - 460);
    const two = sweep(one.next, NOW + 600, [bad, good], ['1']);
    expect(two.verdicts).toEqual(['due', 'known']);
    const three = sweep(two.next, NOW + 1200, [bad, good]);
    expect(three.verdicts).toEqual(['due', 'unchanged']);
    expect(sweep(three.next, NOW + 1800, [bad, good]).verdicts).toEqual(['unchanged', 'unchanged']);
  });

  it('is forgotten when it has gone', () => {
    const one = sweep(first(), NOW, [bad, good], ['1']);
    const two = sweep(one.next, NOW + 600, [good]);
    expect(two.next.retry.size).toBe(0);
  });

  describe('where there are more than can be noted', () => {
    const rows = Array.from({ length: 2000 }, (_, index) =>
      receiver(String(index), { registered: NOW - 5000 + index }),
    );
    const failing = rows.slice(0, 500).map((row) => row.id);
    const isDue = (verdict: Verdict): boolean => verdict === 'due';
    /** As the next poll reads it. */
    const stored = (state: PollState): PollState =>
      stateFor(parseSnapshot(JSON.parse(JSON.stringify(toSnapshot(state)))), '9', undefined);

    it('is tried again by every poll, and few of the others are sent again', () => {
      const { next } = sweep(first(), NOW, rows, failing);
      expect(next.cursor).toBe(NOW - 3061);
      expect(JSON.stringify(toSnapshot(next)).length).toBeLessThanOrEqual(SNAPSHOT_LIMIT);
      const again = sweep(stored(next), NOW + 600, rows, failing);
      expect(again.verdicts.slice(0, 500).every(isDue)).toBe(true);
      expect(again.verdicts.slice(500).filter(isDue).length).toBeLessThan(15);
      const third = sweep(stored(again.next), NOW + 1200, rows);
      expect(third.verdicts.slice(0, 500).every(isDue)).toBe(true);
      expect(sweep(stored(third.next), NOW + 1800, rows).verdicts.filter(isDue)).toEqual([]);
    });

    it.each([
      ['begun', 600],
      ['going on', 1999],
    ])('is tried again after a poll that was interrupted: %s', (_, at) => {
      const { next } = sweep(first(), NOW, rows, failing);
      const begun = new TimestampSweep(stored(next), NOW + 600);
      // the first hundred can be sent now
      for (const row of rows.slice(0, 100)) if (begun.judge('9', row) === 'due') begun.sent('9', row);
      for (const row of rows.slice(100, at)) if (begun.judge('9', row) === 'due') begun.failed('9', row);
      const resumed = new TimestampSweep(stored(begun.checkpoint(undefined)), NOW + 700);
      expect(rows.slice(100, 500).every((row) => resumed.judge('9', row) === 'due')).toBe(true);
      const after = sweep(stored(resumed.finish()), NOW + 1200, rows, failing);
      expect(after.verdicts.slice(100, 500).every(isDue)).toBe(true);
    });

    it('is due after a switch to content too', () => {
      const { next } = sweep(first(), NOW, rows, failing);
      const content = new ContentSweep(stored(next), NOW + 600);
      expect(rows.slice(0, 500).every((row) => content.judge('9', row) === 'due')).toBe(true);
    });
  });
});

describe('a sweep that goes on in a later run', () => {
  const rows = Array.from({ length: 6 }, (_, index) => receiver(String(index), { registered: NOW - 10 + index }));
  const begin = new TimestampSweep(first(), NOW);
  for (const row of rows.slice(0, 3)) begin.sent('9', row);
  begin.failed('9', receiver('77', { registered: NOW - 900 }));
  const checkpoint = begin.checkpoint({ groupId: '9', offset: 4, anchors: ['2~x'] });

  it('leaves the cursor where it was until it is complete', () => {
    expect(checkpoint.cursor).toBe(0);
  });

  it('keeps what its first leg has sent, what failed, and when it began', () => {
    const later = new TimestampSweep(checkpoint, NOW + 5000);
    for (const row of rows.slice(3)) later.sent('9', row);
    const done = later.finish();
    expect(done.cursor).toBeLessThanOrEqual(NOW - 60);
    const next = new TimestampSweep(done, NOW + 6000);
    expect(rows.map((row) => next.judge('9', row))).toEqual(rows.map(() => 'known'));
    expect(next.judge('9', receiver('77', { registered: NOW - 900 }))).toBe('due');
  });
});

describe('what is noted of a receiver as last sent', () => {
  const a = receiver('1', { registered: NOW - 3 });
  const b = { ...a, tags: ['b'] };
  const later = (one: Receiver, stamp: number): Receiver => ({ ...one, events: [{ stamp, type: 'api' }] });
  const { next: noted } = sweep(first(), NOW, [a]);

  it('is dropped when something is sent that needs no note, also where the sweep goes on in a later run', () => {
    const begun = new TimestampSweep(noted, NOW + 600);
    begun.sent('9', later(b, NOW + 100));
    expect(begun.checkpoint(undefined).seen.get({ groupId: '9', id: '1' })).toBeUndefined();
    const resumed = new TimestampSweep({ ...noted, sweep: { startedAt: NOW + 600, newest: 0 } }, NOW + 900);
    resumed.sent('9', later(b, NOW + 100));
    const next = new TimestampSweep(resumed.finish(), NOW + 1200);
    expect(next.judge('9', later(a, NOW + 1000))).toBe('due');
  });

  it('is dropped when there is no room for the new note', () => {
    const full = { ...noted, seen: emptySeen() };
    full.seen.set({ groupId: '9', id: '1' }, '');
    for (let id = 0; full.seen.set({ groupId: '8', id: String(id) }, 'x'.repeat(8));) id += 1;
    // not a character is left for the hash
    while (full.seen.set({ groupId: '8', id: 'y' }, 'y'.repeat(8000 - full.seen.used - 11 - 1))) break;
    const run = new TimestampSweep({ ...full, sweep: { startedAt: NOW, newest: 0 } }, NOW);
    run.sent('9', b);
    expect(run.checkpoint(undefined).seen.get({ groupId: '9', id: '1' }) ?? 'none').not.toBe('');
  });

  it('is known to be outdated, and forgotten before something else is sent', () => {
    const run = new TimestampSweep(noted, NOW + 20);
    expect([run.isOutdated('9', a), run.isOutdated('9', b), run.isOutdated('8', b)]).toEqual([false, true, false]);
    run.forget('9', b);
    expect(run.isOutdated('9', b)).toBe(false);
    const afterDeath = new TimestampSweep(run.checkpoint(undefined), NOW + 40);
    expect(afterDeath.judge('9', a)).toBe('due');
  });

  it('is the note alone where a poll by content has left a fingerprint too, and neither outlives another message', () => {
    const content = new ContentSweep(first(), NOW - 10);
    content.sent('9', a);
    const state = { ...content.finish(), cursor: NOW - 9_000 };
    const run = new TimestampSweep(state, NOW);
    expect([run.judge('9', a), run.isOutdated('9', a), run.isOutdated('9', b)]).toEqual(['known', false, true]);
    run.sent('9', b);
    expect(run.judge('9', a)).toBe('due');
    const resumed = new TimestampSweep({ ...run.checkpoint(undefined), seen: emptySeen() }, NOW);
    expect(resumed.judge('9', a)).toBe('due');
  });

  it('is nothing where a poll by content died after it has sent something else', () => {
    const content = new ContentSweep(first(), NOW - 10);
    content.sent('9', a);
    content.forget('9', b);
    const run = new TimestampSweep({ ...content.finish(), cursor: NOW - 9_000 }, NOW);
    expect([run.judge('9', a), run.isOutdated('9', a)]).toEqual(['due', false]);
  });
});
