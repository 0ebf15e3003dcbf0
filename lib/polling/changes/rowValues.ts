/** The values that a read has added to its sketch, in eight bytes for each row. */

const FIRST_CAPACITY = 1_024;

export class RowValues {
  private keys = new Uint32Array(FIRST_CAPACITY);
  private values = new Uint32Array(FIRST_CAPACITY);
  private count = 0;

  add(key: number, value: number): void {
    if (this.count === this.keys.length) {
      this.keys = doubled(this.keys);
      this.values = doubled(this.values);
    }
    this.keys[this.count] = key % 2 ** 32;
    this.values[this.count] = value;
    this.count += 1;
  }

  clear(): void {
    this.count = 0;
  }

  /** The sum of the values of a key. Keys that are equal modulo 2^32 are not told apart. */
  sum(key: number): number {
    const wanted = key % 2 ** 32;
    let sum = 0;
    for (
      let index = this.keys.indexOf(wanted);
      index >= 0 && index < this.count;
      index = this.keys.indexOf(wanted, index + 1)
    )
      sum += this.values[index] ?? 0;
    return sum;
  }
}

function doubled(list: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(list.length * 2);
  larger.set(list);
  return larger;
}
