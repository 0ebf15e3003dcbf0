/** The values that a read has added to its sketch, in eight bytes for each row. */

/** Rows of one chunk. Chunks are never copied, so that the memory does not exceed what the rows need. */
const CHUNK = 16_384;

interface Chunk {
  keys: Uint32Array;
  values: Uint32Array;
}

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

  /** The sum of the values of a key. Keys that are equal modulo 2^32 are not told apart. */
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
