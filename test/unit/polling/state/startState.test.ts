import { withoutFutureStart } from '../../../../lib/polling/state/startState';
import { Sketch } from '../../../../lib/polling/sketch/sketch';
import { emptyRetry, emptySeen } from '../../../../lib/polling/state/boundedNotes';
import type { PollState } from '../../../../lib/polling/state/snapshot';

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
