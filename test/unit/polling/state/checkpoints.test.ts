import { Checkpoints } from '../../../../lib/polling/state/checkpoints';
import { SNAPSHOT_ROOM } from '../../../../lib/polling/state/snapshot';
import { stateFor } from '../../../../lib/polling/state/startState';
import { fakeClock } from '../../../support/http';

const state = stateFor(undefined, '9', undefined);
const room = SNAPSHOT_ROOM['elastic.io'];

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
  return { checkpoints: new Checkpoints({ clock, save }, room, pageSize), clock, saved };
}

describe('a checkpoint', () => {
  it.each([
    [20, 20],
    [500, 500],
    [5000, 500],
  ])('with pages of %d is due after %d receivers', (pageSize, repeats) => {
    const { checkpoints: due } = checkpoints(pageSize);
    for (let sent = 1; sent < repeats; sent += 1) due.count();
    expect(due.isDue).toBe(false);
    due.count();
    expect(due.isDue).toBe(true);
  });

  it('is due after ten seconds, however little was sent, and ten seconds after it was stored', async () => {
    const { checkpoints: due, clock } = checkpoints(500);
    const start = clock.elapsed();
    clock.advance(9_999);
    expect([due.at, due.isDue]).toEqual([start, false]);
    clock.advance(1);
    expect(due.isDue).toBe(true);
    clock.advance(10_000);
    await due.save(state);
    expect(due.at).toBe(start + 20_050);
    clock.advance(9_999);
    expect(due.isDue).toBe(false);
  });

  it('covers what was sent before it', async () => {
    const { checkpoints: due, saved } = checkpoints(10);
    expect(due.isBehind).toBe(false);
    for (let sent = 0; sent < 10; sent += 1) due.count();
    expect(due.isBehind).toBe(true);
    await due.save(state);
    expect(saved).toEqual([{ version: 2, lastUpdated: 0, scope: '9' }]);
    expect([due.isBehind, due.isDue]).toEqual([false, false]);
  });

  it('that could not be stored leaves the last one in force, and its time', async () => {
    const clock = fakeClock();
    const failing = new Checkpoints({ clock, save: () => Promise.reject(new Error('full')) }, room, 10);
    const start = clock.elapsed();
    clock.advance(1000);
    failing.count();
    await expect(failing.save(state)).rejects.toThrow('full');
    expect([failing.at, failing.isBehind]).toEqual([start, true]);
  });
});
