/** Measures the size of a value as JSON. */

/**
 * `-0.0000012345678901234567`: a sign, five zeros after the point and 17 digits, before exponent notation begins. Also
 * covers `true`, `false` and `null`.
 */
const LONGEST_NUMBER = 25;

/**
 * Whether the JSON of plain data has more than `limit` bytes. Nearly every message is far smaller; its size is
 * estimated from its number of characters without serialising it.
 * @param value not nested too deeply, see json.ts
 * @returns the number of bytes if it exceeds the limit; undefined otherwise
 */
export function bytesBeyond(limit: number, value: unknown): number | undefined {
  if (mostBytesOf(value) <= limit) return undefined;
  const bytes = Buffer.byteLength(JSON.stringify(value));
  return bytes > limit ? bytes : undefined;
}

/** An upper bound of the JSON size, at most six times as large. */
export function mostBytesOf(value: unknown): number {
  if (typeof value === 'string') return mostBytesOfText(value);
  if (typeof value !== 'object' || value === null) return LONGEST_NUMBER;
  if ('toJSON' in value) return Infinity;
  let bytes = 2;
  if (Array.isArray(value)) for (const member of value) bytes += mostBytesOf(member) + 1;
  else for (const key of Object.keys(value)) bytes += mostBytesOfText(key) + mostBytesOf(memberOf(value, key)) + 2;
  return bytes;
}

const memberOf = (value: object, key: string): unknown => (value as Record<string, unknown>)[key];

/** A character may be written as `\\u` and four digits. */
const mostBytesOfText = (text: string): number => 6 * text.length + 2;
