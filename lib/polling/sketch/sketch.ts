/**
 * A sketch of a set of entries (key → value): an invertible Bloom lookup table. Its size depends on the number of
 * differences that it has to reveal, not on the number of entries. Subtracting the entries of one set from the sketch
 * of another leaves a sketch of the keys whose values differ; these keys and their differences can be read from it.
 *
 * A sketch consists of cells with two sums modulo a prime: of the values, and of the products key · value. An entry
 * counts in four cells, one in each quarter of the sketch, which are selected by a hash of its key. If only one key is
 * left in a cell, the quotient of the two sums is this key. It is subtracted from its four cells, which may leave one
 * key in others. One more sum, over all entries, distinguishes the correct solution from a wrong one that also fits all
 * cells.
 *
 * Sources: Eppstein, Goodrich, Uyeda, Varghese, "What's the Difference? Efficient Set Reconciliation without Prior
 * Context", SIGCOMM 2011. Belazzougui, Kucherov, Walzer, "Better Space-Time-Robustness Trade-Offs for Set
 * Reconciliation", ICALP 2024: cells without a checksum, and a wrong step that later steps undo.
 */

import { inverse, opposite, plus, PRIME, times } from './primeField';

/** Keys are integers from 1 to this. */
export const MAX_KEY = PRIME - 1;
/** Values are integers from 0 to this when they are added; sums are modulo the prime. */
export const MAX_VALUE = 0xffff_ffff;

const QUARTERS = 4;
/** The smallest size of a sketch. */
export const MIN_CELLS = 8;
const MAX_CELLS = 2 ** 18;
/** Seeds for the hashes of a key: one for each quarter, and one for the sum over all entries. */
const SEEDS = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];
const CONTROL_SEED = 0xa4093822;

/** Two sums of 36 bits. */
const BYTES_PER_CELL = 9;
/** The sum over all entries comes first. */
const CONTROL_BYTES = 5;
/**
 * How often peeling may look at a cell, on average. Successful peeling needs less than half of it; an endless loop ends
 * here.
 */
const EFFORT_PER_CELL = 32;
/** The additional cost of subtracting an entry, where looking at one cell costs 1. */
const EFFORT_OF_STEP = 7;

export class Sketch {
  private constructor(
    /** The sum of the values in each cell. */
    private readonly values: Float64Array,
    /** The sum of the products key · value in each cell. */
    private readonly products: Float64Array,
    /** The sum of the products hash of the key · value over all entries. */
    private control: number,
  ) {}

  /** An empty sketch. @param cells a power of two, at least 16 */
  static ofSize(cells: number): Sketch {
    if (!isSize(cells)) {
      throw new RangeError(`The size of a sketch is a power of two from ${MIN_CELLS} to ${MAX_CELLS}, not ${cells}.`);
    }
    return new Sketch(new Float64Array(cells), new Float64Array(cells), 0);
  }

  get cells(): number {
    return this.values.length;
  }

  /** @param value a negative one subtracts */
  add(key: number, value: number): void {
    if (!Number.isInteger(key) || key < 1 || key > MAX_KEY) throw new RangeError(`${key} is not a key of a sketch.`);
    if (!Number.isInteger(value) || Math.abs(value) > MAX_VALUE) {
      throw new RangeError(`${value} is not a value of a sketch.`);
    }
    this.addResidue(key, value < 0 ? value + PRIME : value);
  }

  /** @param value as `peel` returns it, from 0 to the prime - 1 */
  subtract(key: number, value: number): void {
    this.addResidue(key, opposite(value));
  }

  copy(): Sketch {
    return new Sketch(this.values.slice(), this.products.slice(), this.control);
  }

  /** The entries of this sketch minus those of another one of the same size. */
  minus(other: Sketch): Sketch {
    if (other.cells !== this.cells) throw new RangeError('The two sketches are not of the same size.');
    const rest = this.copy();
    for (let cell = 0; cell < this.cells; cell += 1) {
      rest.addToCell(cell, opposite(at(other.values, cell)), opposite(at(other.products, cell)));
    }
    rest.control = plus(rest.control, opposite(other.control));
    return rest;
  }

  /** Half as many cells, the same entries. */
  folded(): Sketch {
    const folded = Sketch.ofSize(this.cells / 2);
    const width = folded.cells / QUARTERS;
    for (let cell = 0; cell < this.cells; cell += 1) {
      const quarter = Math.floor(cell / (2 * width));
      folded.addToCell(quarter * width + (cell % width), at(this.values, cell), at(this.products, cell));
    }
    folded.control = this.control;
    return folded;
  }

  /** Whether no entries are left, or only entries that cancel each other out. */
  get isEmpty(): boolean {
    return this.control === 0 && this.values.every((sum) => sum === 0) && this.products.every((sum) => sum === 0);
  }

  /**
   * The entries of the sketch: each key with its value modulo the prime, from 1 to the prime - 1. The sign of a value
   * is unknown. The sketch is not changed.
   *
   * If `isComplete` is false, there were too many entries: some are missing, and some of the returned ones may be
   * wrong.
   */
  peel(): { values: ReadonlyMap<number, number>; isComplete: boolean } {
    const rest = this.copy();
    const found = new Map<number, number>();
    const proposals = Float64Array.from({ length: this.cells }, (_, cell) => rest.proposal(cell));
    /** Cells by the votes that their proposals had when they were queued. */
    const queues: number[][] = Array.from({ length: QUARTERS + 1 }, () => []);
    const queue = (cell: number): void => {
      if (proposals[cell] !== 0) queues[rest.votes(proposals, cell)]?.push(cell);
    };
    for (let cell = 0; cell < this.cells; cell += 1) queue(cell);

    let hasChanged = true;
    for (let effort = EFFORT_PER_CELL * this.cells; effort > 0; effort -= 1) {
      const most = queues.findLastIndex((cells) => cells.length > 0);
      if (most <= 0) {
        // a proposal without votes may have votes now
        if (most < 0 || !hasChanged) break;
        hasChanged = false;
        const waiting = queues[0]?.splice(0) ?? [];
        effort -= waiting.length;
        waiting.forEach(queue);
        continue;
      }
      const cell = queues[most]?.pop() ?? 0;
      if (rest.votes(proposals, cell) < most) {
        queue(cell);
        continue;
      }
      const key = at(proposals, cell);
      const value = at(rest.values, cell);
      rest.addResidue(key, PRIME - value);
      const sum = plus(found.get(key) ?? 0, value);
      if (sum === 0) found.delete(key);
      else found.set(key, sum);
      const changed = SEEDS.map((_, quarter) => rest.cellOf(key, quarter));
      for (const one of changed) proposals[one] = rest.proposal(one);
      changed.forEach(queue);
      hasChanged = true;
      effort -= EFFORT_OF_STEP;
    }
    return { values: found, isComplete: rest.isEmpty };
  }

  /** Base64. Sketches of one size have one length. */
  pack(): string {
    const bytes = Buffer.alloc(CONTROL_BYTES + this.cells * BYTES_PER_CELL);
    bytes.writeUIntBE(this.control, 0, CONTROL_BYTES);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let cell = 0; cell < this.cells; cell += 1) {
      const offset = CONTROL_BYTES + cell * BYTES_PER_CELL;
      const value = at(this.values, cell);
      const product = at(this.products, cell);
      view.setUint8(offset, Math.floor(value / 2 ** 32) * 16 + Math.floor(product / 2 ** 32));
      // of each, the last 32 bits
      view.setUint32(offset + 1, value);
      view.setUint32(offset + 5, product);
    }
    return bytes.toString('base64');
  }

  /** @throws Error for a string that `pack` does not return */
  static unpack(packed: string): Sketch {
    if (packed.length > 2 * MAX_CELLS * BYTES_PER_CELL) throw new Error('The sketch is too long.');
    const bytes = Buffer.from(packed, 'base64');
    const cells = (bytes.length - CONTROL_BYTES) / BYTES_PER_CELL;
    if (!isSize(cells)) throw new Error('The sketch has an invalid length.');
    if (bytes.toString('base64') !== packed) throw new Error('The sketch is not in base64.');
    const sketch = Sketch.ofSize(cells);
    sketch.control = bytes.readUIntBE(0, CONTROL_BYTES);
    for (let cell = 0; cell < cells; cell += 1) {
      const offset = CONTROL_BYTES + cell * BYTES_PER_CELL;
      const high = bytes.readUInt8(offset);
      sketch.values[cell] = (high >>> 4) * 2 ** 32 + bytes.readUInt32BE(offset + 1);
      sketch.products[cell] = (high & 15) * 2 ** 32 + bytes.readUInt32BE(offset + 5);
    }
    const isSum = (sum: number): boolean => sum < PRIME;
    if (!isSum(sketch.control) || !sketch.values.every(isSum) || !sketch.products.every(isSum)) {
      throw new Error('The sketch has a sum that is too large.');
    }
    return sketch;
  }

  private addResidue(key: number, value: number): void {
    const product = times(key, value);
    for (let quarter = 0; quarter < QUARTERS; quarter += 1) this.addToCell(this.cellOf(key, quarter), value, product);
    this.control = plus(this.control, times(hashOf(key, CONTROL_SEED), value));
  }

  private addToCell(cell: number, value: number, product: number): void {
    this.values[cell] = plus(at(this.values, cell), value);
    this.products[cell] = plus(at(this.products, cell), product);
  }

  /** In a sketch of half the size, a key has the cell of its quarter with the same last bits. */
  private cellOf(key: number, quarter: number): number {
    const width = this.cells / QUARTERS;
    return quarter * width + (hashOf(key, at(SEEDS, quarter)) & (width - 1));
  }

  /** The key of a cell if it is the only one there; 0 if it cannot be. */
  private proposal(cell: number): number {
    const value = at(this.values, cell);
    if (value === 0) return 0;
    const key = times(at(this.products, cell), inverse(value));
    const quarter = Math.floor((cell * QUARTERS) / this.cells);
    return key !== 0 && this.cellOf(key, quarter) === cell ? key : 0;
  }

  /**
   * The number of cells that propose the same key as this one, minus one vote for each cell of the key that is empty,
   * and for a value that is not the difference of two: both are rare if the proposal is right. At least 0.
   */
  private votes(proposals: Float64Array, cell: number): number {
    const key = at(proposals, cell);
    const value = at(this.values, cell);
    if (key === 0) return 0;
    let votes = value > MAX_VALUE && value < PRIME - MAX_VALUE ? -1 : 0;
    for (let quarter = 0; quarter < QUARTERS; quarter += 1) {
      const other = this.cellOf(key, quarter);
      if (at(proposals, other) === key) votes += 1;
      else if (at(this.values, other) === 0 && at(this.products, other) === 0) votes -= 1;
    }
    return Math.max(votes, 0);
  }
}

function isSize(cells: number): boolean {
  return cells >= MIN_CELLS && cells <= MAX_CELLS && Number.isInteger(Math.log2(cells));
}

/** An element that exists. */
function at(list: ArrayLike<number>, index: number): number {
  return list[index] as number;
}

/** 32 bits that depend on all bits of a key: the last step of MurmurHash3. */
function hashOf(key: number, seed: number): number {
  let hash = (key ^ seed) + Math.imul(Math.floor(key / 2 ** 32), 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
