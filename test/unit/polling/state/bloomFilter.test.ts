import { BloomFilter } from '../../../../lib/polling/state/bloomFilter';

const key = (id: number, groupId = '9'): { groupId: string; id: string } => ({ groupId, id: String(id) });
const filled = (from: number, to: number, filter = BloomFilter.ofSize(900)): BloomFilter => {
  for (let id = from; id < to; id += 1) filter.add(key(id));
  return filter;
};
const count = (filter: BloomFilter, from: number, to: number): number =>
  Array.from({ length: to - from }, (_, index) => filter.has(key(from + index))).filter(Boolean).length;

describe('a filter of receivers', () => {
  it('matches all receivers that were added, and few others', () => {
    const filter = filled(0, 500);
    expect(count(filter, 0, 500)).toBe(500);
    expect(count(filter, 500, 10_500)).toBeLessThan(150);
    expect(filter.has(key(1, '8'))).toBe(false);
  });

  it('matches all of them however full it is, and estimates how many others it matches', () => {
    const filter = filled(0, 5000);
    expect(count(filter, 0, 5000)).toBe(5000);
    const part = count(filter, 5000, 15_000) / 10_000;
    expect(Math.abs(filter.falsePositiveRate - part)).toBeLessThan(0.02);
    expect(BloomFilter.ofSize(900).falsePositiveRate).toBe(0);
    // one receiver sets three bits
    expect(filled(1, 2, BloomFilter.ofSize(6)).falsePositiveRate).toBeCloseTo((3 / 48) ** 3, 12);
    expect(BloomFilter.unpack('////').falsePositiveRate).toBe(1);
    expect(BloomFilter.unpack('gAAB').falsePositiveRate).toBeCloseTo((2 / 24) ** 3, 12);
  });

  it('is the same after it was stored, in four characters for three bytes', () => {
    const packed = filled(0, 500).pack();
    expect(packed).toHaveLength(1200);
    expect(count(BloomFilter.unpack(packed), 0, 500)).toBe(500);
    expect(BloomFilter.unpack(packed).pack()).toBe(packed);
    expect(() => BloomFilter.unpack('')).toThrow('it is empty');
  });

  it('can be merged with another one, and neither of them changes', () => {
    const [one, two] = [filled(0, 100), filled(100, 200)];
    const before = [one.pack(), two.pack()];
    expect(one.mergedWith(two).pack()).toBe(filled(0, 200).pack());
    const copy = one.copy();
    copy.add(key(900));
    expect([one.pack(), two.pack()]).toEqual(before);
    expect(one.emptied().pack()).toBe(BloomFilter.ofSize(900).pack());
  });

  it('looks at the same bits in every version', () => {
    const filter = BloomFilter.ofSize(6);
    filter.add({ groupId: '1046', id: '70211' });
    expect(filter.pack()).toBe('CEAAAAAg');
  });
});
