import { TenantCache } from '../../../lib/oauth/tenantCache';

describe('the tenant cache', () => {
  it('returns the same entry for the same key', () => {
    const cache = new TenantCache<object>(() => true);
    const entry = cache.get('a', 0, () => ({}));
    expect(cache.get('a', 0, () => ({}))).toBe(entry);
    expect(cache.get('b', 0, () => ({}))).not.toBe(entry);
  });

  it('evicts the least recently used entry when it is full', () => {
    const cache = new TenantCache<{ name: string }>(() => true, 2);
    const made: string[] = [];
    const get = (name: string): void => {
      cache.get(name, 0, () => {
        made.push(name);
        return { name };
      });
    };
    ['a', 'b', 'a', 'c', 'a', 'b'].forEach(get);
    expect(made).toEqual(['a', 'b', 'c', 'b']);
  });

  it('evicts entries that were not used for an hour on any access, except the requested entry', () => {
    const cache = new TenantCache<object>(() => true);
    const hour = 3_600_000;
    const mine = cache.get('mine', 0, () => ({}));
    cache.get('used', 0, () => ({}));
    cache.get('used', hour / 2, () => ({}));
    cache.get('idle', 0, () => ({}));
    expect(cache.get('mine', hour, () => ({}))).toBe(mine);
    expect(cache.size).toBe(3);
    cache.get('used', hour, () => ({}));
    expect(cache.size).toBe(2);
    cache.get('new', 10 * hour, () => ({}));
    expect(cache.size).toBe(1);
  });

  it('never evicts an entry with data that exists nowhere else', () => {
    const cache = new TenantCache<{ keep: boolean }>((entry) => !entry.keep, 1);
    const precious = cache.get('a', 0, () => ({ keep: true }));
    cache.get('b', 0, () => ({ keep: false }));
    cache.get('c', 0, () => ({ keep: false }));
    expect(cache.get('a', 0, () => ({ keep: false }))).toBe(precious);
  });

  it('exceeds its limit only for entries that must not be evicted', () => {
    const cache = new TenantCache<object>(() => true, 3);
    for (const key of ['a', 'b', 'c']) cache.get(key, 0, () => ({}));
    expect(cache.size).toBe(3);
    cache.get('d', 0, () => ({}));
    expect(cache.size).toBe(3);
  });

  it('never evicts the requested entry, even if it is full', () => {
    const cache = new TenantCache<object>(() => true, 0);
    const entry = cache.get('a', 0, () => ({}));
    expect(cache.get('a', 0, () => ({}))).toBe(entry);
  });

  it('keeps entries that were used less than an hour ago, to the millisecond', () => {
    const cache = new TenantCache<object>(() => true);
    cache.get('a', 0, () => ({}));
    cache.get('b', 3_599_999, () => ({}));
    expect(cache.size).toBe(2);
    cache.get('b', 3_600_000, () => ({}));
    expect(cache.size).toBe(1);
  });

  it('also evicts entries that are newer than one that must not be evicted', () => {
    const cache = new TenantCache<{ keep: boolean }>((entry) => !entry.keep, 1);
    cache.get('a', 0, () => ({ keep: true }));
    cache.get('b', 0, () => ({ keep: false }));
    cache.get('c', 0, () => ({ keep: false }));
    expect(cache.size).toBe(2);
  });
});
