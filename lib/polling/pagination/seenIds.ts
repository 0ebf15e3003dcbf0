/**
 * The ids that a walk has read, in two megabytes for any number of ids. It may report a new id as known, but never a
 * known id as new.
 */

/** One bit per hash value. With a million ids, one new id in 16 is reported as known. */
const BITS = 2 ** 24;

export class SeenIds {
  private readonly bits = new Uint8Array(BITS / 8);

  /** @returns whether the id is new */
  add(id: string): boolean {
    const { index, mask } = bitOf(id);
    const byte = this.bits[index] ?? 0;
    this.bits[index] = byte | mask;
    return (byte & mask) === 0;
  }

  has(id: string): boolean {
    const { index, mask } = bitOf(id);
    return ((this.bits[index] ?? 0) & mask) !== 0;
  }
}

function bitOf(id: string): { index: number; mask: number } {
  const bit = hashOf(id) % BITS;
  return { index: Math.floor(bit / 8), mask: 1 << (bit % 8) };
}

/** FNV-1a with a last mix, a whole number of 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
}
