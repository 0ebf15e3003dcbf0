/**
 * A set of receivers in a fixed amount of memory (a Bloom filter): it recognises all added receivers, and also some
 * others, more of them the fuller it is.
 */

import { hash } from 'node:crypto';
import type { MemberKey } from './boundedNotes';

/** Bits of one receiver: the best number for a filter with a few bits per receiver. */
const BITS_EACH = 3;

export class MemberFilter {
  private constructor(private readonly bytes: Buffer) {}

  static ofSize(bytes: number): MemberFilter {
    return new MemberFilter(Buffer.alloc(bytes));
  }

  /** @throws Error when it is not what {@link pack} has made */
  static unpack(packed: string): MemberFilter {
    const bytes = Buffer.from(packed, 'base64');
    if (bytes.length === 0) throw new Error('it is empty');
    return new MemberFilter(bytes);
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

  copy(): MemberFilter {
    return new MemberFilter(Buffer.from(this.bytes));
  }

  /** An empty one of the same size. */
  emptied(): MemberFilter {
    return MemberFilter.ofSize(this.bytes.length);
  }

  /** @param other a filter of the same size */
  mergedWith(other: MemberFilter): MemberFilter {
    return new MemberFilter(Buffer.from(this.bytes.map((byte, index) => byte | (other.bytes[index] ?? 0))));
  }

  /** The part of other receivers that it takes for one of its own, from 0 to 1. */
  get mistaken(): number {
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
