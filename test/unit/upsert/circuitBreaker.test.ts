import { CircuitBreaker } from '../../../lib/upsert/circuitBreaker';
import { RejectedError, TemporaryError } from '../../../lib/utils/errors';
import { fakeClock, thrownBy } from '../../support/http';

function watched() {
  const clock = fakeClock();
  const breaker = new CircuitBreaker(clock);
  const api = breaker.watch({
    name: 'api',
    isFirstOccurrence: (text: string) => text === 'new',
    take: async (milliseconds: number, error?: Error): Promise<string> => {
      await clock.sleep(milliseconds);
      if (error) throw error;
      return 'done';
    },
  });
  return { breaker, api };
}

describe('the circuit breaker of a batch', () => {
  it('opens once temporary failures have taken half a minute together, and the error says how long', async () => {
    const { breaker, api } = watched();
    await thrownBy(api.take(29_999, new TemporaryError('down')));
    expect(breaker.isOpen).toBe(false);
    expect(() => {
      breaker.check();
    }).not.toThrow();
    await thrownBy(api.take(1, new TemporaryError('down')));
    expect(breaker.isOpen).toBe(true);
    expect(breaker.problem).toBeInstanceOf(TemporaryError);
    expect(() => {
      breaker.check();
    }).toThrow(
      'Nothing was sent to CleverReach, because earlier requests of the same batch failed for 30 s. This is temporary: a later attempt will work.',
    );
  });

  it('counts neither successes nor rejections, however long they take', async () => {
    const { breaker, api } = watched();
    expect(await api.take(600_000)).toBe('done');
    await thrownBy(api.take(600_000, new RejectedError('no', 400)));
    await thrownBy(api.take(0, new TemporaryError('down')));
    expect(breaker.problem).toBeUndefined();
  });

  it('passes on the results and errors of a call', async () => {
    const { api } = watched();
    const error = new TemporaryError('down');
    expect(await thrownBy(api.take(1, error))).toBe(error);
    expect([api.name, api.isFirstOccurrence('new'), api.isFirstOccurrence('old')]).toEqual(['api', true, false]);
  });
});
