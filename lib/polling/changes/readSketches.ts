/**
 * The two sketches of a full read. `difference` is the sketch of the last read minus the rows of this read. The new sketch
 * is `total` minus `difference`, so an unchanged row needs only one addition.
 */

import type { ReadState } from '../state/snapshot';
import { residueOf } from '../sketch/primeField';
import { isOfOneReceiver, MARK } from './receiverContent';
import { MAX_VALUE, Sketch } from '../sketch/sketch';

export class ReadSketches {
  private readonly rows = new RowValues();
  private peeling: ReturnType<Sketch['peel']> | undefined;

  /**
   * @param state changed in place
   * @param isResumed whether an earlier run has read rows
   */
  constructor(
    private readonly state: Pick<ReadState, 'difference' | 'total' | 'larger'>,
    readonly isResumed: boolean,
  ) {}

  get cells(): number {
    return this.state.difference.cells;
  }

  /**
   * A row was read.
   * @param before its value in the last sketch if it has not changed
   * @param after its value in the new sketch
   */
  add(key: number, before: number, after: number): void {
    const { difference, total, larger } = this.state;
    difference.add(key, -before);
    if (before !== after) total.add(key, after - before);
    larger?.add(key, after);
    this.rows.add(key, after);
  }

  /** After all rows were read: the keys that differ. */
  peeled(): ReturnType<Sketch['peel']> {
    this.peeling ??= this.state.difference.peel();
    return this.peeling;
  }

  /** The remaining value of a key after all rows were read; undefined before that, and if nothing remains. */
  residueOf(key: number): number | undefined {
    return this.peeling?.values.get(key);
  }

  /** What a key with one row has added to the new sketch; undefined if there are more rows, or if earlier runs have read rows. */
  rowValueOf(key: number): number | undefined {
    if (this.isResumed) return undefined;
    const sum = this.rows.sum(key);
    return isOfOneReceiver(sum) ? sum : undefined;
  }

  /**
   * A key that differs is resolved. In the new sketch, the emitted value replaces the value of the rows, because the
   * receiver may have changed in between and may change back.
   * @param asEmitted the sum of its values in all groups
   */
  resolve(key: number, asEmitted: number): void {
    const { difference, total, larger } = this.state;
    const value = this.peeled().values.get(key) ?? 0;
    difference.subtract(key, value);
    total.subtract(key, value);
    if (this.isResumed) return;
    const correction = residueOf(this.rows.sum(key) - asEmitted);
    for (const sketch of [total, larger]) sketch?.subtract(key, correction);
  }

  /**
   * A key that differs is not resolved: the next read finds it again.
   * @param isMarked whether the new sketch marks the key; else it contains the former value, which also shows what has changed
   */
  postpone(key: number, isMarked: boolean): void {
    const { difference, total, larger } = this.state;
    const value = this.peeled().values.get(key) ?? 0;
    difference.subtract(key, value);
    if (isMarked) {
      total.subtract(key, value);
      this.mark(key);
    } else larger?.subtract(key, residueOf(-value));
  }

  /** Puts a wrong value into the new sketch, so that the next read finds the key. */
  mark(key: number): void {
    for (const sketch of [this.state.total, this.state.larger]) sketch?.add(key, MARK);
  }

  /** The read starts again and is compared with the same sketch. */
  restart(wasResolving: boolean): void {
    const { values, isComplete } = this.state.difference.peel();
    // `total` may contain changes of state that this read finds again: then some receivers are emitted twice
    this.compareWith(this.state.total.copy());
    if (!wasResolving || !isComplete) return;
    // all rows were read, and these receivers were being looked up: what the next step has received of them is not known
    for (const key of values.keys())
      for (const sketch of [this.state.difference, this.state.total]) sketch.add(key, MARK);
  }

  /**
   * The read starts again and is compared with all rows that it has read so far: those since the last start, and those
   * from before it that it has not found again.
   * @returns their keys; undefined if there are too many to identify them; incomplete if some of the rows are unknown
   */
  restartWithRows(): { keys: ReadonlySet<number> | undefined; isComplete: boolean } {
    const { difference, total } = this.state;
    const read = this.result();
    let isComplete = true;
    // before the first restart, `total` is empty
    if (!total.isEmpty) {
      const left = difference.peel();
      isComplete = left.isComplete;
      // other values come from rows that were read after the start
      if (isComplete) for (const [key, value] of left.values) if (value <= MAX_VALUE) read.add(key, value);
    }
    this.compareWith(read);
    const { values, isComplete: isNamed } = read.peel();
    return { keys: isNamed ? new Set(values.keys()) : undefined, isComplete: isComplete && isNamed };
  }

  /**
   * For a read that has started again and is compared with the rows of its first attempt: the keys that it has not found
   * since the restart.
   * @returns undefined if it has not started again, or if there are too many to identify them
   */
  readBefore(): ReadonlySet<number> | undefined {
    if (this.state.total.isEmpty) return undefined;
    const { values, isComplete } = this.state.difference.peel();
    return isComplete ? new Set(values.keys()) : undefined;
  }

  /** The read starts again and is compared with nothing. */
  clear(): void {
    this.compareWith(Sketch.ofSize(this.cells));
  }

  /** The new sketch. */
  result(): Sketch {
    const { difference, total, larger } = this.state;
    return larger ?? total.minus(difference);
  }

  private compareWith(sketch: Sketch): void {
    const { state } = this;
    state.difference = sketch;
    state.total = sketch.copy();
    if (state.larger) state.larger = Sketch.ofSize(state.larger.cells);
    this.rows.clear();
    this.peeling = undefined;
  }
}

/** Rows of one chunk. Chunks are never copied, so that the memory does not exceed what the rows need. */
const CHUNK = 16_384;

interface Chunk {
  keys: Uint32Array;
  values: Uint32Array;
}

/** The values that a read has added to its sketch, in eight bytes for each row. */
export class RowValues {
  private chunks: Chunk[] = [];
  /** Rows of the last chunk. */
  private count = CHUNK;

  add(key: number, value: number): void {
    let last = this.chunks.at(-1);
    if (!last || this.count === CHUNK) {
      last = { keys: new Uint32Array(CHUNK), values: new Uint32Array(CHUNK) };
      this.chunks.push(last);
      this.count = 0;
    }
    last.keys[this.count] = key % 2 ** 32;
    last.values[this.count] = value;
    this.count += 1;
  }

  clear(): void {
    this.chunks = [];
    this.count = CHUNK;
  }

  /** The sum of the values of a key. Keys that are equal modulo 2^32 are not distinguished. */
  sum(key: number): number {
    const wanted = key % 2 ** 32;
    let sum = 0;
    for (const { keys, values } of this.chunks)
      // what follows the last row has the value 0
      for (let index = keys.indexOf(wanted); index >= 0; index = keys.indexOf(wanted, index + 1))
        sum += values[index] ?? 0;
    return sum;
  }
}
