/**
 * The position of a walk through a group, small enough for a snapshot: the number of rows read, and anchors that locate
 * the position again after rows have moved. An anchor contains a hash of an address, not the address.
 */

import { createHash } from 'node:crypto';
import type { Receiver } from '../../cleverreach/types';

export interface Position {
  /** The number of rows of the group before the position. */
  offset: number;
  /** The last of those rows; the very last one is at the end of the list. */
  anchors: string[];
}

/** A page of a walk. */
export interface WalkedPage {
  rows: readonly Receiver[];
  /** Whether a row was handed out before. */
  wasHandedOut: (row: Receiver) => boolean;
  /** Index of its first row in the group. */
  offset: number;
  /** The position to continue from was not found, so the walk starts again from the beginning. */
  isAnew?: boolean;
}

/** One anchor would be enough; with more, the position is found even if the last row was deleted or has moved. */
const ANCHORS = 3;
const HASH_LENGTH = 6;
const ID_HASH_LENGTH = 12;

/** The position after the row at `index` of a page. */
export function positionAfter(page: WalkedPage, index: number): Position {
  const from = Math.max(0, index + 1 - ANCHORS);
  return { offset: page.offset + index + 1, anchors: page.rows.slice(from, index + 1).map(anchorOf) };
}

/** Whether a row is one of the anchors. */
export function isAnchor(row: Receiver, anchors: readonly string[]): boolean {
  const start = `${anchorId(row)}~`;
  return anchors.some((anchor) => anchor.startsWith(start) && anchorOf(row) === anchor);
}

/** The index of the last anchor that is among the rows; -1 if none is. */
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
