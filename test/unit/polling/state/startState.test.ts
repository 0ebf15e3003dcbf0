import { startState, withoutFutureStart } from '../../../../lib/polling/state/startState';
import { Sketch } from '../../../../lib/polling/sketch/sketch';
import { emptyRetry, emptySeen } from '../../../../lib/polling/state/boundedNotes';
import type { PollState, ReadState } from '../../../../lib/polling/state/snapshot';

const NOW = 1_764_000_000;
const DAY = 86_400;
const state = (horizon: number): PollState => ({ horizon, scope: '7', seen: emptySeen(), retry: emptyRetry() });

describe('a state without a sketch', () => {
  it.each([0, NOW - DAY, NOW, NOW + 300])('is left as it is if it starts at %d', (horizon) => {
    const before = state(horizon);
    expect(withoutFutureStart(before, NOW, undefined)).toEqual({ state: before });
  });

  it('of a snapshot of the future starts from the beginning, with a warning', () => {
    const { state: after, warning } = withoutFutureStart(state(NOW + DAY), NOW, undefined);
    expect(after.horizon).toBe(0);
    expect(warning).toMatch(
      /^The snapshot says that all changes up to 2025-11-25T16:00:00Z were sent, .* Every receiver may be sent a second time\./,
    );
  });

  it('of a snapshot of the future starts at the start time, if there is one', () => {
    const { state: after, warning } = withoutFutureStart(state(NOW + DAY), NOW, NOW - DAY);
    expect(after.horizon).toBe(NOW - DAY - 1);
    expect(warning).toContain('Every receiver changed after 2025-11-23T15:59:59Z may be sent');
  });

  it('starts now if the start time is in the future, so that changes from now on are sent', () => {
    const { state: after, warning } = withoutFutureStart(state(NOW + DAY - 1), NOW, NOW + DAY);
    expect(after.horizon).toBe(NOW);
    expect(warning).toMatch(/^The start time 2025-11-25T16:00:00Z is in the future: CleverReach's clock says /);
  });
});

it('a state with a sketch is left as it is, since the sketch shows what was sent', () => {
  const before = { ...state(NOW + DAY), sketch: Sketch.ofSize(16) };
  expect(withoutFutureStart(before, NOW, undefined)).toEqual({ state: before });
});

it('a state with a read in progress is left as it is', () => {
  const before = { ...state(NOW + DAY), read: {} as ReadState };
  expect(withoutFutureStart(before, NOW, undefined)).toEqual({ state: before });
});

describe('a start time in the future', () => {
  it('may be up to five minutes ahead of the clock of CleverReach', () => {
    expect(withoutFutureStart(state(NOW + 300), NOW, NOW + 301)).toEqual({ state: state(NOW + 300) });
    const { state: after, warning } = withoutFutureStart(state(NOW + 301), NOW, NOW + 302);
    expect(after.horizon).toBe(NOW);
    expect(warning).toBe(
      "The start time 2025-11-24T16:05:02Z is in the future: CleverReach's clock says 2025-11-24T16:00:00Z. Existing receivers are not sent; " +
        'changes from now on are sent. If you did not intend this, correct "startTime" and reset the snapshot of the step to {}.',
    );
  });

  it('that has come since does not matter for a snapshot of the future', () => {
    const { state: after, warning } = withoutFutureStart(state(NOW + 301), NOW, NOW + 301);
    expect(after.horizon).toBe(NOW + 300);
    expect(warning).toMatch(/^The snapshot says /);
  });

  it('of the year 1970 starts from the beginning', () => {
    for (const startTime of [0, 1]) expect(withoutFutureStart(state(NOW + DAY), NOW, startTime).state.horizon).toBe(0);
    expect(withoutFutureStart(state(NOW + DAY), NOW, 2).state.horizon).toBe(1);
  });
});

it('the warning about a snapshot of the future says what is read and how to continue otherwise', () => {
  expect(withoutFutureStart(state(NOW + DAY), NOW, undefined).warning).toBe(
    "The snapshot says that all changes up to 2025-11-25T16:00:00Z were sent, but that is in the future: CleverReach's clock says 2025-11-24T16:00:00Z. " +
      'It is unknown which changes were sent, so all receivers are read. Every receiver may be sent a second time. ' +
      'To continue from another time instead, stop the flow and give the step the snapshot {"lastUpdated": <unix seconds>}.',
  );
});

describe('the start of a poll', () => {
  const { horizon: stored, seen, retry } = state(NOW - DAY);
  const ofEarlierConnector = { horizon: stored, seen, retry };

  it.each([
    ['was stored', state(NOW - DAY), undefined, NOW - DAY],
    ['the earlier connector stored, which names no group', ofEarlierConnector, undefined, NOW - DAY],
    ['starts from the beginning if nothing was stored', undefined, undefined, 0],
    ['starts at the start time if nothing was stored', undefined, NOW - DAY, NOW - DAY - 1],
    ['starts at the very beginning', undefined, 0, 0],
  ])('is what %s', (_, before, startTime, horizon) => {
    const started = startState(before, '7', NOW, startTime);
    expect(started).toStrictEqual({ state: state(horizon), warnings: [] });
  });

  it.each([
    ['8', '7', 'group 8', 'group 7'],
    ['all', '7', 'all groups', 'group 7'],
    ['7', 'all', 'group 7', 'all groups'],
    ['Kundin Zoë Müller', '7', 'group sha256:', 'group 7'],
  ])('ignores what was stored for another scope, with a warning: %s', (of, scope, was, is) => {
    const started = startState({ ...state(NOW - DAY), scope: of }, scope, NOW, undefined);
    expect(started.state).toEqual({ ...state(0), scope });
    expect(started.warnings).toEqual([
      expect.stringMatching(
        new RegExp(`^The stored snapshot is for ${was}[0-9a-f]*, so ${is} will be read from the beginning\\.$`),
      ),
    ]);
  });

  it('warns of a time in the future too', () => {
    const started = startState({ ...state(NOW), scope: '8' }, '7', NOW, NOW + DAY);
    expect([started.state.horizon, started.warnings]).toEqual([
      NOW,
      [expect.stringMatching(/^The stored snapshot /), expect.stringMatching(/^The start time /)],
    ]);
  });
});
