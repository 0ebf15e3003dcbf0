/** Keeps out of the log what a record says about a person. */

import { maskEmails } from '../http/mask';
import { isObject } from '../objects';
import type { IncomingRecord } from './records';

/** What CleverReach answers may repeat what it was sent. */
export function withoutValues(text: string, records: readonly IncomingRecord[]): string {
  const values = new Set(records.flatMap(({ receiver, entry }) => [...textsIn(receiver), ...textsIn(entry)]));
  const longestFirst = [...values].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((masked, value) => maskWord(masked, value), maskEmails(text));
}

/** Single characters and numbers of one digit would leave no text readable, and tell nothing. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.trim().length > 1 ? [value.trim()] : [];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

function maskWord(text: string, word: string): string {
  if (!text.includes(word)) return text;
  const escaped = word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'gu'), '…');
}
