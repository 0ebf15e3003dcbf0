/**
 * A Bloom filter: a set of receivers in a fixed amount of memory. It matches all added receivers, and also some others; the
 * fuller it is, the more others it matches.
 */

import { hash } from 'node:crypto';
import type { MemberKey } from './boundedNotes';

/** Bits that are set for one receiver: the best number for a filter with a few bits per receiver. */
const BITS_EACH = 3;

export class BloomFilter {
  private constructor(private readonly bytes: Buffer) {}

  static ofSize(bytes: number): BloomFilter {
    return new BloomFilter(Buffer.alloc(bytes));
  }

  /** @throws Error if it is not the result of {@link pack} */
  static unpack(packed: string): BloomFilter {
    const bytes = Buffer.from(packed, 'base64');
    if (bytes.length === 0) throw new Error('it is empty');
    return new BloomFilter(bytes);
  }

  /** In base64. */
  pack(): string {
    return this.bytes.toString('base64');
  }

  add(key: MemberKey): void {
    for (const { index, mask } of this.bitsOf(key)) this.bytes[index] = (this.bytes[index] ?? 0) | mask;
  }

  has(key: MemberKey): boolean {
    return this.bitsOf(key).every(({ index, mask }) => ((this.bytes[index] ?? 0) & mask) > 0);
  }

  copy(): BloomFilter {
    return new BloomFilter(Buffer.from(this.bytes));
  }

  /** An empty one of the same size. */
  emptied(): BloomFilter {
    return BloomFilter.ofSize(this.bytes.length);
  }

  /** @param other a filter of the same size */
  mergedWith(other: BloomFilter): BloomFilter {
    return new BloomFilter(Buffer.from(this.bytes.map((byte, index) => byte | (other.bytes[index] ?? 0))));
  }

  /** The false-positive rate, from 0 to 1: the fraction of other receivers that the filter matches. */
  get falsePositiveRate(): number {
    let set = 0;
    for (const byte of this.bytes) for (let rest = byte; rest > 0; rest >>= 1) set += rest & 1;
    return (set / (this.bytes.length * 8)) ** BITS_EACH;
  }

  private bitsOf({ groupId, id }: MemberKey): { index: number; mask: number }[] {
    const digest = hash('sha256', JSON.stringify([groupId, id]), 'buffer');
    return Array.from({ length: BITS_EACH }, (_, turn) => {
      const bit = digest.readUInt32BE(turn * 4) % (this.bytes.length * 8);
      return { index: bit >> 3, mask: 1 << (bit & 7) };
    });
  }
}
