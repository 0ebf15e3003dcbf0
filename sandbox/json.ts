import type { Switches } from './switches';

const eachBeyondAscii = /[^\0-\x7f]/g;

/**
 * A list whose rows are created while it is written, so that a page with long histories is never in memory as objects.
 */
export class Rows {
  /** @param expected number of rows, by which the memory is measured; there may be fewer or more */
  constructor(
    readonly expected: number,
    readonly rows: Iterable<unknown>,
  ) {}
}

/**
 * Serialises JSON to bytes. The rows of a list are written one by one: a page as a single string is a large object for
 * the engine, which costs more than everything else, and a single character outside Latin-1 would double its size.
 */
export function toJson(value: unknown, unicode: Switches['unicode']): Buffer {
  const write = unicode === 'utf8' ? (one: unknown) => JSON.stringify(one) : escaped;
  if (Array.isArray(value)) return written(new Rows(value.length, value), write);
  return value instanceof Rows ? written(value, write) : Buffer.from(write(value));
}

const spare = 1.1;

function written({ expected, rows }: Rows, write: (value: unknown) => string): Buffer {
  let bytes = Buffer.allocUnsafe(2);
  let end = bytes.write('[');
  let count = 0;
  for (const row of rows) {
    const text = write(row);
    const needed = end + Buffer.byteLength(text) + ',]'.length;
    count += 1;
    if (needed > bytes.length) {
      const larger = Buffer.allocUnsafe(Math.ceil(needed * Math.max(spare, (spare * expected) / count)));
      bytes.copy(larger, 0, 0, end);
      bytes = larger;
    }
    if (count > 1) end += bytes.write(',', end);
    end += bytes.write(text, end);
  }
  end += bytes.write(']', end);
  return bytes.subarray(0, end);
}

function escaped(value: unknown): string {
  const text = JSON.stringify(value);
  const isAscii = Buffer.byteLength(text) === text.length;
  return isAscii ? text : text.replace(eachBeyondAscii, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
