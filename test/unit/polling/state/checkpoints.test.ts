import { Checkpoints } from '../../../../lib/polling/state/checkpoints';
import { stateFor } from '../../../../lib/polling/state/snapshot';
import { fakeClock } from '../../../support/http';

const state = stateFor(undefined, '9', undefined);

function checkpoints(pageSize: number): {
  checkpoints: Checkpoints;
  clock: ReturnType<typeof fakeClock>;
  saved: object[];
} {
  const clock = fakeClock();
  const saved: object[] = [];
  const save = (snapshot: object): Promise<void> => {
    saved.push(snapshot);
    clock.advance(50);
    return Promise.resolve();
  };
  return { checkpoints: new Checkpoints({ clock, save }, pageSize), clock, saved };
}

describe('a checkpoint', () => {
  it.each([
    [20, 20],
    [500, 500],
    [5000, 500],
  ])('with pages of %d is due after %d messages, those on their way among them', (pageSize, repeats) => {
    const { checkpoints: due, clock } = checkpoints(pageSize);
    const now = clock.now();
    for (let sent = 1; sent < repeats; sent += 1) due.confirmed();
    expect([due.isDue(now, 0), due.isDue(now, 1)]).toEqual([false, true]);
    due.confirmed();
    expect(due.isDue(now, 0)).toBe(true);
  });

  it('is due after ten seconds, however little was sent, and ten seconds after it was stored', async () => {
    const { checkpoints: due, clock } = checkpoints(500);
    const start = clock.now();
    expect([due.at, due.isDue(start + 9_999, 0), due.isDue(start + 10_000, 0)]).toEqual([start, false, true]);
    clock.advance(20_000);
    await due.save(state, 0);
    expect(due.at).toBe(start + 20_050);
    expect(due.isDue(start + 30_049, 0)).toBe(false);
  });

  it('that is stored covers what was confirmed, but for what was confirmed out of turn', async () => {
    const { checkpoints: due, saved, clock } = checkpoints(10);
    expect(due.isBehind).toBe(false);
    for (let sent = 0; sent < 10; sent += 1) due.confirmed();
    expect(due.isBehind).toBe(true);
    await due.save(state, 3);
    expect(saved).toEqual([{ version: 1, lastUpdated: 0, scope: '9' }]);
    expect(due.isBehind).toBe(true);
    expect([due.isDue(clock.now(), 6), due.isDue(clock.now(), 7)]).toEqual([false, true]);
    await due.save(state, 0);
    expect(due.isBehind).toBe(false);
  });

  it('that could not be stored leaves the last one behind, and its time', async () => {
    const clock = fakeClock();
    const failing = new Checkpoints({ clock, save: () => Promise.reject(new Error('full')) }, 10);
    const start = clock.now();
    clock.advance(1000);
    failing.confirmed();
    await expect(failing.save(state, 0)).rejects.toThrow('full');
    expect([failing.at, failing.isBehind]).toEqual([start, true]);
  });

  it.each([
    [10, 5, false],
    [10, 6, true],
    [5000, 250, false],
    [5000, 251, true],
  ])('with pages of %d waits for %d messages on their way: %p', (pageSize, onTheirWay, waits) => {
    expect(checkpoints(pageSize).checkpoints.isCrowded(onTheirWay)).toBe(waits);
  });
});
