import { systemClock } from '../../../lib/utils/clock';

describe('the clock of the system', () => {
  it('tells unix milliseconds, which go on while it sleeps', async () => {
    const start = systemClock.now();
    expect(start).toBeGreaterThan(1_764_000_000_000);
    expect(start).toBeLessThan(17_640_000_000_000);
    await systemClock.sleep(20);
    // a timer may be a millisecond early by this clock
    expect(systemClock.now() - start).toBeGreaterThanOrEqual(19);
  });

  it('has chances from 0 up to 1, each another one', () => {
    const chances = Array.from({ length: 20 }, () => systemClock.random());
    expect(chances.filter((one) => one < 0 || one >= 1)).toEqual([]);
    expect(new Set(chances).size).toBeGreaterThan(1);
  });
});
