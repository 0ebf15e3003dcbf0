import { systemClock } from '../../../lib/utils/clock';

describe('the system clock', () => {
  it('returns Unix milliseconds, which advance while it sleeps', async () => {
    const start = systemClock.now();
    expect(start).toBeGreaterThan(1_764_000_000_000);
    expect(start).toBeLessThan(17_640_000_000_000);
    await systemClock.sleep(20);
    // a timer may be a millisecond early by this clock
    expect(systemClock.now() - start).toBeGreaterThanOrEqual(19);
  });

  it('returns different random numbers from 0 up to 1', () => {
    const chances = Array.from({ length: 20 }, () => systemClock.random());
    expect(chances.filter((one) => one < 0 || one >= 1)).toEqual([]);
    expect(new Set(chances).size).toBeGreaterThan(1);
  });
});
