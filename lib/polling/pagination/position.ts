/**
 * The position of a walk through a group, small enough for a snapshot: the number of rows read, and anchors that locate
 * the position again after rows have moved. An anchor contains a hash of an address, not the address.
 */

import { createHash } from 'node:crypto';
import type { Receiver } from '../../cleverreach/types';

export interface Position {
  /** How many rows of the group are behind. */
  offset: number;
  /** The last of those rows, the very last at the end. */
  anchors: string[];
}

/** A page of a walk. */
export interface WalkedPage {
  rows: readonly Receiver[];
  /** Whether a row was handed out before. */
  isMet: (row: Receiver) => boolean;
  /** Index of its first row in the group. */
  offset: number;
  /** The place where the walk was to go on was not found: it begins anew. */
  isAnew?: boolean;
}

/** One anchor would do; with more the place is found even when the last row has been deleted or has moved. */
const ANCHORS = 3;
const HASH_LENGTH = 6;
const ID_HASH_LENGTH = 12;

/** The place behind the row at `index` of a page. */
export function positionAfter(page: WalkedPage, index: number): Position {
  const from = Math.max(0, index + 1 - ANCHORS);
  return { offset: page.offset + index + 1, anchors: page.rows.slice(from, index + 1).map(anchorOf) };
}

/** Whether a row is one of the anchors. */
export function isAnchor(row: Receiver, anchors: readonly string[]): boolean {
  const start = `${anchorId(row)}~`;
  return anchors.some((anchor) => anchor.startsWith(start) && anchorOf(row) === anchor);
}

/** Where the latest of the anchors stands among the rows; -1 if none does. */
export function indexOfAnchor(rows: readonly Receiver[], anchors: readonly string[]): number {
  for (const anchor of [...anchors].reverse()) {
    const index = rows.findIndex((row) => isAnchor(row, [anchor]));
    if (index >= 0) return index;
  }
  return -1;
}

function anchorOf(row: Receiver): string {
  return `${anchorId(row)}~${hashOf(row.email, HASH_LENGTH)}`;
}

/** An id that is not a number of usual length could take more room than a snapshot has. */
function anchorId({ id }: Receiver): string {
  return /^\d{1,20}$/.test(id) ? id : hashOf(id, ID_HASH_LENGTH);
}

function hashOf(text: string, length: number): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, length);
}
