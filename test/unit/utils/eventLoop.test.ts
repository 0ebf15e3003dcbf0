import { runYielding } from '../../../lib/utils/eventLoop';

const work = (milliseconds: number): void => {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
};

describe('work in pieces', () => {
  it('lets others in, however many do it at the same time', async () => {
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setTimeout(count, 0);
    };
    setTimeout(count, 0);
    const worker = (): number => {
      work(60);
      return turns;
    };
    const seen = await Promise.all(Array.from({ length: 8 }, () => runYielding(worker)));
    isDone = true;
    expect(new Set(seen).size).toBeGreaterThanOrEqual(6);
  });

  it('is not interrupted while it is short', async () => {
    await new Promise((resolve) => setImmediate(resolve));
    let isInterrupted = false;
    setImmediate(() => (isInterrupted = true));
    for (let piece = 0; piece < 100; piece += 1) await runYielding(() => piece);
    expect(isInterrupted).toBe(false);
  });

  it('rejects with what the work throws', async () => {
    const failing = runYielding(() => {
      throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('broken');
  });
});
