import { ReadSketches, RowValues } from '../../../../lib/polling/changes/readSketches';
import { Sketch } from '../../../../lib/polling/sketch/sketch';

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

  it('compare with nothing after they were cleared, and have the same size', () => {
    const sketches = new ReadSketches(stateOf(sketchOf({ 1: 10 }), Sketch.ofSize(256)), false);
    sketches.add(2, 20, 20);
    sketches.clear();
    sketches.add(3, 0, 30);
    expect(sketches.cells).toBe(64);
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
    for (let key = 1; key <= 5_000; key += 1) values.add(key, key * 2);
    values.add(1, 3);
    expect([values.sum(1), values.sum(1_024), values.sum(1_025), values.sum(5_000)]).toEqual([5, 2_048, 2_050, 10_000]);
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
