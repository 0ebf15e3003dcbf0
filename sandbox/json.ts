import type { Switches } from './switches';

const eachBeyondAscii = /[^\0-\x7f]/g;

/**
 * Serialises JSON to bytes. The rows of a list are written one by one: a page as a single string is a large object for
 * the engine, which costs more than everything else, and a single character outside Latin-1 would double its size.
 */
export function toJson(value: unknown, unicode: Switches['unicode']): Buffer {
  const write = unicode === 'utf8' ? (one: unknown) => JSON.stringify(one) : escaped;
  if (!Array.isArray(value)) return Buffer.from(write(value));
  const texts = value.map(write);
  const brackets = 2;
  const commas = Math.max(0, texts.length - 1);
  const bytes = Buffer.allocUnsafe(texts.reduce((sum, text) => sum + Buffer.byteLength(text), brackets + commas));
  let end = bytes.write('[', 0);
  texts.forEach((text, index) => {
    if (index > 0) end += bytes.write(',', end);
    end += bytes.write(text, end);
  });
  bytes.write(']', end);
  return bytes;
}

function escaped(value: unknown): string {
  const text = JSON.stringify(value);
  const isAscii = Buffer.byteLength(text) === text.length;
  return isAscii ? text : text.replace(eachBeyondAscii, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
