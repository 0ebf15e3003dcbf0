/**
 * How many differences a sketch reveals; docs/decisions/0006-sketches-of-sets.md has a table of it.
 * `SKETCH_RUNS=9000 npx jest test/integration/polling/sketchCapacity` shows what is measured.
 */

import { hash } from 'node:crypto';
import { MAX_KEY, MAX_VALUE, Sketch } from '../../../lib/polling/sketch/sketch';

/** How many sketches are peeled for each row, and a tenth of it where they are large. */
const RUNS = Number(process.env['SKETCH_RUNS'] ?? 210);
const RANGES = [1e6, 2e9, MAX_KEY];

/** The same numbers from 0 to 1 in each run; not of a generator that may have to do with the hashes of a sketch. */
function chance(): () => number {
  let digest = Buffer.alloc(0);
  let offset = 0;
  let count = 0;
  return () => {
    if (offset === digest.length) {
      digest = hash('sha256', String((count += 1)), 'buffer');
      offset = 0;
    }
    offset += 4;
    return digest.readUInt32BE(offset - 4) / 2 ** 32;
  };
}

const random = chance();

/** Keys up to a limit, and the differences of two random values of each. */
function differences(count: number, limit: number): Map<number, number> {
  const changed = new Map<number, number>();
  while (changed.size < count) {
    const key = 1 + Math.floor((random() + random() / 2 ** 32) * (limit - 1));
    const [before, after] = [random(), random()].map((one) => Math.floor(one * (MAX_VALUE + 1)));
    const value = (after ?? 0) - (before ?? 0);
    if (value !== 0) changed.set(key, value);
  }
  return changed;
}

/** Peels a sketch; also checks that what it gives is right. */
function isRevealed(changed: Map<number, number>, cells: number): boolean {
  const sketch = Sketch.ofSize(cells);
  for (const [key, value] of changed) sketch.add(key, value);
  const { values, isComplete } = sketch.peel();
  if (isComplete) expect(values).toEqual(new Map([...changed].map(([key, v]) => [key, v < 0 ? v + MAX_KEY + 1 : v])));
  return isComplete;
}

describe('a sketch', () => {
  it.each([
    [64, 10, 99],
    [64, 20, 98],
    [64, 30, 95],
    [64, 38, 82],
    [128, 40, 98],
    [128, 70, 97],
    [128, 80, 93],
    [256, 100, 98],
    [256, 160, 97],
    [256, 180, 85],
    [4096, 2900, 95],
  ])('of %d cells reveals %d differences in %d of 100 cases or more', (cells, count, percent) => {
    const runs = Math.ceil(cells > 1000 ? RUNS / 10 : RUNS);
    let revealed = 0;
    for (let run = 0; run < runs; run += 1) {
      if (isRevealed(differences(count, RANGES[run % RANGES.length] ?? 0), cells)) revealed += 1;
    }
    const share = (100 * revealed) / runs;
    // eslint-disable-next-line no-console -- what was measured, for the document
    if (process.env['SKETCH_RUNS']) console.info(`${cells} cells, ${count} differences: ${share.toFixed(2)} %`);
    expect(share).toBeGreaterThanOrEqual(percent);
  });
});
