import { Cache, Flight } from '../../lib/utils/oauth/cache';

describe('the cache', () => {
  it('gives the same entry for the same key', () => {
    const cache = new Cache<object>(() => true);
    const entry = cache.get('a', () => ({}));
    expect(cache.get('a', () => ({}))).toBe(entry);
    expect(cache.get('b', () => ({}))).not.toBe(entry);
  });

  it('forgets the entry that was used longest ago when it is full', () => {
    const cache = new Cache<{ name: string }>(() => true, 2);
    const made: string[] = [];
    const get = (name: string): void => {
      cache.get(name, () => {
        made.push(name);
        return { name };
      });
    };
    ['a', 'b', 'a', 'c', 'a', 'b'].forEach(get);
    expect(made).toEqual(['a', 'b', 'c', 'b']);
  });

  it('never forgets an entry that holds what is nowhere else', () => {
    const cache = new Cache<{ keep: boolean }>((entry) => !entry.keep, 1);
    const precious = cache.get('a', () => ({ keep: true }));
    cache.get('b', () => ({ keep: false }));
    cache.get('c', () => ({ keep: false }));
    expect(cache.get('a', () => ({ keep: false }))).toBe(precious);
  });
});

describe('a flight', () => {
  it('is joined by all who come while it is under way, and gives them its error', async () => {
    const flight = new Flight();
    let runs = 0;
    const work = async (): Promise<void> => {
      runs += 1;
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('lost');
    };
    const outcomes = await Promise.allSettled([flight.run(work), flight.run(work)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(runs).toBe(1);
    expect(flight.isUnderWay).toBe(false);
    await expect(flight.run(() => Promise.resolve())).resolves.toBeUndefined();
  });
});
