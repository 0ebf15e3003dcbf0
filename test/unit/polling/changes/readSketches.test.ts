import { ReadSketches, RowValues } from '../../../../lib/polling/changes/readSketches';
import { MARK } from '../../../../lib/polling/changes/receiverContent';
import { PRIME } from '../../../../lib/polling/sketch/primeField';
import { MAX_VALUE, Sketch } from '../../../../lib/polling/sketch/sketch';

/** A sketch of entries. */
function sketchOf(entries: Record<number, number>, cells = 64): Sketch {
  const sketch = Sketch.ofSize(cells);
  for (const [key, value] of Object.entries(entries)) sketch.add(Number(key), value);
  return sketch;
}

const stateOf = (
  last: Sketch,
  larger?: Sketch,
): { difference: Sketch; total: Sketch; larger?: Sketch | undefined } => ({
  difference: last.copy(),
  total: last.copy(),
  larger,
});

const entriesOf = (sketch: Sketch): [number, number][] => [...sketch.peel().values].sort(([a], [b]) => a - b);

describe('the sketches of a read', () => {
  it('identify the keys whose values differ, and the missing keys', () => {
    const sketches = new ReadSketches(stateOf(sketchOf({ 1: 10, 2: 20, 3: 30 })), false);
    sketches.add(1, 10, 10);
    sketches.add(2, 25, 25);
    const { values, isComplete } = sketches.peeled();
    expect([[...values.keys()].sort(), isComplete]).toEqual([[2, 3], true]);
    expect(values.get(3)).toBe(30);
  });

  it('build one from the current rows when the horizon has moved', () => {
    const sketches = new ReadSketches(stateOf(sketchOf({ 1: 10, 2: 20, 3: 30 })), false);
    sketches.add(1, 10, 11);
    sketches.add(2, 25, 25);
    sketches.add(4, 0, 40);
    expect(entriesOf(sketches.result())).toEqual(entriesOf(sketchOf({ 1: 11, 2: 25, 4: 40 })));
  });

  it('build a larger one from the rows on request', () => {
    const sketches = new ReadSketches(stateOf(sketchOf({ 1: 10 }), Sketch.ofSize(256)), false);
    sketches.add(1, 10, 11);
    sketches.add(2, 0, 20);
    expect(sketches.result().cells).toBe(256);
    expect(entriesOf(sketches.result())).toEqual(entriesOf(sketchOf({ 1: 11, 2: 20 })));
  });

  it.each([
    ['one of the same size', undefined],
    ['a larger one', Sketch.ofSize(256)],
  ])('hold a receiver as it was emitted, in %s', (_, larger) => {
    const sketches = new ReadSketches(stateOf(sketchOf({ 1: 10, 2: 20 }), larger), false);
    sketches.add(1, 15, 15);
    sketches.add(2, 20, 20);
    sketches.resolve(1, 17);
    expect(entriesOf(sketches.result())).toEqual(entriesOf(sketchOf({ 1: 17, 2: 20 })));
  });

  it('hold a receiver as it was emitted that no row showed, and none that was deleted', () => {
    const sketches = new ReadSketches(stateOf(sketchOf({ 1: 10, 2: 20, 3: 30 })), false);
    sketches.add(1, 10, 10);
    sketches.resolve(2, 22);
    sketches.resolve(3, 0);
    expect(entriesOf(sketches.result())).toEqual(entriesOf(sketchOf({ 1: 10, 2: 22 })));
  });

  it('of a resumed read contain the rows, because it does not know those of the earlier run', () => {
    const first = stateOf(sketchOf({ 1: 10, 2: 20 }));
    new ReadSketches(first, false).add(1, 15, 15);
    const sketches = new ReadSketches(first, true);
    sketches.add(2, 20, 20);
    sketches.resolve(1, 17);
    expect(entriesOf(sketches.result())).toEqual(entriesOf(sketchOf({ 1: 15, 2: 20 })));
  });

  it('compare with the same sketch after a restart', () => {
    const state = stateOf(sketchOf({ 1: 10, 2: 20 }), Sketch.ofSize(256));
    new ReadSketches(state, false).add(1, 10, 10);
    const sketches = new ReadSketches(state, true);
    sketches.restart(false);
    sketches.add(1, 10, 10);
    sketches.add(2, 20, 20);
    expect([...sketches.peeled().values]).toEqual([]);
    expect(entriesOf(sketches.result())).toEqual(entriesOf(sketchOf({ 1: 10, 2: 20 })));
    expect(sketches.result().cells).toBe(256);
  });

  it('find, after a restart, receivers that were being looked up, even if they have changed back', () => {
    const state = stateOf(sketchOf({ 1: 10, 2: 20 }), undefined);
    const first = new ReadSketches(state, false);
    first.add(1, 10, 10);
    first.add(2, 21, 21);
    const sketches = new ReadSketches(state, true);
    sketches.restart(true);
    sketches.add(1, 10, 10);
    sketches.add(2, 20, 20);
    expect([...sketches.peeled().values.keys()]).toEqual([2]);
    expect(entriesOf(sketches.result())).toEqual(entriesOf(sketchOf({ 1: 10, 2: 20 })));
  });

  it('after a restart do not look up receivers of which some are not known', () => {
    const entries = Object.fromEntries(Array.from({ length: 13 }, (_, index) => [index + 1, 10 * (index + 1)]));
    const state = stateOf(sketchOf(entries, 16));
    const { values, isComplete } = state.difference.copy().peel();
    expect([isComplete, values.size > 0]).toEqual([false, true]);
    const sketches = new ReadSketches(state, true);
    sketches.restart(true);
    for (const [key, value] of Object.entries(entries)) sketches.add(Number(key), value, value);
    expect(sketches.peeled()).toEqual({ values: new Map(), isComplete: true });
  });

  it('show what remains of a key once all rows were read, and show it anew after a restart', () => {
    const sketches = new ReadSketches(stateOf(sketchOf({ 1: 10, 2: 20, 3: 30 })), false);
    sketches.add(1, 10, 10);
    sketches.add(2, 25, 25);
    expect(sketches.residueOf(3)).toBeUndefined();
    expect(sketches.peeled()).toBe(sketches.peeled());
    expect([1, 2, 3].map((key) => sketches.residueOf(key))).toEqual([undefined, PRIME - 5, 30]);
    sketches.restart(false);
    expect(sketches.residueOf(3)).toBeUndefined();
    for (const [key, value] of [
      [1, 10],
      [2, 20],
    ] as const)
      sketches.add(key, value, value);
    expect([...sketches.peeled().values]).toEqual([[3, 30]]);
  });

  it('know the value of a key with one row, unless an earlier run has read rows', () => {
    for (const isResumed of [false, true]) {
      const sketches = new ReadSketches(stateOf(Sketch.ofSize(64)), isResumed);
      // the lowest two bits count the rows
      sketches.add(1, 0, 4 * 7 + 1);
      for (const value of [5, 9]) sketches.add(2, 0, value);
      const known = isResumed ? undefined : 29;
      expect([1, 2, 3].map((key) => sketches.rowValueOf(key))).toEqual([known, undefined, undefined]);
      sketches.clear();
      expect(sketches.rowValueOf(1)).toBeUndefined();
      sketches.add(1, 0, 13);
      expect(sketches.rowValueOf(1)).toBe(isResumed ? undefined : 13);
    }
  });

  it('hold a receiver as it was emitted although nothing of it remained', () => {
    const sketches = new ReadSketches(stateOf(sketchOf({ 1: 10, 2: 20 })), false);
    for (const key of [1, 2]) sketches.add(key, 10 * key, 10 * key);
    sketches.resolve(2, 27);
    expect(entriesOf(sketches.result())).toEqual(entriesOf(sketchOf({ 1: 10, 2: 27 })));
  });

  it.each([
    ['one of the same size', undefined],
    ['a larger one', Sketch.ofSize(256)],
  ])('hold a wrong value for a marked receiver, in %s, so that the next read looks it up', (_, larger) => {
    const sketches = new ReadSketches(stateOf(sketchOf({ 1: 10, 2: 20 }), larger), false);
    for (const key of [1, 2]) sketches.add(key, 10 * key, 10 * key);
    sketches.mark(2);
    expect(entriesOf(sketches.result())).toEqual(entriesOf(sketchOf({ 1: 10, 2: 20 + MARK })));
    const next = new ReadSketches(stateOf(sketches.result()), false);
    for (const key of [1, 2]) next.add(key, 10 * key, 10 * key);
    expect([...next.peeled().values]).toEqual([[2, MARK]]);
  });

  it('compare with nothing after they were cleared, and have the same size', () => {
    const sketches = new ReadSketches(stateOf(sketchOf({ 1: 10 }), Sketch.ofSize(256)), false);
    sketches.add(2, 20, 20);
    sketches.clear();
    sketches.add(3, 0, 30);
    expect([sketches.cells, sketches.result().cells]).toEqual([64, 256]);
    expect([...sketches.peeled().values]).toEqual([]);
    expect(entriesOf(sketches.result())).toEqual(entriesOf(sketchOf({ 3: 30 })));
  });
});

describe('a read that starts again and emits everything', () => {
  it('identifies the rows read before the restart, as far as the sketch can', () => {
    const few = new ReadSketches(stateOf(Sketch.ofSize(64), undefined), true);
    few.add(1, 10, 10);
    few.add(2, 20, 20);
    expect(few.restartWithRows()).toEqual({ keys: new Set([1, 2]), isComplete: true });
    const many = new ReadSketches(stateOf(Sketch.ofSize(16), undefined), true);
    for (let key = 1; key <= 100; key += 1) many.add(key, key, key);
    expect(many.restartWithRows()).toEqual({ keys: undefined, isComplete: false });
    const growing = new ReadSketches(stateOf(Sketch.ofSize(16), Sketch.ofSize(256)), true);
    for (let key = 1; key <= 100; key += 1) growing.add(key, key, key);
    const { keys, isComplete } = growing.restartWithRows();
    expect([keys?.size, isComplete]).toEqual([100, true]);
  });

  it('identifies, after a second restart, the rows read before the first one', () => {
    const sketches = new ReadSketches(stateOf(Sketch.ofSize(64), undefined), true);
    for (const key of [1, 2, 3]) sketches.add(key, 10 * key, 10 * key);
    sketches.restartWithRows();
    sketches.add(1, 10, 10);
    sketches.add(4, 0, 40);
    expect(sketches.restartWithRows()).toEqual({ keys: new Set([1, 2, 3, 4]), isComplete: true });
  });

  it('identifies them in a later run too, which cannot distinguish new rows from rows that were read before', () => {
    const state = stateOf(Sketch.ofSize(64), undefined);
    const first = new ReadSketches(state, true);
    for (const key of [1, 2, 3]) first.add(key, 10 * key, 10 * key);
    first.restartWithRows();
    const later = new ReadSketches(state, true);
    later.add(1, 10, 10);
    later.add(4, 40, 40);
    expect(later.restartWithRows()).toEqual({ keys: new Set([1, 2, 3, 4]), isComplete: true });
  });

  it('reports when it cannot identify all of them after a second restart', () => {
    const sketches = new ReadSketches(stateOf(Sketch.ofSize(16), undefined), true);
    for (let key = 1; key <= 100; key += 1) sketches.add(key, key, key);
    sketches.restartWithRows();
    sketches.add(1, 1, 1);
    expect(sketches.restartWithRows().isComplete).toBe(false);
  });

  it('knows what it has read since, although it does not know all of what it had read before', () => {
    const sketches = new ReadSketches(stateOf(Sketch.ofSize(16)), true);
    for (let key = 1; key <= 100; key += 1) sketches.add(key, key, key);
    sketches.restartWithRows();
    for (const key of [1, 2, 3]) sketches.add(key, key, key);
    expect(sketches.restartWithRows()).toEqual({ keys: new Set([1, 2, 3]), isComplete: false });
  });

  it('identifies rows with the largest values too', () => {
    const sketches = new ReadSketches(stateOf(Sketch.ofSize(64)), true);
    for (const key of [1, 2]) sketches.add(key, MAX_VALUE, MAX_VALUE);
    sketches.restartWithRows();
    sketches.add(1, MAX_VALUE, MAX_VALUE);
    sketches.add(3, MAX_VALUE, MAX_VALUE);
    expect(sketches.restartWithRows()).toEqual({ keys: new Set([1, 2, 3]), isComplete: true });
  });

  it('knows which receivers it has not found again', () => {
    const sketches = new ReadSketches(stateOf(Sketch.ofSize(64)), true);
    for (const key of [1, 2, 3]) sketches.add(key, 10 * key, 10 * key);
    expect(sketches.readBefore()).toBeUndefined();
    sketches.restartWithRows();
    expect(sketches.readBefore()).toEqual(new Set([1, 2, 3]));
    sketches.add(2, 20, 20);
    expect(sketches.readBefore()).toEqual(new Set([1, 3]));
  });

  it('does not know which receivers it has not found again if there are too many for the sketch', () => {
    const sketches = new ReadSketches(stateOf(Sketch.ofSize(16)), true);
    for (let key = 1; key <= 100; key += 1) sketches.add(key, key, key);
    sketches.restartWithRows();
    expect(sketches.readBefore()).toBeUndefined();
  });
});

describe('the values of rows', () => {
  it('are summed by key, one row for each group of a receiver', () => {
    const values = new RowValues();
    values.add(7, 10);
    values.add(8, 5);
    values.add(7, 0xffff_ffff);
    expect([values.sum(7), values.sum(8), values.sum(9)]).toEqual([0x1_0000_0009, 5, 0]);
  });

  it('are kept of more rows than the first lists hold', () => {
    const values = new RowValues();
    for (let key = 1; key <= 40_000; key += 1) values.add(key, key * 2);
    values.add(1, 3);
    values.add(16_384, 5);
    expect([1, 2, 16_384, 16_385, 32_768, 32_769, 40_000, 40_001].map((key) => values.sum(key))).toEqual([
      ...[5, 4, 32_773, 32_770, 65_536, 65_538, 80_000],
      0,
    ]);
  });

  it('are forgotten on request', () => {
    const values = new RowValues();
    for (let key = 1; key <= 20_000; key += 1) values.add(key, 1);
    values.clear();
    values.add(2, 7);
    expect([1, 2, 20_000].map((key) => values.sum(key))).toEqual([0, 7, 0]);
  });

  it('of no rows are 0, even for a key that is 0 modulo 2^32', () => {
    expect(new RowValues().sum(2 ** 32)).toBe(0);
  });

  it('are kept of keys above 2^32', () => {
    const values = new RowValues();
    values.add(2 ** 35 + 5, 7);
    expect(values.sum(2 ** 35 + 5)).toBe(7);
  });
});
