import {
  atClock,
  believedTime,
  withoutFutureCursor,
  withoutFutureSweep,
} from '../../../../lib/polling/changes/clockSkew';
import { stateFor, type PollState } from '../../../../lib/polling/state/snapshot';

const NOW = 1_764_000_000;
const state = (members: Partial<PollState>): PollState => ({ ...stateFor(undefined, '9', undefined), ...members });

describe("CleverReach's clock", () => {
  it('is held against ours at the first poll', () => {
    expect(atClock(state({ cursor: 7 }), NOW + 3, NOW)).toMatchObject({ cursor: 7, clockOffset: 3 });
  });

  it.each([5, -5, 0])('may differ by %d seconds more than before without having been set', (more) => {
    const before = state({ cursor: NOW - 100, clockOffset: 10 });
    expect(atClock(before, NOW + 10 + more, NOW)).toEqual(before);
  });

  it.each([
    // seconds ahead of ours before and now, and how far the cursor goes back
    ['set forward', 10, 4000, 0],
    ['set back by less than half of the lookback', 10, -20, 0],
    ['set back by a second more than that', 10, -21, 31],
    ['set back by an hour', 0, -3600, 3600],
  ])('that was %s moves the cursor back by as much, or not at all', (_, clockOffset, ahead, back) => {
    expect(atClock(state({ cursor: NOW, clockOffset }), NOW + ahead, NOW)).toMatchObject({
      cursor: NOW - back,
      clockOffset: ahead,
    });
  });

  it.each([
    ['set forward', 400, 407],
    ['set back', -400, 7],
    ['moved by less than is noticed', 5, 7],
  ])('that was %s may be further ahead of the timestamps by as much, or by no more than before', (_, ahead, lead) => {
    expect(atClock(state({ clockOffset: 0, lead: 7 }), NOW + ahead, NOW).lead).toBe(lead);
    expect(atClock(state({ clockOffset: 0 }), NOW + ahead, NOW).lead).toBeUndefined();
  });

  it('moves no cursor below the first second, and none where nothing has been read', () => {
    expect(atClock(state({ cursor: 100, clockOffset: 0 }), NOW - 500, NOW).cursor).toBe(1);
    expect(atClock(state({ cursor: 0, clockOffset: 0 }), NOW - 500, NOW).cursor).toBe(0);
    expect(atClock(state({ cursor: 1, clockOffset: 0 }), NOW - 500, NOW).cursor).toBe(1);
  });

  it('does not matter to a sweep that is under way', () => {
    const under = state({ cursor: NOW, clockOffset: 0, sweep: { startedAt: NOW, newest: 0 } });
    expect(atClock(under, NOW - 5000, NOW)).toBe(under);
  });
});

describe('the time of CleverReach', () => {
  const YEAR = 365 * 86_400;

  /** Each answer as seconds by which it is ahead of our clock; undefined where it has no `Date`. */
  async function time(
    members: Partial<PollState>,
    answers: (number | undefined)[],
  ): Promise<{ ahead: number; problem: string | undefined; asked: number }> {
    let asked = 0;
    const reading = (): { server: number | undefined; own: number } => {
      const ahead = answers[asked];
      asked += 1;
      return { server: ahead === undefined ? undefined : NOW + ahead, own: NOW };
    };
    const { now, problem } = await believedTime(state(members), reading(), () => Promise.resolve(reading()));
    return { ahead: now - NOW, problem, asked };
  }

  it.each([
    ['as expected', { clockOffset: 10 }, [12], 12],
    ['near ours at the first poll', {}, [60], 60],
    ['missing', { clockOffset: 10 }, [undefined], 10],
  ])('counts at once when it is %s', async (_, members, answers, ahead) => {
    expect(await time(members, answers)).toEqual({ ahead, problem: undefined, asked: 1 });
  });

  it.each([
    ['in the past', -50 * YEAR],
    ['in the future', 50 * YEAR],
    ['an hour back', -3600],
  ])('of one wrong answer that is %s does not count', async (_, wrong) => {
    expect(await time({ clockOffset: 10 }, [wrong, 10])).toMatchObject({ ahead: 10, asked: 2 });
    expect(await time({}, [wrong, 3])).toMatchObject({ ahead: 3, asked: 2 });
    const confusing = await time({ clockOffset: 10 }, [wrong, 9_000, 90_000]);
    expect(confusing).toMatchObject({ ahead: 10, asked: 3 });
    expect(confusing.problem).toContain('did not confirm it');
  });

  it('counts when a second answer confirms that it was set', async () => {
    expect(await time({ clockOffset: 10 }, [-3600, -3600])).toMatchObject({ ahead: -3600, problem: undefined });
    expect(await time({ clockOffset: 10 }, [777_000, -3600, -3598])).toMatchObject({
      ahead: -3598,
      problem: undefined,
    });
  });

  it('is not believed when it was set by years, even if each answer says so', async () => {
    const back = await time({ cursor: NOW - 90, clockOffset: 0 }, [-50 * YEAR, -50 * YEAR]);
    expect(back).toMatchObject({ ahead: 0 });
    expect(back.problem).toContain('Check the clock of this machine');
    expect(atClock(state({ cursor: NOW, clockOffset: 0 }), NOW - 50 * YEAR, NOW)).toMatchObject({
      cursor: NOW,
      clockOffset: 0,
    });
    // our own clock was set forth
    expect(await time({ cursor: NOW - 9 * YEAR, clockOffset: 0 }, [-8 * YEAR, -8 * YEAR])).toMatchObject({
      ahead: -8 * YEAR,
    });
  });

  it('is expected as ours where the snapshot notes a difference that cannot be', async () => {
    expect(await time({ clockOffset: Number.MAX_SAFE_INTEGER }, [4])).toMatchObject({ ahead: 4, asked: 1 });
  });
});

describe('a snapshot from the future', () => {
  const FUTURE = Date.UTC(2033, 0, 1) / 1000;

  it('is read from the beginning with a warning that names the date and says what to do', () => {
    const before = state({ cursor: FUTURE, clockOffset: 2, sweep: { startedAt: NOW, newest: 0 } });
    const { state: after, problem } = withoutFutureCursor(before, NOW, undefined);
    expect(after).toMatchObject({ cursor: 0, clockOffset: 2, scope: '9' });
    expect(after.sweep).toBeUndefined();
    expect(problem).toMatch(/2033-01-01T00:00:00Z.*in the future.*from the beginning.*"lastUpdated"/);
    expect(withoutFutureCursor(before, NOW, NOW - 500).state.cursor).toBe(NOW - 501);
  });

  it('of a few minutes is left as it is, since clocks differ', () => {
    const before = state({ cursor: NOW + 300 });
    expect(withoutFutureCursor(before, NOW, undefined)).toEqual({ state: before });
    expect(withoutFutureCursor(state({ cursor: NOW + 301 }), NOW, undefined).problem).toBeDefined();
  });

  it('that stems from the start time begins now, and says so', () => {
    const { state: after, problem } = withoutFutureCursor(state({ cursor: FUTURE - 1 }), NOW, FUTURE);
    expect(after.cursor).toBe(NOW - 60);
    expect(problem).toMatch(/start time 2033-01-01T00:00:00Z lies in the future/);
  });

  it.each([
    { startedAt: FUTURE, newest: 0 },
    { startedAt: NOW, newest: FUTURE },
  ])('begins anew a poll that was under way: %j', (sweep) => {
    const { state: after, problem } = withoutFutureSweep(state({ cursor: 5, sweep }), NOW);
    expect([after.cursor, after.sweep]).toEqual([5, undefined]);
    expect(problem).toContain('2033-01-01T00:00:00Z');
    const under = state({ sweep: { startedAt: NOW + 300, newest: NOW } });
    expect(withoutFutureSweep(under, NOW)).toEqual({ state: under });
  });
});
