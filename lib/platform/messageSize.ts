/** How large a value is as JSON. */

/** `-0.0000012345678901234567`, or a word: a sign, five zeros behind the point and 17 digits, before exponents begin. */
const LONGEST_NUMBER = 25;

/**
 * Whether the JSON of plain data takes more than `limit` bytes. What is far below it, as nearly every message is, is not
 * written as JSON to find that out: its size is judged by the characters in it.
 * @param value not nested too deeply, see json.ts
 * @returns the bytes where there are more; undefined where there are not
 */
export function bytesBeyond(limit: number, value: unknown): number | undefined {
  if (mostBytesOf(value) <= limit) return undefined;
  const bytes = Buffer.byteLength(JSON.stringify(value));
  return bytes > limit ? bytes : undefined;
}

/** Never less than the JSON takes, and up to six times as much. */
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
