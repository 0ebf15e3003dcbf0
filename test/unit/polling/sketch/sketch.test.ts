import { createHash } from 'node:crypto';
import fc from '../../../support/fastCheck';
import { MAX_KEY, MAX_VALUE, Sketch } from '../../../../lib/polling/sketch/sketch';
import { effort } from '../../../support/effort';

type Entry = readonly [key: number, value: number];

const PRIME = MAX_KEY + 1;
const CONTROL_BYTES = 5;
const BYTES_PER_CELL = 9;

const key = fc.oneof(
  fc.integer({ min: 1, max: 50 }),
  fc.integer({ min: 1, max: 2_000_000_000 }),
  fc.integer({ min: 1, max: MAX_KEY }),
  fc.constantFrom(1, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, MAX_KEY - 1, MAX_KEY),
);
const value = fc.oneof(fc.integer({ min: 0, max: MAX_VALUE }), fc.constantFrom(0, 1, 2, 65_535, 65_536, MAX_VALUE));
const size = fc.constantFrom(16, 32, 64, 128);
const entries = (maxLength: number): fc.Arbitrary<Entry[]> =>
  fc.uniqueArray(fc.tuple(key, value), { maxLength, selector: ([one]) => one });

function sketchOf(added: Iterable<Entry>, cells: number): Sketch {
  const sketch = Sketch.ofSize(cells);
  for (const [one, its] of added) sketch.add(one, its);
  return sketch;
}

function subtract(sketch: Sketch, entries: Iterable<Entry>): Sketch {
  const difference = sketch.copy();
  for (const [one, its] of entries) difference.add(one, -its);
  return difference;
}

/** The expected difference: first minus second. */
function differenceOf(first: readonly Entry[], second: readonly Entry[]): Map<number, number> {
  const [a, b] = [new Map(first), new Map(second)];
  const difference = new Map<number, number>();
  for (const one of new Set([...a.keys(), ...b.keys()])) {
    const rest = (a.get(one) ?? 0) - (b.get(one) ?? 0);
    if (rest !== 0) difference.set(one, rest < 0 ? rest + PRIME : rest);
  }
  return difference;
}

/** The sums in each cell, as they are packed. */
function cellsOf(sketch: Sketch): { value: bigint; product: bigint }[] {
  const hex = Buffer.from(sketch.pack(), 'base64').subarray(CONTROL_BYTES).toString('hex');
  return Array.from({ length: sketch.cells }, (_, cell) => {
    const digits = hex.slice(2 * BYTES_PER_CELL * cell);
    const sum = (first: number, from: number): bigint => BigInt(`0x${digits[first]}${digits.slice(from, from + 8)}`);
    return { value: sum(0, 2), product: sum(1, 10) };
  });
}

/** The cells that contain a key. */
function occupied(one: number, cells: number): number[] {
  return cellsOf(sketchOf([[one, 1]], cells)).flatMap((sums, cell) => (sums.value === 0n ? [] : [cell]));
}

function unpackedOrError(packed: string): Sketch | Error {
  try {
    return Sketch.unpack(packed);
  } catch (error) {
    return error as Error;
  }
}

function twoKeysInOnePlace(placesOf: (one: number) => string): [number, number] {
  const known = new Map<string, number>();
  for (let one = 1; ; one += 1) {
    const other = known.get(placesOf(one));
    if (other !== undefined) return [other, one];
    known.set(placesOf(one), one);
  }
}

/** The product of a cell divided by its value, modulo the prime. */
function quotient(cell: { value: bigint; product: bigint } | undefined): number {
  const prime = BigInt(PRIME);
  let result = cell?.product ?? 0n;
  let power = cell?.value ?? 0n;
  for (let exponent = prime - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * power) % prime;
    power = (power * power) % prime;
  }
  return Number(result);
}

describe('a sketch', () => {
  it('is empty if the same entries are added and subtracted in any order', () => {
    const shuffled = entries(200).chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, size, ([first, second], cells) => {
        const sketch = sketchOf(first, cells);
        expect(sketch.pack()).toBe(sketchOf(second, cells).pack());
        const difference = subtract(sketch, second);
        expect(difference.isEmpty).toBe(true);
        expect(difference.peel()).toEqual({ values: new Map(), isComplete: true });
      }),
    );
  });

  it('is not empty if a single value differs', () => {
    fc.assert(
      fc.property(key, value, size, (one, its, cells) => {
        fc.pre(its > 0);
        const sketch = sketchOf([[one, its]], cells);
        expect(sketch.isEmpty).toBe(false);
        expect(sketch.peel()).toEqual({ values: new Map([[one, its]]), isComplete: true });
        expect(subtract(Sketch.ofSize(cells), [[one, its]]).peel().values).toEqual(new Map([[one, PRIME - its]]));
      }),
    );
  });

  it('returns exactly the keys whose values differ, or reports that it is incomplete', () => {
    let complete = 0;
    fc.assert(
      fc.property(entries(60), entries(20), fc.nat(60), size, (before, changes, kept, cells) => {
        const after = [...new Map([...before.slice(0, kept), ...changes])];
        const expected = differenceOf(after, before);
        const difference = subtract(sketchOf(after, cells), before);
        const packed = difference.pack();
        const { values, isComplete } = difference.peel();
        expect(difference.pack()).toBe(packed);
        complete += isComplete ? 1 : 0;
        expect(isComplete ? values : expected).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
    expect(complete).toBeGreaterThan(300);
  });

  it('adds up values of one key, modulo the prime', () => {
    const many = Array.from({ length: 20 }, (): Entry => [MAX_KEY, MAX_VALUE]);
    expect(sketchOf(many, 16).peel()).toEqual({
      values: new Map([[MAX_KEY, (20 * MAX_VALUE) % PRIME]]),
      isComplete: true,
    });
  });

  it('counts an entry in one cell of each quarter, exactly', () => {
    fc.assert(
      fc.property(key, value, size, (one, its, cells) => {
        fc.pre(its > 0);
        const found = cellsOf(sketchOf([[one, its]], cells)).flatMap((sums, cell) =>
          sums.value === 0n ? [] : [{ ...sums, quarter: Math.floor((cell * 4) / cells) }],
        );
        const product = (BigInt(one) * BigInt(its)) % BigInt(PRIME);
        expect(found).toEqual([0, 1, 2, 3].map((quarter) => ({ value: BigInt(its), product, quarter })));
      }),
    );
  });

  it.each([
    ['one after the other', 1],
    ['a thousand apart', 1000],
    ['that differ above 32 bits only now and then', 2 ** 22],
  ])('spreads keys %s evenly over its cells', (_, step) => {
    const counts = Array.from({ length: 64 }, () => 0);
    for (let index = 1; index <= 1600; index += 1) {
      for (const cell of occupied(index * step, 64)) counts[cell] = (counts[cell] ?? 0) + 1;
    }
    // 100 expected, with a standard deviation of 10
    expect(Math.min(...counts)).toBeGreaterThan(60);
    expect(Math.max(...counts)).toBeLessThan(140);
  });

  it('does not take two keys for a third that has the same cells', () => {
    const cells = 16;
    const placesOf = (one: number): string => occupied(one, cells).join(' ');
    const [first, second] = twoKeysInOnePlace(placesOf);
    const place = Number(placesOf(first).split(' ')[0]);
    const together = (its: number): Sketch =>
      sketchOf(
        [
          [first, its],
          [second, 1],
        ],
        cells,
      );
    /** A key that the sum of both could be mistaken for. */
    const merged = (its: number): number => quotient(cellsOf(together(its))[place]);
    let its = 1;
    while (placesOf(merged(its)) !== placesOf(first)) its += 1;

    const mistaken: Entry = [merged(its), its + 1];
    expect(cellsOf(together(its))).toEqual(cellsOf(sketchOf([mistaken], cells)));
    expect(together(its).peel().isComplete).toBe(false);
    expect(sketchOf([mistaken], cells).peel().isComplete).toBe(true);
    const rest = subtract(together(its), [mistaken]);
    expect(cellsOf(rest)).toEqual(cellsOf(Sketch.ofSize(cells)));
    expect(rest.isEmpty).toBe(false);
  });

  it('reports that it is incomplete if it contains too many entries', () => {
    const tooMany = fc.uniqueArray(fc.tuple(key, fc.integer({ min: 1, max: MAX_VALUE })), {
      minLength: 64,
      maxLength: 300,
      selector: ([one]) => one,
    });
    fc.assert(fc.property(tooMany, (list) => !sketchOf(list, 64).peel().isComplete));
  });

  it('can be copied, and the copy changed', () => {
    const sketch = sketchOf([[7, 1]], 16);
    const copy = sketch.copy();
    copy.add(8, 1);
    expect(sketch.peel().values).toEqual(new Map([[7, 1]]));
    expect(copy.peel().values).toEqual(
      new Map([
        [7, 1],
        [8, 1],
      ]),
    );
  });

  it.each([
    [0, 1],
    [-1, 1],
    [1.5, 1],
    [Number.NaN, 1],
    [MAX_KEY + 1, 1],
    [1, MAX_VALUE + 1],
    [1, -MAX_VALUE - 1],
    [1, 0.5],
    [1, Number.NaN],
  ])('refuses the key %d with the value %d', (one, its) => {
    const sketch = Sketch.ofSize(16);
    expect(() => {
      sketch.add(one, its);
    }).toThrow(RangeError);
    expect(sketch.isEmpty).toBe(true);
  });

  it.each([0, 1, 4, 24, 63, -16, 16.5, Number.NaN, 2 ** 19, 2 ** 40])('does not come in the size %d', (cells) => {
    expect(() => Sketch.ofSize(cells)).toThrow('The size of a sketch is a power of two from 8 to 262144');
  });
});

describe('a folded sketch', () => {
  it('is the same as one of half the size with the same entries', () => {
    fc.assert(
      fc.property(entries(100), fc.constantFrom(32, 64, 128, 1024), (list, cells) => {
        const folded = sketchOf(list, cells).folded();
        expect(folded.cells).toBe(cells / 2);
        expect(folded.pack()).toBe(sketchOf(list, cells / 2).pack());
      }),
    );
  });

  it('of a difference is the difference of folded ones', () => {
    fc.assert(
      fc.property(entries(60), entries(60), (first, second) => {
        const folded = subtract(sketchOf(first, 64).folded(), second);
        expect(subtract(sketchOf(first, 64), second).folded().pack()).toBe(folded.pack());
      }),
    );
  });

  it('leaves the sketch as it is, and is not smaller than the smallest', () => {
    const sketch = sketchOf([[7, 1]], 32);
    expect(sketch.folded().peel().values).toEqual(new Map([[7, 1]]));
    expect(sketch.cells).toBe(32);
    expect(() => sketch.folded().folded().folded()).toThrow(RangeError);
  });
});

describe('a packed sketch', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(entries(100), size, (list, cells) => {
        const sketch = sketchOf(list, cells);
        const unpacked = Sketch.unpack(sketch.pack());
        expect(unpacked).toEqual(sketch);
        expect(unpacked.peel()).toEqual(sketch.peel());
        unpacked.add(5, 3);
        sketch.add(5, 3);
        expect(unpacked.pack()).toBe(sketch.pack());
      }),
    );
  });

  it.each([
    [16, 200],
    [64, 776],
    [128, 1544],
    [256, 3080],
    [4096, 49_160],
  ])('of %d cells has %d characters, whatever is in it', (cells, length) => {
    expect(Sketch.ofSize(cells).pack()).toHaveLength(length);
    expect(
      sketchOf(
        [
          [MAX_KEY, MAX_VALUE],
          [3, 1],
        ],
        cells,
      ).pack(),
    ).toHaveLength(length);
  });

  it('means the same in later versions, as flows have stored it', () => {
    const list = Array.from({ length: 100 }, (_, index): Entry => [1 + 686_000_003 * index, 1 + 42_000_007 * index]);
    const digest = createHash('sha256').update(sketchOf(list, 64).pack()).digest('hex').slice(0, 16);
    expect(digest).toBe('bf8fc725cc7b831f');
  });

  it.each([
    ['', 'The sketch has an invalid length.'],
    ['AAAA', 'The sketch has an invalid length.'],
    [Buffer.alloc(5 + 9 * 24).toString('base64'), 'The sketch has an invalid length.'],
    [
      Buffer.alloc(5 + 9 * 16)
        .toString('base64')
        .replace('A', '*'),
      'The sketch has an invalid length.',
    ],
    [
      Buffer.alloc(5 + 9 * 16)
        .toString('base64')
        .replace('=', ''),
      'The sketch is not in base64.',
    ],
    [Buffer.alloc(5 + 9 * 16, 0xff).toString('base64'), 'The sketch has a sum that is too large.'],
    [`${Sketch.ofSize(16).pack()} `, 'The sketch is not in base64.'],
    ['A'.repeat(10_000_000), 'The sketch is too long.'],
  ])('is refused if it is broken (%#)', (packed, message) => {
    expect(() => Sketch.unpack(packed)).toThrow(new Error(message));
  });

  it.each([
    ['the checksum', 0, [0x0f, 0xff, 0xff, 0xff, 0xfb]],
    ['the values of a cell', 5, [0xf0, 0xff, 0xff, 0xff, 0xfb]],
    ['the products of a cell', 5, [0x0f, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xfb]],
  ])('is refused from the prime on in %s', (_, offset, bytes) => {
    const packed = Buffer.alloc(5 + 9 * 16);
    packed.set(bytes, offset);
    expect(() => Sketch.unpack(packed.toString('base64'))).toThrow('The sketch has a sum that is too large.');
    packed[offset + bytes.length - 1] = 0xfa;
    if (bytes.length === 5 && offset === 5) packed[offset + 4] = 0xfa;
    expect(Sketch.unpack(packed.toString('base64')).isEmpty).toBe(false);
  });

  it('of random content is refused, or peeled incompletely in a short time', () => {
    const content = fc.constantFrom(16, 64, 256, 1024).chain((cells) =>
      fc.uint8Array({
        minLength: CONTROL_BYTES + cells * BYTES_PER_CELL,
        maxLength: CONTROL_BYTES + cells * BYTES_PER_CELL,
        size: 'max',
      }),
    );
    const work = effort();
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), content), (packed) => {
        // the checksum has 36 bits
        if (typeof packed !== 'string') packed[0] = (packed[0] ?? 0) % 16;
        const sketch = unpackedOrError(typeof packed === 'string' ? packed : Buffer.from(packed).toString('base64'));
        if (sketch instanceof Error) return /^The sketch .{3,50}\.$/.test(sketch.message);
        return sketch.peel().isComplete === sketch.isEmpty;
      }),
      { numRuns: 300 },
    );
    expect(work()).toBeLessThan(2000);
  });

  it('that was damaged is not complete', () => {
    fc.assert(
      fc.property(entries(10), fc.nat(148), fc.integer({ min: 1, max: 255 }), (list, position, damage) => {
        const bytes = Buffer.from(sketchOf(list, 16).pack(), 'base64');
        bytes[position] = (bytes[position] ?? 0) ^ damage;
        const sketch = unpackedOrError(bytes.toString('base64'));
        return sketch instanceof Error || !sketch.peel().isComplete;
      }),
    );
  });
});
