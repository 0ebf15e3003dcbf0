import { atClock } from '../../lib/utils/reading/horizon';
import { stateFor, type PollState } from '../../lib/utils/reading/snapshot';

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
