import { SingleFlight } from '../../../lib/oauth/singleFlight';

describe('work in progress', () => {
  it('is shared by all callers that arrive in the meantime, including its error', async () => {
    const flight = new SingleFlight();
    let runs = 0;
    const work = async (): Promise<void> => {
      runs += 1;
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('lost');
    };
    const both = Promise.allSettled([flight.run(work), flight.run(work)]);
    expect(flight.isUnderWay).toBe(true);
    const outcomes = await both;
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(runs).toBe(1);
    expect(flight.isUnderWay).toBe(false);
    await expect(flight.run(() => Promise.resolve())).resolves.toBeUndefined();
  });
});
