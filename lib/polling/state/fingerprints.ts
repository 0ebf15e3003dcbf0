/**
 * The last emitted state of every receiver of a group: its id and a short fingerprint of its content, packed for a
 * snapshot. With the numeric ids of CleverReach, a receiver takes 8 to 12 characters: the ids in ascending order as
 * differences in seven-bit groups, each followed by a five-byte fingerprint, all in base64. Other ids are stored as
 * strings.
 */

import { hash } from 'node:crypto';

/** How a group's fingerprints stand in a snapshot. */
export interface PackedFingerprints {
  numeric: string;
  other?: Record<string, number>;
}

/** 39 bits; the 40th says whether the sweep under way has met the receiver. */
const FINGERPRINT_BYTES = 5;
const MET = 2 ** 39;
/** What is noted of a receiver stays below this. */
export const ENTRY_LIMIT = 2 * MET;

/** A fingerprint of a text; two texts share one by chance once in 550 billion. */
export function fingerprintOf(content: string): number {
  return hash('sha256', content, 'buffer').readUIntBE(0, FINGERPRINT_BYTES) % MET;
}

/** Of several texts, the same in whatever order they are added. */
export function addFingerprints(a: number, b: number): number {
  return (a + b) % MET;
}

export class Fingerprints {
  private readonly numeric = new Map<number, number>();
  private readonly other = new Map<string, number>();

  get size(): number {
    return this.numeric.size + this.other.size;
  }

  get(id: string): number | undefined {
    const entry = this.entry(id);
    return entry === undefined ? undefined : entry % MET;
  }

  /** Notes what was sent, and that the sweep under way has met it. */
  set(id: string, fingerprint: number): void {
    this.store(id, fingerprint + MET);
  }

  /** Changes what is noted of a receiver that is noted, and not whether the sweep under way has met it. */
  replace(id: string, fingerprint: number): void {
    const entry = this.entry(id);
    if (entry !== undefined) this.store(id, entry < MET ? fingerprint : fingerprint + MET);
  }

  /** The sweep under way has met a receiver of which nothing new is noted. */
  meet(id: string): void {
    const entry = this.entry(id);
    if (entry !== undefined && entry < MET) this.store(id, entry + MET);
  }

  delete(id: string): void {
    const number = numberOf(id);
    if (number === undefined) this.other.delete(id);
    else this.numeric.delete(number);
  }

  /** Receivers that the sweep under way has not met. */
  unmet(): string[] {
    const ids = [...this.numeric].filter(([, entry]) => entry < MET).map(([id]) => String(id));
    return [...ids, ...[...this.other].filter(([, entry]) => entry < MET).map(([id]) => id)];
  }

  /** The sweep is over; the next one has met nobody yet. */
  endSweep(): void {
    for (const [id, entry] of this.numeric) this.numeric.set(id, entry % MET);
    for (const [id, entry] of this.other) this.other.set(id, entry % MET);
  }

  pack(): PackedFingerprints {
    const bytes = Buffer.allocUnsafe(this.numeric.size * (MAX_VARINT_BYTES + FINGERPRINT_BYTES));
    let at = 0;
    let previous = 0;
    for (const id of Float64Array.from(this.numeric.keys()).sort()) {
      at = writeVarint(bytes, at, id - previous);
      at = bytes.writeUIntBE(this.numeric.get(id) ?? 0, at, FINGERPRINT_BYTES);
      previous = id;
    }
    const packed: PackedFingerprints = { numeric: bytes.toString('base64', 0, at) };
    if (this.other.size > 0) packed.other = Object.fromEntries(this.other);
    return packed;
  }

  /** @throws Error when it is not what `pack` has made */
  static unpack({ numeric, other = {} }: PackedFingerprints): Fingerprints {
    const fingerprints = new Fingerprints();
    const bytes = Buffer.from(numeric, 'base64');
    let id = 0;
    for (let at = 0; at < bytes.length; at += FINGERPRINT_BYTES) {
      const { value, next } = readVarint(bytes, at);
      if (value === 0 && at > 0) throw new Error('fingerprints name an id twice');
      id += value;
      if (!Number.isSafeInteger(id)) throw new Error('fingerprints hold an id that is too large');
      at = next;
      if (at + FINGERPRINT_BYTES > bytes.length) throw new Error('fingerprints end in the middle of one');
      fingerprints.numeric.set(id, bytes.readUIntBE(at, FINGERPRINT_BYTES));
    }
    for (const [id, entry] of Object.entries(other)) fingerprints.store(id, entry);
    return fingerprints;
  }

  private entry(id: string): number | undefined {
    const number = numberOf(id);
    return number === undefined ? this.other.get(id) : this.numeric.get(number);
  }

  private store(id: string, entry: number): void {
    const number = numberOf(id);
    if (number === undefined) this.other.set(id, entry);
    else this.numeric.set(number, entry);
  }
}

/** 53 bits in groups of seven. */
const MAX_VARINT_BYTES = 8;

/** The number that an id is, if writing it gives the same id again. */
function numberOf(id: string): number | undefined {
  const number = Number(id);
  return Number.isSafeInteger(number) && number >= 0 && String(number) === id ? number : undefined;
}

function writeVarint(bytes: Buffer, at: number, value: number): number {
  let rest = value;
  let next = at;
  while (rest >= 0x80) {
    bytes[next] = (rest % 0x80) + 0x80;
    rest = Math.floor(rest / 0x80);
    next += 1;
  }
  bytes[next] = rest;
  return next + 1;
}

function readVarint(bytes: Buffer, at: number): { value: number; next: number } {
  let value = 0;
  let factor = 1;
  for (let next = at; next < bytes.length; next += 1) {
    if (next - at === MAX_VARINT_BYTES) throw new Error('fingerprints hold an id that is too long');
    const byte = bytes.readUInt8(next);
    value += (byte % 0x80) * factor;
    if (byte < 0x80) return { value, next: next + 1 };
    factor *= 0x80;
  }
  throw new Error('fingerprints end in the middle of an id');
}
